"""The paper that lies on top of a backup: what is in it, from where and when, and how to see that nothing is amiss."""

import json
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict

from domain.errors import Invalid
from models.canonical import dumped
from services.moving.owners import write_private

NAME = "manifest.json"
FORMAT = 1
"""Goes up when an older program could no longer read what is written."""
HISTORY = "history"


class _Paper(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Part(_Paper):
    """One table. `rows_sha256` is of its canonical rows, `file_sha256` of the packed file: 64 lower-case hex digits."""

    rows: int
    rows_sha256: str
    file: str
    file_sha256: str


class FilesPart(_Paper):
    """The photos and papers. `missing` are hashes that rows name and the storage could not give."""

    count: int
    bytes: int
    missing: tuple[str, ...]


class Manifest(_Paper):
    """A whole backup.

    `migrations` are those that its database had had, `database` is that one's kind, `history_sha256` that of the
    history's rows: two schools whose histories are the same have the same.
    """

    format: int
    program: str
    made_at: datetime
    database: str
    migrations: tuple[str, ...]
    tables: dict[str, Part]
    history_sha256: str
    files: FilesPart

    def write(self, folder: Path) -> None:
        """Lay it on top, under a seal."""
        body = self.model_dump(mode="json")
        write_private(folder / NAME, dumped({**body, "seal": _seal(body)}) + b"\n")

    @classmethod
    def read(cls, folder: Path) -> Self:
        """What lies on top; `Invalid` where that is no manifest, one that was changed, or one of a later format."""
        try:
            body = json.loads((folder / NAME).read_bytes())
            seal, version = body.pop("seal"), body["format"]
        except OSError as error:
            raise Invalid("moving.no_manifest", folder=folder) from error
        except (ValueError, LookupError, AttributeError, TypeError) as error:
            raise Invalid("moving.damaged", part=NAME) from error
        if seal != _seal(body):
            raise Invalid("moving.damaged", part=NAME)
        if version != FORMAT:
            raise Invalid("moving.newer", program=body["program"])
        return cls.model_validate(body)


def _seal(body: dict[str, object]) -> str:
    return sha256(dumped(body)).hexdigest()
