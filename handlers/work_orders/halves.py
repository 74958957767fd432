"""The first half of a report: a place is told, what is broken there comes with the next sentence."""

from functools import partial

from bot.core.context import Context
from bot.core.router import Handler, Router
from domain.errors import Invalid
from handlers.work_orders.reports import SURE, opened
from services.forms import Question
from understanding.reading import Intent, Part, Reading

router = Router()
PLACE_TOLD = "place_told"
"""The subject of the question what is broken at a place: its `field` holds the place in the sender's words."""
LONGEST = 30
"""Characters that a question keeps; a longer place is asked for again."""
_ENDS = frozenset({"算了", "算了吧", "不用", "不用了", "没事了", "没事", "不报了", "never mind", "nevermind"})
_FAULT = 0.5


async def keep_place(ctx: Context, part: Part) -> None:
    """Ask what is broken at a place, and keep the place until that is told or the question grows old."""
    said = part.location or ""
    if 0 < len(said) <= LONGEST:
        forms = ctx.services.forms
        waiting = await forms.open(ctx.actor.person)
        if waiting is None or waiting.subject == PLACE_TOLD:
            await forms.ask(ctx.actor.person, Question(subject=PLACE_TOLD, subject_id=0, step="report", field=said))
            await ctx.say("work_order.ask_thing", place=said)
            return
    raise Invalid("work_order.ask_thing", place=said)


@router.answer(PLACE_TOLD)
async def answer(ctx: Context, question: Question) -> Handler | None:
    """A fault without a place is at the place that was told; a report with its own place is heard for itself."""
    if ctx.rest.strip(" ,，。.!！").casefold() in _ENDS:
        return _ended
    reading, part = ctx.reading, ctx.reading.parts[0]
    if part.place or part.location:
        if reading.intent is Intent.REPAIR:
            await ctx.services.forms.close(ctx.actor.person)
        return None
    both = f"{question.field} {ctx.rest}"
    joined = ctx.read(both)
    return partial(_joined, reading=joined, both=both) if _completes(reading, joined) else None


def _completes(reading: Reading, joined: Reading) -> bool:
    """Does a sentence tell what is broken? It may name no more than the thing."""
    part = joined.parts[0]
    told = bool(joined.danger or part.item or part.category) and joined.intent is Intent.REPAIR
    alone = reading.intent in {Intent.REPAIR, Intent.OTHER, Intent.REOPEN} or reading.confidence < SURE
    return told and alone and joined.confidence >= _FAULT


async def _joined(ctx: Context, reading: Reading, both: str) -> None:
    await ctx.services.forms.close(ctx.actor.person)
    ctx.rest = both
    await opened(ctx, reading)


async def _ended(ctx: Context) -> None:
    await ctx.services.forms.close(ctx.actor.person)
    await ctx.say("work_order.half_ended")
