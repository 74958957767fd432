"""What is asked for and how much: "两盒A4纸", "粉笔三箱"."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from understanding.normalise import Text, fold
from understanding.patterns import late
from understanding.words import WordTable, table

_AMOUNT = r"(?P<amount>\d{1,6}(?:\.\d{1,6})?|[一两俩二三四五六七八九十百半几]{1,4})"
_NAME = r"[^\W_\d的了吗吧呢啊要请给买购用个]{1,8}"
_ASKED = late(
    r"(?:购买|采购|购置|申购|订购|申领|领取?|买|购|缺|添置|添|进一?批|换新的?|申请)(?:一?些|几个|一?批|点|了)?"
    rf"(?P<name>{_NAME}?)(?=[,.!?\s]|用|吧|了|预算|大概|大约|一共|\d|[一两二三四五六七八九十]|$)"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A line of a request: the thing as typed, and the amount with its measure ("2盒"), where given."""

    item: str | None
    amount: str | None


@cache
def _goods() -> WordTable[bool]:
    return WordTable({fold(word): True for word in table("goods")["goods"].split()})


@cache
def _count() -> re.Pattern[str]:
    measures = "|".join(sorted(table("goods")["measures"].split(), key=len, reverse=True))
    return re.compile(rf"(?<![\d.*第剩])(?<!剩下)(?<!只有){_AMOUNT}(?P<measure>{measures})(?!钟|级|年|月|楼|人)")


def asked(text: Text) -> list[Asked]:
    """The things of a request in order; each with the amount that stands beside it."""
    counts = list(_count().finditer(text.plain))
    goods = _joined((f.start, f.end) for f in _goods().scan(text.plain))
    if not goods:
        return [Asked(_unknown(text, counts), _first(text, counts))]
    if len(goods) == len(counts) == 1:
        return [Asked(text.words(*goods[0]), _first(text, counts))]
    lines = [(span[0], Asked(text.words(*span), _beside(text, span, counts))) for span in goods]
    return [line for _, line in sorted([*lines, *_unlisted(text, goods, counts)], key=lambda placed: placed[0])]


def _unlisted(
    text: Text, goods: Sequence[tuple[int, int]], counts: Sequence[re.Match[str]]
) -> Iterator[tuple[int, Asked]]:
    """Things of an enumeration that no list knows, beside those that one knows: an amount, and up to the next comma."""
    for count in counts:
        free = count.start() == 0 or text.plain[count.start() - 1] in ",、和及 "
        name = _LISTED.match(text.plain, count.end()) if free else None
        if name and not any(start < name.end() and name.start() < end for start, end in goods):
            yield count.start(), Asked(text.words(*name.span()), text.words(*count.span()))


_LISTED = late(r"[^\W_\d的了吗吧呢啊要请给买购用个和及]{1,8}(?=[,、和及.!\s]|$)")


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Words of goods that touch are one thing: “三角板教具”."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def known_goods(text: Text) -> str | None:
    """The first thing of the list of goods that a text names, as typed."""
    found = next(_goods().scan(text.plain), None)
    return text.words(found.start, found.end) if found else None


def _first(text: Text, counts: Sequence[re.Match[str]]) -> str | None:
    return text.words(*counts[0].span()) if counts else None


def _beside(text: Text, span: tuple[int, int], counts: Sequence[re.Match[str]]) -> str | None:
    """The amount that touches a thing or stands within a word of it."""
    near = min(counts, key=lambda c: min(abs(c.end() - span[0]), abs(c.start() - span[1])), default=None)
    if near is None or min(abs(near.end() - span[0]), abs(near.start() - span[1])) > _A_WORD:
        return None
    return text.words(*near.span())


_A_WORD = 6


def _unknown(text: Text, counts: Sequence[re.Match[str]]) -> str | None:
    """A thing that no list knows: what follows an amount, or what follows the word of buying."""
    for count in counts:
        if found := re.compile(_NAME).match(text.plain, count.end()):
            return text.words(*found.span())
    if (found := _ASKED.search(text.plain)) and found["name"]:
        return text.words(*found.span("name"))
    return None
