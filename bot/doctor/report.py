"""Report: all findings of one examination, and its way from the process that examined to those that show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

import orjson

from bot.core.findings import Finding, Level


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of one examination, and when it was."""

    at: datetime
    findings: Sequence[Finding]

    @property
    def level(self) -> Level:
        """The worst of them."""
        found = {finding.level for finding in self.findings}
        return next((level for level in (Level.ERROR, Level.WARNING) if level in found), Level.OK)

    def groups(self) -> dict[str, list[Finding]]:
        """The findings by what they are about."""
        groups: dict[str, list[Finding]] = {}
        for finding in self.findings:
            groups.setdefault(finding.group, []).append(finding)
        return groups

    def pack(self) -> str:
        """As JSON; `unpack` is the way back."""
        rows = [[finding.key, finding.level.value, dict(finding.params)] for finding in self.findings]
        return orjson.dumps([self.at.isoformat(), rows]).decode()

    @classmethod
    def unpack(cls, text: str) -> Self:
        """The report that `pack` wrote."""
        at, rows = orjson.loads(text)
        found = [Finding(key=key, level=Level(level), params=params) for key, level, params in rows]
        return cls(datetime.fromisoformat(at), found)
