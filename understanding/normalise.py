"""From what arrives to two aligned texts: one to show, one to compare."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from understanding.words import WordTable, table

LIMIT = 2_000
"""Characters of a message that are read; the vendors' chat messages are shorter (WeCom: text content, 2,048 bytes)."""

# Traditional characters that turn up in a school's messages; each has exactly one simplified form.
_TRADITIONAL = (
    "燈壞門鎖簾電腦視機話開關龍頭廁間樓層東辦實驗課講臺書館師級個號幾裡後還沒報單請換"
    "這樣網絡線斷風調熱凍熒筆聲響閃紅綠圖縣廣場圍牆階體時給讓誰麼嗎謝點對錯應該為們學習車員總務處"
)
_SIMPLIFIED = (
    "灯坏门锁帘电脑视机话开关龙头厕间楼层东办实验课讲台书馆师级个号几里后还没报单请换"
    "这样网络线断风调热冻荧笔声响闪红绿图县广场围墙阶体时给让谁么吗谢点对错应该为们学习车员总务处"
)

# Control, format (zero-width, bidirectional), surrogate, private and unassigned characters carry no words.
_SILENT = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_BREAKS = frozenset("\t\n\r\v\f\x85\u2028\u2029")


class _Fold(dict[int, str]):
    """A translation table that works each character out once: full width, capitals, traditional forms."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        wide = unicodedata.normalize("NFKC", character).lower()
        folded = wide if len(wide) == 1 else character
        self[code] = folded
        return folded


_FOLD = _Fold({ord(old): new for old, new in zip(_TRADITIONAL, _SIMPLIFIED, strict=True)})
_FOLD.update({ord("。"): ".", ord("、"): "、", ord("【"): "(", ord("】"): ")", ord("〔"): "(", ord("〕"): ")"})


@dataclass(frozen=True, slots=True)
class Text:
    """One message twice, character by character: `shown` as the sender typed it, `plain` folded for comparison.

    Slips of the key ("插作" for 插座) are put right in both.
    """

    shown: str
    plain: str

    def words(self, start: int, end: int) -> str:
        """The sender's characters of a span."""
        return self.shown[start:end].strip()


def clean(raw: object) -> str:
    """Any input as a safe line of at most `LIMIT` characters; bytes are taken as UTF-8, wrong ones dropped."""
    if isinstance(raw, bytes | bytearray):
        raw = bytes(raw[: LIMIT * 4]).decode("utf-8", "ignore")
    text = str(raw)[:LIMIT] if raw is not None else ""
    if text.isprintable():
        return text.strip()
    return "".join(_heard(character) for character in text).strip()


def _heard(character: str) -> str:
    if character in _BREAKS:
        return " "
    return "" if unicodedata.category(character) in _SILENT else character


def fold(words: str) -> str:
    """Half width, lower case, simplified; as long as `words`."""
    return words.translate(_FOLD)


def read_in(raw: object) -> Text:
    """Clean, fold and put right the slips."""
    shown = clean(raw)
    plain = fold(shown)
    for slip in _slips().scan(plain):
        shown = _put_right(shown, plain, slip.start, slip.value)
        plain = plain[: slip.start] + slip.value + plain[slip.end :]
    return Text(shown, plain)


@cache
def _slips() -> WordTable[str]:
    return WordTable(table("slips")["slips"])


def _put_right(shown: str, plain: str, start: int, meant: str) -> str:
    """Change only the characters that are wrong, so that capitals beside them stay."""
    changed = "".join(
        shown[start + offset] if plain[start + offset] == character else character
        for offset, character in enumerate(meant)
    )
    return shown[:start] + changed + shown[start + len(meant) :]


_JOINTS = re.compile(r"[\W_]+")


def squeeze(words: str) -> str:
    """Folded words without spaces and punctuation: equal for all spellings that differ only in those."""
    return _JOINTS.sub("", fold(words))
