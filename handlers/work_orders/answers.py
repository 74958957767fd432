"""The next sentence after a question: its answer, or something else that is heard for itself."""

import re
from functools import partial

from bot.core.context import Context
from bot.core.router import Handler, Router
from domain.catalog import Urgency
from domain.errors import NotFound
from domain.numbers import numbers_in
from handlers.work_orders import words
from handlers.work_orders.amending import is_bare
from handlers.work_orders.places import PLACE_ASKED, lacking, settle
from handlers.work_orders.reports import SURE, warn
from handlers.work_orders.taking import take
from handlers.work_orders.which import alike
from services.forms import Question
from services.work_orders import SUBJECT, Given, View
from understanding.reading import Intent, Reading

router = Router()
CONTEXTS = {
    "amend": PLACE_ASKED,
    **dict.fromkeys(("resolve", "restore"), f"{SUBJECT}:in progress"),
    "reopen": f"{SUBJECT}:resolved",
    **dict.fromkeys(("reject", "appeal", "close"), f"{SUBJECT}:reported"),
}
"""What the reader is told of the question, in the words of its labelled examples."""
FAULT = 0.6
"""From here on a reading as a repair has heard a fault, and not only the name of a thing (“食堂后门”)."""
PLACE_LIMIT = 20
"""Characters: a longer sentence in which no place is heard is no answer to “where”."""
_TALK = frozenset({Intent.STATUS, Intent.HELP, Intent.CHITCHAT, Intent.CANCEL, Intent.URGE, Intent.CONFIRM})
_WORK = frozenset({Intent.ACCEPT, Intent.TRANSFER, Intent.PROGRESS})
ELSE = {
    "amend": _TALK | _WORK | {Intent.COMPLETE, Intent.REOPEN},
    **dict.fromkeys(("resolve", "restore"), _TALK | _WORK),
    "reopen": _TALK | {Intent.COMPLETE, Intent.TRANSFER},
    **dict.fromkeys(("reject", "appeal", "close"), frozenset({Intent.HELP, Intent.STATUS})),
}
"""What a sentence may mean that does not answer the question about a step."""
_POLITE = frozenset({Intent.CHITCHAT, Intent.HELP, Intent.ACCEPT})
"""“3号楼302，谢谢师傅” is a place for all its thanks."""
_DONE = re.compile(r"(?<![用必要])(?:换|修|装|接|紧|通|补|拆|清|插|拧|焊|调)(?:好|完|上|紧|通|掉)?了(?![吗没么])|原来")
"""“漏了三天了，换了阀芯” tells what was done, however it sounds."""
_NO_PLACE = re.compile(
    r"[?？]\s*$|^(?:什么|怎么|为什么|为啥|啥)|不知道|不清楚|不确定|不记得|说不[清准]|忘了|随便|don't know|not sure",
    re.IGNORECASE,
)


@router.answer(SUBJECT)
async def answer(ctx: Context, question: Question) -> Handler | None:
    """Who takes this sentence as the answer; None where it means something else, and the question stays open.

    A question about a step that cannot be taken any more is closed.
    """
    view = await _asked_about(ctx, question)
    if view is None or question.step not in view.offers:
        await ctx.services.forms.close(ctx.actor.person)
        return None
    named = numbers_in(ctx.rest)
    if any(not number.fits(view.order.number) for number in named.numbers):
        return None
    reading = ctx.read(named.rest, CONTEXTS[question.step])
    if question.field == "note":
        return _note(ctx, question, view, reading, named.rest)
    return _place(ctx, question, view, reading, named.rest)


async def _asked_about(ctx: Context, question: Question) -> View | None:
    try:
        return await ctx.services.work_orders.view(ctx.actor, question.subject_id)
    except NotFound:
        return None


