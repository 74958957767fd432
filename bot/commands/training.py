"""`houqin train`: the model of understanding, made anew from the material, and its score card."""

import argparse
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from bot.commands import CommandError
from config.data import load_catalog

if TYPE_CHECKING:
    from understanding.learning.material import Example

DOCS = Path("docs/understanding.md")
TIMES = 12
"""Sentences drawn from each pattern."""


def train(args: argparse.Namespace) -> None:
    """Draw sentences, fit, score, and write `understanding/model.bin` and docs/understanding.md.

    With `--with FILE` examples from use are weighed in (`houqin export examples`); all of its lines must be right.
    With `--apart FILE` nothing is written: sentences of the file that the material draws nearly alike are named.
    """
    if args.apart:
        _compare(args.apart)
    else:
        _train(args.use)


def _compare(path: Path) -> None:
    from understanding.learning.apart import alike  # noqa: PLC0415 - the material is read for this alone
    from understanding.learning.material import examples  # noqa: PLC0415

    texts = [orjson.loads(line)["text"] for line in path.read_bytes().splitlines() if line.strip()]
    found = list(alike(texts, [example.text for example in examples(TIMES)]))
    print(f"{len(texts)} 句中有 {len(found)} 句和材料几乎一样 / sentences that the material draws nearly alike")
    if found:
        raise CommandError("\n".join(f"{share:.2f}  {text}  ≈  {drawn}" for share, text, drawn in found))


def _used(path: Path, known: Collection[str]) -> list["Example"]:
    """The examples of a file, without those that are known; `CommandError` names the lines that are wrong."""
    from understanding.learning.used import LinesError, used  # noqa: PLC0415 - only training needs it

    try:
        return used(path.read_text(encoding="utf-8"), [category.key for category in load_catalog()], known)
    except (LinesError, UnicodeDecodeError) as error:
        raise CommandError(f"{path}:\n{error}") from error


def _train(use: Path | None) -> None:
    try:
        from understanding.learning.fitting import fitted  # noqa: PLC0415 - an extra that only this needs
    except ImportError as error:
        raise CommandError("训练需要附加组件 / needs an extra: pip install 'houqin[train]'") from error
    from understanding.learning.card import page  # noqa: PLC0415
    from understanding.learning.material import examples, fingerprint  # noqa: PLC0415
    from understanding.learning.scoring import TUNED, UNSEEN, lines, scored  # noqa: PLC0415
    from understanding.model import FILE, model  # noqa: PLC0415
    from understanding.reader import Reader  # noqa: PLC0415

    drawn = examples(TIMES)
    told = _used(use, {example.text for example in drawn}) if use else []
    origin = {"material": fingerprint(), "examples": str(len(drawn))} | ({"from use": str(len(told))} if told else {})
    FILE.write_bytes(fitted([*drawn, *told], origin))
    model.cache_clear()
    reader = Reader((), ())
    text = page({name: scored(reader, lines(name)) for name in (TUNED, UNSEEN)}, model().origin)
    DOCS.write_text(text, encoding="utf-8")
    print(text)
