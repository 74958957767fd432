"""Whose words a message holds: quotes, forwarded messages, mentions, greetings of mail, and the sender's own words."""

import re
from collections.abc import Sequence

from understanding.forms import filled, uncalled
from understanding.patterns import late

_TELLING = frozenset('\n「“">＞@＠:：【[转')
"""Without any of these a message is the sender's own from end to end."""

_BLANKS = late(r"[^\S\n]+")
_DASHES = late(r"\s*(?:[-—–－─_]\s?){5,40}\s*")
"""The line under a quotation in WeCom and WeChat: "- - - - - - - - -"."""
_QUOTE_OPENS = ("「", "“", '"')
_SPEAKER = late(r"\s*[「“\"]?[^\s:：,，。]{1,12}[:：]\s*")
_ARROW = late(r"\s*[>＞]+\s?")
_FORWARDED = late(
    r"^\s*(?:[【\[(（](?:转发?|转自.{1,12}?|fwd?)[】\])）]|(?:转发|fwd?|fw)[:：])\s*", re.IGNORECASE | re.MULTILINE
)
# "王老师 10:23", "王老师 2026/11/22 10:23:05", "王老师(初二) 11-22 10:23": the head of a message in a copied chat.
_TIME = r"(?:(?:\d{4}[-/.年])?\d{1,2}[-/.月]\d{1,2}日? )?(?:[上下]午 ?)?\d{1,2}:\d{2}(?::\d{2})?[:：]? ?"
_HEADER = late(rf" ?[^\s:：,，。]{{1,16}} {_TIME}")
_HOUR = late(rf" ?{_TIME}")
_DESK = r"[@＠][^\s@＠]{0,8}(?:后勤|报修|总务|助手|机器人|维修|所有人|全体成员)[^\s@＠,，:：]{0,6}"
_GAP = r"[\s,，:：]{1,4}"
_MENTION = late(rf"^\s*(?:{_DESK}{_GAP})+|(?:{_GAP}{_DESK})+\s*$")
_SIGNATURE = late(
    r"\s*(?:此致|敬礼|祝(?:好|工作顺利|您工作愉快)|顺祝商祺|[-—–]{1,3}\s*\S{2,10}"
    r"|发自我的\S{2,12}|[^\W\d]{2,4}\s?(?:敬上|呈上|谨上|上)|sent from my \w{2,12})[!！。.~]*\s*",
    re.IGNORECASE,
)
_POINTS = late(r"处理|安排|看一?下|看看|跟进|报修|修一?下|解决|转达|反映|落实")
_ANSWERS = late(r"[了已完吗没?？\d]")
_POINTER = 14
"""Characters of own words that only point at what is quoted: "麻烦师傅处理一下"."""
_RECORD = late(r"[wpugb]20\d{6}-\d{1,6}", re.IGNORECASE)


def own_words(text: str) -> str:
    """What the sender says; the forwarded sentence where the sender adds nothing.

    A record's number in a quotation stays: it tells what is answered. Fields of a form become a sentence.
    """
    if _TELLING.isdisjoint(text):
        return uncalled(text)
    text = _FORWARDED.sub("", _BLANKS.sub(" ", text))
    own, quoted = _parted(text.split("\n"))
    said = filled(_MENTION.sub(" ", "\n".join(own)).strip())
    return _with_quoted(said, quoted) if quoted else said


def _with_quoted(own: str, quoted: Sequence[str]) -> str:
    told = filled("\n".join(quoted))
    if not own or _only_points(own):
        return f"{told}\n{own}".strip()
    number = _RECORD.search(told)
    return f"{own} {number.group()}" if number and not _RECORD.search(own) else own


def _only_points(own: str) -> bool:
    return len(own) <= _POINTER and _POINTS.search(own) is not None and not _ANSWERS.search(own)


def _parted(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """The sender's lines, and those that the sender quotes."""
    if lines[0].lstrip().startswith(_QUOTE_OPENS):
        under = next((place for place, line in enumerate(lines) if place and _DASHES.fullmatch(line)), None)
        if under:
            return _cleared(lines[under + 1 :]), [_said(line).strip('「」“”" ') for line in lines[:under]]
    quoted = [_said(_ARROW.sub("", line, count=1)) for line in lines if _ARROW.match(line)]
    return _cleared([line for line in lines if not _ARROW.match(line)]), quoted


def _said(line: str) -> str:
    """A quoted line without its speaker."""
    return _SPEAKER.sub("", line, count=1)


def _cleared(lines: Sequence[str]) -> list[str]:
    """Lines without the heads of copied messages, lines of dashes and signatures."""
    if len(lines) == 1:
        return list(lines)
    copied = any(map(_HEADER.fullmatch, lines))
    kept = [line for line in lines if line.strip() and not (_DASHES.fullmatch(line) or _HEADER.fullmatch(line))]
    kept = [line for line in kept if not (copied and _HOUR.fullmatch(line))]
    signed = (place for place in range(max(1, len(kept) - _SIGNED), len(kept)) if _SIGNATURE.fullmatch(kept[place]))
    return kept[: next(signed, len(kept))]


_SIGNED = 3
"""Lines at the end in which a message may be signed: 此致, 敬礼, a name."""