def _note(ctx: Context, question: Question, view: View, reading: Reading, line: str) -> Handler | None:
    """What was done, or what is still wrong, in somebody's own words.

    Under a question nearly everything sounds like its answer: what is surely something else when read alone is none.
    """
    if ctx.reading.danger or is_bare(ctx.reading, line) or _another_job(reading, view):
        return None
    if question.step in {"resolve", "restore"} and _DONE.search(line):
        return partial(_noted, question=question, note=line)
    if _is_talk(ctx.reading, question) or _another_job(ctx.reading, view):
        return None
    if _is_talk(reading, question) and ctx.reading.intent is not Intent.REPAIR:
        return None
    return partial(_noted, question=question, note=line)


def _is_talk(reading: Reading, question: Question) -> bool:
    return reading.intent in ELSE[question.step] and reading.confidence >= SURE


async def _noted(ctx: Context, question: Question, note: str) -> None:
    await take(ctx, question.subject_id, question.step, Given(note=note[:1000]))


def _place(ctx: Context, question: Question, view: View, reading: Reading, line: str) -> Handler | None:
    """Where it is; what names no place is asked again."""
    part = reading.parts[0]
    placed = bool(part.place or part.location)
    found = partial(_placed, question=question, reading=reading, line=line)
    if ctx.reading.danger:
        return found if placed and _same_alarm(ctx, view) else None
    if _another_thing(reading, view) or (not placed and _corrects(ctx, reading, line)):
        return None
    polite = placed and reading.intent in _POLITE
    if reading.intent in ELSE["amend"] and reading.confidence >= SURE and not polite:
        return None
    known = view.order.place or view.order.urgency == Urgency.EMERGENCY  # not to be overwritten by mere words
    vague = len(line) > PLACE_LIMIT or _NO_PLACE.search(line) or _tells_fault(reading)
    return found if placed or not (known or vague) else partial(_again, number=view.order.number)


def _corrects(ctx: Context, reading: Reading, line: str) -> bool:
    """“是门窗的”, “不是水龙头，是角阀” say what was read wrongly, and not where it is."""
    trade = line.lstrip().startswith("是") and words.trade(line, ctx.services.catalog)
    return bool(trade or words.keeper(line) or reading.extra.get("old"))


def _same_alarm(ctx: Context, view: View) -> bool:
    """“302着火了” after “着火了” says where; after “有人触电了” it is another alarm."""
    first = ctx.read(view.order.raw_text)
    return first.danger == ctx.reading.danger and not _another_thing(ctx.reading, view)


async def _again(ctx: Context, number: str) -> None:
    await ctx.say("work_order.ask_place_again", number=number)


async def _placed(ctx: Context, question: Question, reading: Reading, line: str) -> None:
    """Set the place, on the sender's other reports too that lack one: they were made in the same breath."""
    await warn(ctx, ctx.reading)
    await settle(ctx, [question.subject_id, *await lacking(ctx)], reading.parts[0], line)
    await ctx.services.forms.close(ctx.actor.person)


def _tells_fault(reading: Reading) -> bool:
    return reading.intent is Intent.REPAIR and (reading.confidence >= FAULT or reading.danger is not None)


def _another_thing(reading: Reading, view: View) -> bool:
    """Is something else broken than the thing whose place is asked: “门锁也坏了”, “302门锁坏了”?"""
    part, order = reading.parts[0], view.order
    told = _tells_fault(reading) and part.item and not alike(part.item, order.item)
    return bool(told and (order.item or not part.location))


def _another_job(reading: Reading, view: View) -> bool:
    """Does a line report a fault of another trade or in another room? It may name the cause: “阀芯坏了”."""
    part, order = reading.parts[0], view.order
    stranger = bool(part.item) and not alike(part.item or "", order.item) and part.category != order.category
    return (_tells_fault(reading) and stranger) or _elsewhere(reading, view)


def _elsewhere(reading: Reading, view: View) -> bool:
    """Does it speak of another room than the record's?"""
    part, order = reading.parts[0], view.order
    act = reading.intent in {Intent.COMPLETE, Intent.REOPEN} or _tells_fault(reading)
    return act and bool(part.place and order.place) and part.place != order.place
