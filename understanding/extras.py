"""The small facts of the other intents: marks, receivers, dates, what is corrected."""

import re
from collections.abc import Callable, Mapping, Sequence

from understanding.normalise import Text
from understanding.numerals import value
from understanding.quantities import asked
from understanding.reading import Intent

_SHORT_NUMBER = re.compile(r"(?<![a-z0-9])[wpugb]\d{4}(?!\d)")

# Written out, not compiled: most messages report a fault and need none of these, so each is compiled when first wanted.
_STARS = r"(?P<stars>[1-5一二两三四五满全])\s?颗?(?:星|分)|(?P<words>[1-5]) stars?"
_PRAISE = r"好评|非常满意|很满意|点赞"
_WHO = r"(?P<who>[^\W\d_]{1,4}?(?:师傅|老师|主任|校长|工|电工|木工|那边|组)|[小老][^\W\d_]|[^\W\d_]{2,4})"
_TO = (
    rf"(?:转给|转派给?|转到|转交给?|交给|派给|给|让|请|叫|找|由|换成?(?!个)){_WHO}"
    r"(?=吧|来|去|接|修|弄|处理|看|代|替|批|[,.!\s]|$|[wpugb]\d)"
)
_WHEN = (
    r"(?:下下?周|本周|这周|下个?星期|周|星期)[一二三四五六日天](?:上午|下午|晚上)?|(?:昨天|前天|昨晚|今天|明天|后天|大后天|明早|今晚|下周|下个?月)(?:上午|下午|中午|晚上|早上)?(?:\d{1,2}点半?)?"
    r"|\d{1,2}月\d{1,2}[日号]|\d{1,2}[号日](?!楼)|(?:下午|上午|晚上|中午)(?:\d{1,2}点半?)?|(?:\d{1,6}|[一二两三四五六七八九十半]{1,4})个?(?:分钟|小时|天|周|星期|月)(?:后|内|左右)?"
)
_BUDGET = r"(?:预算|不超过|控制在|最多)\s?(\d{1,6})|(\d{1,6})\s?(?:元|块)(?:钱)?(?:以内|左右)?|(\d{1,6})以内"
_NOT_THIS = r"不[是在](?P<old>[^,.!\s]{1,12}?)(?=[,.!\s]|$|(?:而|应该)?是)"
_URL = r"https?://[^\s,;]+"

_HOLDS = (
    ("vendor", r"厂家|售后|返厂|寄修|供应商|厂商|维保|过保|在保"),
    ("approval", r"审批|批款|经费|批下来|预算"),
    ("reporter", r"等老师|等报修|老师(?:开门|回|在)|联系不上|没人|钥匙"),
    ("window", r"停电|停水|放学|下课|假期|暑假|寒假|周末|天晴|雨停|天气"),
    ("parts", r"配件|零件|料|件|货|买|订|换新|要换|缺"),
)


def extras(intent: Intent, text: Text, names: Sequence[str] = ()) -> dict[str, object]:
    """What the text says besides intent and problem; only what was really found."""
    facts = {key: find(text) for key, find in _FINDERS.get(intent, {}).items()}
    if intent in {Intent.TRANSFER, Intent.DELEGATE} and (named := _colleague(text.plain, names)):
        facts["to"] = named
    if found := _SHORT_NUMBER.search(text.plain):
        facts["ref"] = found.group().upper()
    return {key: fact for key, fact in facts.items() if fact not in (None, "")}


def _colleague(plain: str, names: Sequence[str]) -> str | None:
    return next((name for name in names if name and name.lower() in plain), None)


def _rating(text: Text) -> int | None:
    """Stars from 1 to 5."""
    if not (found := re.search(_STARS, text.plain)):
        return 5 if re.search(_PRAISE, text.plain) else None
    words = found["stars"] or found["words"]
    return 5 if words in "满全" else value(words)


def _receiver(text: Text) -> str | None:
    return text.words(*found.span("who")) if (found := re.search(_TO, text.plain)) else None


def _when(text: Text) -> str | None:
    return text.words(*found.span()) if (found := re.search(_WHEN, text.plain)) else None


def _hold(text: Text) -> str | None:
    """Why a job waits, in the words of the workflow's hold reasons."""
    return next((reason for reason, pattern in _HOLDS if re.search(pattern, text.plain)), None)


def _old(text: Text) -> str | None:
    return text.words(*found.span("old")) if (found := re.search(_NOT_THIS, text.plain)) else None


def _budget(text: Text) -> str | None:
    return next((g for g in found.groups() if g), None) if (found := re.search(_BUDGET, text.plain)) else None


def _amount(text: Text) -> str | None:
    return asked(text)[0].amount


def _lines(text: Text) -> list[list[str | None]] | None:
    """The lines of a request with more than one thing: thing and amount."""
    lines = asked(text)
    return [[line.item, line.amount] for line in lines] if len(lines) > 1 else None


def _url(text: Text) -> str | None:
    return text.words(*found.span()) if (found := re.search(_URL, text.plain)) else None


_FINDERS: Mapping[Intent, Mapping[str, Callable[[Text], object]]] = {
    Intent.CONFIRM: {"rating": _rating},
    Intent.TRANSFER: {"to": _receiver},
    Intent.DELEGATE: {"to": _receiver, "period": _when},
    Intent.ACCEPT: {"eta": _when},
    Intent.PROGRESS: {"hold": _hold, "eta": _when},
    Intent.AMEND: {"old": _old},
    Intent.PURCHASE: {"qty": _amount, "budget": _budget, "lines": _lines, "url": _url},
    Intent.RECEIVE: {"qty": _amount},
    Intent.USAGE: {"when": _when},
    Intent.CAMERA: {"when": _when},
}
