"""Who is away and who takes their place: the people of a sentence about leave, standing in or duty."""

import re
from collections.abc import Sequence

from understanding.normalise import Text
from understanding.slots import compiled

_TITLED = r"[^\W\d_](?:师傅|工(?![^\W\d_]))|[^\W\d_]{1,2}(?:老师|主任|校长)|[小老阿][^\W\d_]"
_PLAIN = r"[^\W\d_]{2,3}"
_HANDS = (
    r"(?:交给|转给|转交|派给|托给|拜托|交代给|委托|换成|改成|换|给|由|找|让|请|叫|到)"
    r"(?!假|半天|[一两三四五六七八九十几\d]天)"
)
_TAKES = r"(?:来|先|帮忙|帮我?|负责|临时){0,2}(?:代(?!不)|替|顶|接(?!到)|盯|管|负责|处理|值|去|看着)"
_GOES = (
    r"[^,.;!]{0,8}?(?:请[^,.]{0,4}假|[病事休年产婚丧]假|病|不在|不来|没来|来不了|休息|轮休|调休|出差|外出|培训|开会|学习"
    r"|体检|住院|回老家|回来|销假|到岗|上班)"
)
_COVERS = r"([a-z]+(?: [a-z]+)?) (?:covers?|stands? in|will cover|fills in|takes over)"
_OPEN = (
    r"(?:今天|明天|后天|现在|[周号日]|[一二三四五六日])(?:起|开始)(?![^\W\d_]{0,4}\d)"
    r"|什么时候(?:能)?回|再说|长期|待定|until further"
)
_DUTY = r"值[班周日]|护校"
_ME = r"(?:由|给|让|换成|改成|找|是)(我)(?=代|顶|替|接|来|值|吧|[,.\s]|$)|(?<![代替帮给])(我)来?(?:代|替|顶)(?!我)"


def people(text: Text, names: Sequence[str]) -> dict[str, str]:
    """`who` is away, if it is not the sender, and `to` whom their work goes: as said, only who was really named."""
    plain = text.plain
    known = "|".join([*(re.escape(name) for name in map(str.lower, names) if name and name in plain), _TITLED])
    to = _receiver(plain, known)
    who = _absent(plain, known, to)
    spans = {"who": who, "to": to}
    return {key: text.words(*span) for key, span in spans.items() if span}


def open_ended(text: Text) -> bool | None:
    """True where an absence has a beginning and no end yet."""
    return True if compiled(_OPEN).search(text.plain) else None


def _receiver(plain: str, known: str) -> tuple[int, int] | None:
    """Who takes the work: after a word of handing on, before one of taking on; on duty whoever is named."""
    ways = [_ME, rf"{_HANDS}\s?({known})", rf"({known}){_TAKES}", _COVERS]
    ways += [rf"{_HANDS}({_PLAIN})(?={_TAKES}|吧|了|[,.!\s]|$)"]
    if re.search(_DUTY, plain):
        ways += [rf"({known})"]
    for way in ways:
        if found := re.search(way, plain):
            group = next(number for number, said in enumerate(found.groups(), 1) if said)
            return found.span(group)
    bare = [match.span() for match in re.finditer(known, plain) if not re.match(_GOES, plain[match.end() :])]
    return bare[-1] if bare else None


def _absent(plain: str, known: str, to: tuple[int, int] | None) -> tuple[int, int] | None:
    """Who is told to be away or back: named before the word for it, in the same clause."""
    if re.search(_DUTY, plain):
        return None
    for found in re.finditer(rf"(?<![^\W\d_])({known})(?={_GOES})", plain):
        if found.span(1) != to:
            return found.span(1)
    return None
