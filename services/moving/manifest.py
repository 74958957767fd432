"""The paper that lies on top of a backup: what is in it, from where and when, and how to see that nothing is amiss."""

import json
import re
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from domain.errors import Invalid
from models.canonical import dumped
from services.moving.owners import write_private

NAME = "manifest.json"
FORMAT = 1
"""Goes up when an older program could no longer read what is written."""
HISTORY = "history"
FOLDER = "tables"
_TABLE = re.compile(r"[a-z][a-z_]*")


def file_of(table: str) -> str:
    """Where a table lies in a backup, and nowhere else: a manifest from outside must not lead out of its folder."""
    return f"{FOLDER}/{table}.jsonl.gz"


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

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if HISTORY not in self.tables or not self.migrations:
            raise ValueError("no history, or of no release")
        for name, part in self.tables.items():
            if not _TABLE.fullmatch(name) or part.file != file_of(name):
                raise ValueError("a table that lies elsewhere")
        return self

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
        try:
            return cls.model_validate(body)
        except ValidationError as error:
            raise Invalid("moving.damaged", part=NAME) from error


def _seal(body: dict[str, object]) -> str:
    return sha256(dumped(body)).hexdigest()
