"""“不是这个意思”: what the last message has done is taken back, and the next sentence tells what it meant."""

import re
from dataclasses import dataclass
from datetime import timedelta

from bot.core.context import Context
from bot.core.event import Event, Kind
from bot.core.router import Handler, Router
from domain.errors import Invalid
from services.cause import cause_of
from services.forms import Question
from services.lessons import Heard, Meaning
from services.work_orders.retracting import Retracted
from understanding.model import model
from understanding.reading import Intent, Reading

router = Router()
OTHERWISE = (
    *(f"{who}不是{what}意思" for who in ("", "我") for what in ("这个", "那个", "这", "那")),
    "not what i meant",
    "that's not what i meant",
    "this is not what i meant",
)
NO_REPAIR = (
    *(f"{who}不是{wish}报修{end}" for who in ("", "我", "这") for wish in ("", "要", "想", "来") for end in ("", "的")),
    "not a repair",
    "this is not a repair",
)
"""These are about the last report, also where something else was said since."""
SAID_AGAIN = "said_again"
"""The subject of the question what somebody meant: its id is the example's, its `field` says of which kind that is."""
RECORD, SENTENCE = "record", "sentence"
JUST_NOW = timedelta(minutes=30)
"""How long “不是这个意思” is about the last message."""
SURE = 0.5
"""A sentence that reads less surely tells of no other what it meant."""
_TELLS_NOTHING = frozenset({Intent.OTHER, Intent.CHITCHAT, Intent.CANCEL, Intent.AMEND})
"""“算了”, “谢谢” and “是303” say nothing about the sentence before."""
_SAID = re.compile("|".join(map(re.escape, (*OTHERWISE, *NO_REPAIR))), re.IGNORECASE)
_LEADS = re.compile(
    r"^(?:我的意思是|意思是|我(?:是|想)说的?是?|我说的是|我指的是|i mean(?:t)?(?: that)?\b)[\s,，:：]*", re.IGNORECASE
)
_CORRECTS = re.compile(r"^\W*(?:应该|其实)?(?:是(?![想要问说])|改|在)")


@dataclass(frozen=True, slots=True)
class _Said:
    """A message of the sender's: its key in history, and its words."""

    key: str
    text: str


@router.command(*OTHERWISE, *NO_REPAIR)
async def not_meant(ctx: Context) -> None:
    """`不是这个意思`: the last message was read wrongly; `不是报修，我想买打印机` says at once what it meant."""
    rest = _LEADS.sub("", "" if _SAID.search(ctx.rest) else ctx.rest)
    last = await _last(ctx)
    if last is None and not rest:
        raise Invalid("lessons.nothing_read")
    if last is not None and _only_corrects(ctx, rest):
        await ctx.hear(await _correction(ctx, last, rest))
        return
    if last is not None and _SAID.match(last.text):
        await retracted(ctx, Retracted(), again=not rest)
    elif last is not None:
        await _taken_back(ctx, last, again=not rest)
    if rest:
        await ctx.hear(rest)


async def _taken_back(ctx: Context, last: _Said, *, again: bool) -> None:
    """What the message has asked or opened counts no more; as an example it stays."""
    await ctx.services.forms.close(ctx.actor.person)
    found = await _found(ctx, last)
    await retracted(ctx, found, again=again)
    if not found.opened:
        await _keep_sentence(ctx, last.text)


async def _found(ctx: Context, last: _Said) -> Retracted:
    found = await ctx.services.retraction.of_message(ctx.actor, last.key)
    if found.opened or ctx.word not in NO_REPAIR:
        return found
    order = await ctx.services.work_orders.latest(ctx.actor, JUST_NOW)
    mine = order is not None and order.reporter_id == ctx.actor.id
    return await ctx.services.retraction.of_record(ctx.actor, order.id) if order and mine else found


def _only_corrects(ctx: Context, rest: str) -> bool:
    """“不是这个意思，是303的灯”: what stands is to be corrected and not withdrawn."""
    reading = ctx.read(rest)
    return reading.intent is Intent.AMEND and reading.confidence >= SURE and _CORRECTS.search(rest) is not None


async def _correction(ctx: Context, last: _Said, rest: str) -> str:
    """The correction as it would be typed, where it is plain which report is meant."""
    opened = await ctx.services.retraction.opened(ctx.actor, last.key)
    return f"改 {opened[0]} {rest}" if len(opened) == 1 else rest


async def _last(ctx: Context) -> _Said | None:
    """What the sender has written before; None where that is long ago, or was this very thing."""
    event = ctx.event
    letters = await ctx.services.mailroom.before(
        event.channel, event.account, event.id, ctx.services.clock() - JUST_NOW
    )
    earlier = (Event.unpack(one.channel, one.event_id, one.account, one.body) for one in letters)
    written = next((one for one in earlier if one.kind is Kind.MESSAGE and one.text.strip()), None)
    return _Said(cause_of(written.channel, written.id), written.text.strip()) if written else None


async def retracted(ctx: Context, found: Retracted, *, again: bool) -> None:
    """Say what has become of a message that was read wrongly, and wait for what it meant; `again` asks for it."""
    if again or found.withdrawn or found.left:
        left = [{"number": one.number, "state": one.state, "who": one.who, "way": one.way} for one in found.left]
        await ctx.say("lessons.not_meant", withdrawn=list(found.withdrawn), left=left, again=again)
    if found.lesson:
        await _wait(ctx, found.lesson, RECORD)


async def _wait(ctx: Context, example: int, kind: str) -> None:
    question = Question(subject=SAID_AGAIN, subject_id=example, step="not_meant", field=kind)
    await ctx.services.forms.ask(ctx.actor.person, question)


async def _keep_sentence(ctx: Context, text: str) -> None:
    """Keep what opened no record; a command's word was no reading, and cannot have been a wrong one."""
    if ctx.router.split(text) is not None:
        return
    reading = ctx.read(text)
    if reading.intent is Intent.CHITCHAT:  # “在吗” is not what the next sentence is
        return
    heard = Heard(confidence=reading.confidence, model=model().origin.get("material", ""))
    if example := await ctx.services.misreadings.keep(ctx.actor, text, _meaning(reading), heard):
        await _wait(ctx, example, SENTENCE)


def _meaning(reading: Reading) -> Meaning:
    return Meaning(intent=reading.intent.value, category=reading.parts[0].category or "")


@router.answer(SAID_AGAIN)
async def answer(ctx: Context, question: Question) -> Handler | None:
    """The next sentence tells what the wrongly read one meant, and is answered for itself."""
    reading = ctx.reading
    if reading.confidence >= SURE and reading.intent not in _TELLS_NOTHING:
        await ctx.services.forms.close(ctx.actor.person)
        told = ctx.services.misreadings
        await {RECORD: told.told_of_record, SENTENCE: told.told}[question.field](question.subject_id, _meaning(reading))
    return None
