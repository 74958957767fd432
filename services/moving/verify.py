"""Looking a backup through without putting it anywhere."""

import asyncio
from pathlib import Path

from domain.errors import Invalid
from services.moving import files
from services.moving.manifest import HISTORY, Manifest, Part
from services.moving.parts import Rows, file_sha256, read_part
from services.moving.progress import Tell


async def verify(folder: Path, tell: Tell) -> Manifest:
    """Read every byte of a backup again; `Invalid` names the first part that is missing or not as it was written."""
    manifest = Manifest.read(folder)
    for name, part in manifest.tables.items():
        await _check(folder, name, part, tell)
    if manifest.tables[HISTORY].rows_sha256 != manifest.history_sha256:
        raise Invalid("moving.damaged", part=manifest.tables[HISTORY].file)
    await files.check(folder, manifest, tell)
    return manifest


async def _check(folder: Path, name: str, part: Part, tell: Tell) -> None:
    try:
        digest = await asyncio.to_thread(file_sha256, folder / part.file)
    except OSError as error:
        raise Invalid("moving.damaged", part=part.file) from error
    if digest != part.file_sha256:
        raise Invalid("moving.damaged", part=part.file)
    rows = Rows()
    async for page in read_part(folder, part):
        rows.add(page)
        tell(name, rows.count)
    if (rows.count, rows.sha256) != (part.rows, part.rows_sha256):
        raise Invalid("moving.damaged", part=part.file)
