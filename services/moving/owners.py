"""Folders and files that only their owner may read: a backup holds what people said."""

import os
from pathlib import Path


def private_folder(path: Path) -> Path:
    """Make a folder with its parents, all for the owner alone; returns it."""
    for folder in (*reversed(path.parents), path):
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
    return path


def private_opener(path: str, flags: int) -> int:
    """For `open`: a new file is its owner's alone."""
    return os.open(path, flags, 0o600)


def write_private(path: Path, body: bytes) -> None:
    """A new file for the owner alone."""
    with open(path, "wb", opener=private_opener) as file:
        file.write(body)
