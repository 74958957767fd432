"""From what arrives to two aligned texts: one to show, one to compare."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from operator import add

from understanding.emoji import worded
from understanding.folding import fold
from understanding.layout import own_words
from understanding.patterns import late
from understanding.place_slips import misheard
from understanding.sounds import Sounds
from understanding.spelling import misspelt
from understanding.words import WordTable, table

__all__ = ["LIMIT", "Text", "clean", "fold", "read_in", "squeeze"]

LIMIT = 2_000
"""Characters of a message that are read; the vendors' chat messages are shorter (WeCom: text content, 2,048 bytes)."""

# Control, format (zero-width, bidirectional), surrogate, private and unassigned characters carry no words.
_SILENT = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_BREAKS = frozenset("\n\r\v\f\x85\u2028\u2029")
_DRAWN_OUT = late(r"([^\W\d_])\1{3,}")
# What people say while they think, as voice input writes it down; "嗯" alone is an answer and stays.
_THINKING = late(
    r"(?:[嗯呃]+|[唔额诶欸哎]+(?=[\s,，。.…~]))[\s,，。.…~]{0,3}|那啥(?!时)[\s,，]?|那什么(?!时)[\s,，]?|怎么说呢[\s,，]?"
    r"|(?P<word>那个|这个|就是|然后)(?:[\s,，]{0,2}(?P=word))+"
)
_MAY_THINK = frozenset("嗯呃唔额诶欸哎啥么个是后")
# The letter O for a nought, and those numerals of finance that are surnames elsewhere (陆老师).
_NOUGHT = late(r"(?<=\d)o(?=\d)|(?<=[一二三四五六七八九])o(?=[一二三四五六七八九])")
_FINANCIAL = late(r"[肆伍陆玖拾](?=[楼层号班室肆伍陆玖拾零〇一二三七八])|(?<=[肆伍陆玖拾零〇一二三七八])[肆伍陆玖拾]")
_PLAIN_NUMERALS = dict(zip("肆伍陆玖拾", "四五六九十", strict=True))


@dataclass(frozen=True, slots=True)
class Text:
    """One message twice, character by character: `shown` as the sender typed it, `plain` folded for comparison.

    Slips of the key ("插作" for 插座) are put right in both; other words for the same (課室) are the usual ones in
    `plain`, and stay as typed in `shown`.
    """

    shown: str
    plain: str

    def words(self, start: int, end: int) -> str:
        """The sender's characters of a span."""
        return self.shown[start:end].strip()


@dataclass(frozen=True, slots=True)
class _Change:
    """What a span of the plain text is to be; `slip`: in the shown text too."""

    start: int
    end: int
    word: str
    slip: bool = True


def clean(raw: object) -> str:
    """The sender's own words of any input, at most `LIMIT` characters; bytes are taken as UTF-8, wrong ones dropped.

    Line breaks stay. Quotations, pictures, and who may be called back are left out where there are other words.
    """
    if isinstance(raw, bytes | bytearray):
        raw = bytes(raw[: LIMIT * 4]).decode("utf-8", "ignore")
    text = str(raw)[:LIMIT] if raw is not None else ""
    if not text.isprintable():
        text = "".join(_heard(character) for character in text)
    return _fluent(_DRAWN_OUT.sub(_short, worded(own_words(text.strip())))).strip()


def _short(drawn_out: re.Match[str]) -> str:
    """快快快快快 as 快快, pleaseeee as please."""
    return drawn_out[1] if drawn_out[1].isascii() else drawn_out[1] * 2


def _fluent(text: str) -> str:
    """A text without what was said while thinking, unless it is nothing else."""
    if _MAY_THINK.isdisjoint(text):
        return text
    fluent = _THINKING.sub(lambda said: said["word"] or "", text)
    return fluent if fluent.strip() else text


def _heard(character: str) -> str:
    if character in _BREAKS:
        return "\n"
    if character == "\t":
        return " "
    return "" if unicodedata.category(character) in _SILENT else character


def read_in(raw: object, sounds: Sounds | None = None) -> Text:
    """Clean, fold and put right the slips; `sounds` knows a school's own names."""
    typed = clean(raw)
    text = Text(typed.replace("\n", " "), fold(typed).replace("\n", ","))
    if _may_be_otherwise(text.plain):
        text = _changed(text, [_Change(f.start, f.end, *f.value) for f in _table().scan(text.plain)])
    text = _changed(text, [_Change(*found) for found in misheard(text.plain)])
    text = _changed(text, [_Change(m.start, m.end, m.word) for m in (sounds or _trade()).meant(text.plain)])
    text = _changed(text, [_Change(*found) for found in misspelt(text.plain)])
    return Text(text.shown, _with_figures(text.plain))


def _with_figures(plain: str) -> str:
    if "o" in plain:
        plain = _NOUGHT.sub("0", plain)
    return _FINANCIAL.sub(lambda numeral: _PLAIN_NUMERALS[numeral.group()], plain)


def _changed(text: Text, changes: Iterable[_Change]) -> Text:
    """From right to left, so that the places of the others stay."""
    for change in reversed(list(changes)):
        start, end, word = change.start, change.end, change.word
        plain = text.plain[:start] + word + text.plain[end:]
        if change.slip or len(word) != end - start:
            text = Text(_put_right(text, change), plain)
        else:
            text = Text(text.shown, plain)
    return text


def _put_right(text: Text, change: _Change) -> str:
    """Change only the characters that are wrong, so that capitals and other forms beside them stay."""
    start, end, word = change.start, change.end, change.word
    capitals = text.shown[start:end].isupper()
    while start < end and word and text.plain[start] == word[0]:
        start, word = start + 1, word[1:]
    while start < end and word and text.plain[end - 1] == word[-1]:
        end, word = end - 1, word[:-1]
    return text.shown[:start] + (word.upper() if capitals else word) + text.shown[end:]


@cache
def _table() -> WordTable[tuple[str, bool]]:
    """The slips that are known by their looks, and words of elsewhere."""
    told = table("slips")
    words = {fold(word): (meant, False) for word, meant in told["elsewhere"].items()}
    return WordTable(words | {fold(word): (meant, True) for word, meant in told["slips"].items()})


def _may_be_otherwise(plain: str) -> bool:
    """Whether a text has the beginning of a word of the table; most have none, and are told at a glance."""
    singles, pairs = _beginnings()
    return not (pairs.isdisjoint(map(add, plain, plain[1:])) and singles.isdisjoint(plain))


@cache
def _beginnings() -> tuple[frozenset[str], frozenset[str]]:
    """The words of the table that are one character, and how the longer ones begin."""
    told = [fold(word) for name in ("elsewhere", "slips") for word in table("slips")[name]]
    return frozenset(word for word in told if len(word) == 1), frozenset(word[:2] for word in told if len(word) > 1)


@cache
def _trade() -> Sounds:
    return Sounds()


_JOINTS = late(r"[\W_]+")


def squeeze(words: str) -> str:
    """Folded words without spaces and punctuation: equal for all spellings that differ only in those."""
    return _JOINTS.sub("", fold(words))
