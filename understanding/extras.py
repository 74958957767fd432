"""The slots of a message: what it says besides intent and problem, under short and stable keys.

| intent | keys |
|---|---|
| purchase | qty ("30支"), budget, need_by, url, platform, same_as_last, purpose, lines |
| usage | when, class, asset, count, end, condition |
| broadcast | text, zone, when, times, stop, mute, volume (up, down), what (bell, alarm, music, announcement) |
| camera | who, which, when, mode (live, playback, export), stop |
| server | machine, action (restart, start, stop, status, backup, restore, access, storage), when |
| delegate | who (away, if not the sender), to, scope (trades, approvals, duty, all), cap, period, open, back, roster |
| transfer | to |
| approve | cap, line [numbers], offer, fund |
| reject | cap, line, on_hold, hold_until, reason |
| quote | quotes [{seller, price, freight}], freight, eta |
| receive | qty, short, damaged, wrong, result (pass, fail) |
| accept, progress | eta; hold (progress: the workflow's hold reasons) |
| report | what, span, format (excel, pdf, word), by |
| confirm | rating 1 to 5 |
| amend | old |
| any | ref: a short number of a record |

`roster` is {day: who}; `open` says that an absence has no end yet.

`lines` are [{item, model, qty, unit, price}]: of a request for several things, or one that tells model or price.

Words of a time stand under when, eta, period, need_by, span or hold_until, as said. Beside them stand what they
mean: from and until (ISO 8601; dates where no hour was said; until alone is a deadline), periods, repeat (daily,
workdays, weekly, monthly) with its weekdays (1 to 7), and minutes. Instants need the present moment: without it they
are left out. Sums are in yuan.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from understanding import slots_away, slots_bought, slots_decided, slots_used
from understanding.normalise import Text
from understanding.numerals import value
from understanding.patterns import late
from understanding.reading import Intent
from understanding.slots import Finders
from understanding.times import Times, When

_SHORT_NUMBER = late(r"(?<![a-z0-9])[wpugb]\d{4}(?!\d)")

# Written out, not compiled: most messages report a fault and need none of these, so each is compiled when first wanted.
_STARS = r"(?P<stars>[1-5一二两三四五满全])\s?颗?(?:星|分)|(?P<words>[1-5]) stars?"
_PRAISE = r"好评|非常满意|很满意|点赞"
_WHO = r"(?P<who>[^\W\d_]{1,4}?(?:师傅|老师|主任|校长|工|电工|木工|那边|组)|[小老][^\W\d_]|[^\W\d_]{2,4})"
_TO = (
    rf"(?:转给|转派给?|转到|转交给?|交给|派给|给|让|请|叫|找|由|换成?(?!个)){_WHO}"
    r"(?=吧|来|去|接|修|弄|处理|看|代|替|顶|批|[,.!\s]|$|[wpugb]\d)"
)
_NOT_THIS = r"不[是在](?P<old>[^,.!\s]{1,12}?)(?=[,.!\s]|$|(?:而|应该)?是)"

_HOLDS = (
    ("vendor", r"厂家|售后|返厂|寄修|供应商|厂商|维保|过保|在保"),
    ("approval", r"审批|批款|经费|批下来|预算"),
    ("reporter", r"等老师|等报修|老师(?:开门|回|在)|联系不上|没人|钥匙"),
    ("window", r"停电|停水|放学|下课|假期|暑假|寒假|周末|天晴|雨停|天气"),
    ("parts", r"配件|零件|料|件|货|买|订|换新|要换|缺"),
)


def extras(
    intent: Intent,
    text: Text,
    names: Sequence[str] = (),
    times: Times | None = None,
    now: datetime | None = None,
) -> dict[str, object]:
    """What the text says besides intent and problem; only what was really found."""
    facts = {key: find(text) for key, find in _FINDERS.get(intent, {}).items()}
    if intent is Intent.TRANSFER and (named := _colleague(text.plain, names)):
        facts["to"] = named
    if intent is Intent.DELEGATE:
        facts |= slots_away.people(text, names)
    if times and (key := _TIME_KEYS.get(intent)) and (when := times.said(text, now, past=_past(intent, text.plain))):
        if intent is Intent.DELEGATE and when.minutes and not when.start:
            when = _begun(text, when, times, now)
        facts |= {key: when.words} | when.facts()
    if found := _SHORT_NUMBER.search(text.plain):
        facts["ref"] = found.group().upper()
    return {key: fact for key, fact in facts.items() if fact not in (None, "")}


def _begun(text: Text, length: When, times: Times, now: datetime | None) -> When:
    """A length of time with the beginning that is told apart from it: “请假三天，从明天开始”."""
    at = text.shown.find(length.words)
    rest = text.plain[:at] + "," * len(length.words) + text.plain[at + len(length.words) :]
    start = times.said(Text(text.shown, rest), now) if at >= 0 else None
    return replace(length, start=start.start) if start else length


def _past(intent: Intent, plain: str) -> bool:
    """Whether a time that is left open lies behind: footage and statistics do, use only where it is told of."""
    if intent is Intent.USAGE:
        return re.search(_USED, plain) is not None
    return intent in _BEHIND and not re.search(_LIVE, plain)


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


def _hold(text: Text) -> str | None:
    """Why a job waits, in the words of the workflow's hold reasons."""
    return next((reason for reason, pattern in _HOLDS if re.search(pattern, text.plain)), None)


def _old(text: Text) -> str | None:
    return text.words(*found.span("old")) if (found := re.search(_NOT_THIS, text.plain)) else None


_FINDERS: Mapping[Intent, Finders] = {
    Intent.CONFIRM: {"rating": _rating},
    Intent.TRANSFER: {"to": _receiver},
    Intent.DELEGATE: {"open": slots_away.open_ended, **slots_decided.DELEGATE},
    Intent.PROGRESS: {"hold": _hold},
    Intent.AMEND: {"old": _old},
    Intent.PURCHASE: slots_bought.PURCHASE,
    Intent.QUOTE: slots_bought.QUOTE,
    Intent.RECEIVE: slots_bought.RECEIVE,
    Intent.USAGE: slots_used.USAGE,
    Intent.BROADCAST: slots_used.BROADCAST,
    Intent.CAMERA: slots_used.CAMERA,
    Intent.SERVER: slots_used.SERVER,
    Intent.APPROVE: slots_decided.APPROVE,
    Intent.REJECT: slots_decided.REJECT,
    Intent.REPORT: slots_decided.REPORT,
}
_TIME_KEYS: Mapping[Intent, str] = {
    Intent.ACCEPT: "eta",
    Intent.PROGRESS: "eta",
    Intent.QUOTE: "eta",
    Intent.DELEGATE: "period",
    Intent.REPORT: "span",
    Intent.PURCHASE: "need_by",
    Intent.REJECT: "hold_until",
    Intent.USAGE: "when",
    Intent.CAMERA: "when",
    Intent.BROADCAST: "when",
    Intent.SERVER: "when",
}
"""Under which key the words of a time stand; its instants stand beside them (see `When.facts`)."""
_BEHIND = frozenset({Intent.CAMERA, Intent.REPORT})
_USED = r"用了|用过|忘登|补登|补记|用完|刚下课|上了|还了|[昨前]天|used"
_LIVE = (
    r"实时|直播|明天|后天|(?<!一)下(?:周|个?月)|考试期间|授权|权限|开通|(?:开|看)(?:一下|个|到)"
    r"|从(?:今|现在)|[到至](?:下?周|月底|明|后天|放假)"
)
