"""Findings in words: for a terminal, and as JSON for whoever watches by machine."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from bot.core.findings import Finding, Level
from bot.core.texts import Texts
from bot.doctor.report import Report

MARKS = {Level.OK: "✓", Level.WARNING: "!", Level.ERROR: "✗"}


def what(finding: Finding, texts: Texts) -> str:
    """What was seen; the bare key for one of another release, whose report is still shared."""
    key = f"doctor.{finding.key}.what"
    return texts(key, **finding.params) if key in texts.keys else finding.key


def todo(finding: Finding, texts: Texts) -> str:
    """What to do about it; "" where there is nothing to do."""
    key = f"doctor.{finding.key}.todo"
    return texts(key, **finding.params) if key in texts.keys else ""


def group_name(group: str, texts: Texts) -> str:
    """What a group of findings is called; a channel that brought no word for itself by its own name."""
    key = f"doctor.group.{group}"
    return texts(key) if key in texts.keys else group


def summary(report: Report, texts: Texts) -> str:
    """How many of each kind."""
    count = Counter(finding.level for finding in report.findings)
    return texts(
        "doctor.summary", errors=count[Level.ERROR], warnings=count[Level.WARNING], fine=count[Level.OK]
    )  # fmt: skip


def lines(report: Report, texts: Texts) -> Iterator[str]:
    """The report for a terminal."""
    for group, findings in report.groups().items():
        yield group_name(group, texts)
        for finding in findings:
            yield f"  {MARKS[finding.level]} {what(finding, texts)}"
            if advice := todo(finding, texts):
                yield f"      {texts('doctor.todo')}{advice}"
    yield ""
    yield texts("doctor.well") if report.level is Level.OK else summary(report, texts)


def as_json(report: Report, texts: Texts) -> dict[str, Any]:
    """The report for a program: {"at", "level", "findings": [{"key", "group", "level", "what", "todo", "params"}]}."""
    return {
        "at": report.at.isoformat(),
        "level": report.level.value,
        "findings": [
            {
                "key": finding.key,
                "group": finding.group,
                "level": finding.level.value,
                "what": what(finding, texts),
                "todo": todo(finding, texts),
                "params": dict(finding.params),
            }
            for finding in report.findings
        ],
    }
