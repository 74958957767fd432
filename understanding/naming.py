"""One problem of one clause: its name and owner, by the thing that is named and by what is said of it."""

from understanding.clauses import Clause
from understanding.faults import SHOCK, SURFACE, Symptom
from understanding.gathering import Problem
from understanding.items import Mention
from understanding.normalise import Text, squeeze
from understanding.patterns import late


def inferred(text: Text, clause: Clause, sign: Symptom | None, faulty: bool) -> Problem:
    """A clause that names no thing."""
    item, category = (sign.item, sign.category) if sign else (None, None)
    words = text.words(clause.start, clause.end)
    return Problem(item, category, words, clause.start, clause.end, faulty or sign is not None, sure=False)


_BARE = late(r"[\s□■的那这几个只台盏把两三四五里上们、,]*")


def named(
    text: Text, covered: str, clause: Clause, thing: Mention, sign: Symptom | None, fault_at: int | None
) -> Problem:
    """A clause that names a thing. Shock goes to the electrician whatever gives it."""
    start = thing.start if fault_at is None else min(thing.start, fault_at)
    start = next((at for at in range(start, clause.end) if text.plain[at] != "□"), thing.start)
    item, category = _signed(thing, sign)
    return Problem(
        item,
        category,
        text.words(start, clause.end),
        thing.start,
        clause.end,
        faulty=fault_at is not None or sign is not None,
        open=thing.open and sign is None and not _telling(text.plain[thing.end : clause.end]),
        part=thing.part or thing.piece,
        bare=_BARE.fullmatch(covered, clause.start, clause.end) is not None,
    )


_POWER, SPARKS, _LEAK, _TRIPS = "电", "电路", "漏水", "空开跳闸"
_OVERHEAD = late("天花|吊顶|顶棚|顶板|楼板|扣板|^墙")
"""Where water comes through from a pipe above: whoever mends the pipe goes first."""
_NET = late("网|wifi|路由|交换机|ap|光猫|监控|摄像|打印|电话|门禁|班牌|收款|消费|收银|闸")


def _signed(thing: Mention, sign: Symptom | None) -> tuple[str, str | None]:
    """Name and owner of a thing that shows a symptom."""
    if sign and _overrules(sign.item, thing):
        return thing.name, sign.category
    if sign and sign.item == "网络" and thing.category == "multimedia" and not _NET.search(squeeze(thing.name)):
        return sign.item, thing.category
    return thing.name, thing.category or (sign.category if sign else None)


def _overrules(shown: str, thing: Mention) -> bool:
    """Whether it matters more what shows than what shows it: shock, no power at a desk, water out of a ceiling."""
    return (
        shown in {SHOCK, _TRIPS}
        or (shown == _POWER and thing.category == "furniture")
        or (shown == SURFACE and thing.name.endswith("白板"))
        or (shown == _LEAK and _OVERHEAD.search(thing.name) is not None)
    )


_NOT_TELLING = late(
    r"[\W_]|打不开|开不了|不开门?|没反应|不动|坏了?|不?(行|能用|好使|好用)了?|有问题|又|也|了|出|故障|用不了|失灵"
)


def _telling(after: str) -> bool:
    """Whether more is said of a thing than that it does not work."""
    return len(_NOT_TELLING.sub("", after)) > 1
