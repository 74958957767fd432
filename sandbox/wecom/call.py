"""One REST call, as its handler sees it, and what a handler may answer besides JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sandbox.wecom.shelf import Medium
from sandbox.wecom.world import World

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Upload:
    """The file of a multipart body."""

    field: str
    name: str
    content_type: str
    data: bytes


@dataclass(slots=True)
class Call:
    """A call after the access token was checked. `notes` goes into the log of calls: warnings, who was dropped."""

    query: Mapping[str, str]
    body: Json
    ip: str
    upload: Upload | None = None
    notes: Json = field(default_factory=dict)


Handler: TypeAlias = Callable[[World, Call], Json | Medium]


@dataclass(frozen=True, slots=True)
class Api:
    """One path under /cgi-bin/: the method it wants and who answers. `method` "" takes both."""

    method: str
    handler: Handler
    token: bool = True
