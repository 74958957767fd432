"""The typed equals of the buttons, and sentences that mean a step."""

import re
from collections.abc import Sequence

from bot.core.context import Context
from bot.core.router import Router
from domain.errors import Invalid
from domain.numbers import Number
from handlers.work_orders import words
from handlers.work_orders.corrections import corrected
from handlers.work_orders.days import wake_said
from handlers.work_orders.given import from_line, hold_reason, menders_named
from handlers.work_orders.lists import status
from handlers.work_orders.renewed import read_anew
from handlers.work_orders.reports import SURE, opened
from handlers.work_orders.taking import accept_all, take
from handlers.work_orders.which import NONE, candidates, chosen, heard, id_named
from services.work_orders import SUBJECT, Given
from understanding.reading import Intent

router = Router()

STEP_WORDS: dict[str, tuple[str, ...]] = {
    "accept": ("接单", "accept"),
    "start": ("开工", "start"),
    "resume": ("恢复", "继续", "resume"),
    "resolve": ("完工", "done"),
    "restore": ("临时恢复", "先恢复使用", "restored"),
    "hold": ("挂起", "hold"),
    "transfer": ("转单", "转给", "transfer"),
    "take_over": ("接手", "take over"),
    "invite": ("请人协同", "协同", "叫上", "invite"),
    "leave": ("退出协同", "不协同了", "stop helping"),
    "decline": ("不接", "decline"),
    "refuse": ("拒单", "派错", "refuse"),
    "assign": ("派单", "派给", "改派", "assign"),
    "confirm": ("确认", "confirm"),
    "reopen": ("返修", "没修好", "reopen"),
    "rate": ("评分", "评价", "rate"),
    "urge": ("催办", "催单", "催一下", "催", "urge"),
    "cancel": ("撤单", "撤销", "撤回", "cancel"),
    "withdraw": ("不用修了", "withdraw"),
    "reject": ("不予受理", "reject report"),
    "appeal": ("申诉", "appeal"),
    "close": ("强制关闭", "close"),
}
"""The typed equals of the buttons."""
IN_HAND = f"{SUBJECT}:in progress"
"""How the reader is told that the sender has a job in hand."""
BEGIN = ("start", "resume")
HAND_ON = ("transfer", "assign")
"""The lead, who has nothing to hand on, assigns."""
NOT_NEEDED = ("cancel", "withdraw")
"""What is no longer needed is cancelled before the work begins, and done after that."""
LIKE: dict[str, tuple[str, ...]] = {
    "start": BEGIN,
    "resume": ("resume", "start"),
    "transfer": HAND_ON,
    "cancel": NOT_NEEDED,
    "withdraw": NOT_NEEDED,
}
"""Words that may mean another step as well, where theirs cannot be taken."""
_BEGINS = re.compile(r"开工|开始|到(?:了|达)?现场|到场|正在|在修|恢复|继续|working on it")


def _typed(step: str, *aliases: str) -> None:
    """Register the typed equal of one button."""

    async def typed(ctx: Context) -> None:
        number, line = heard(ctx, figures=step != "rate")
        await _said(ctx, LIKE.get(step, (step,)), number, line)

    typed.__doc__ = f"`{aliases[0]} W…`: the typed equal of the button."
    router.command(*aliases)(typed)


for _step, _aliases in STEP_WORDS.items():
    _typed(_step, *_aliases)


async def _said(ctx: Context, steps: Sequence[str], number: Number | None, line: str) -> None:
    """Take the first of the steps that can be taken on the record that is meant, with what the line brings."""
    found = await chosen(ctx, steps, number)
    if found is None:
        return
    order_id, step = found
    view = await ctx.services.work_orders.view(ctx.actor, order_id)
    offered = step in view.offers
    await take(ctx, order_id, step, await from_line(ctx, step, line) if offered else Given())
    if step == "confirm":
        await _rate_too(ctx, order_id, line)


@router.command("一起接单", "全接", "accept all")
async def all_accepted(ctx: Context) -> None:
    """`一起接单 W…`: the typed equal of the button."""
    number, _ = heard(ctx, figures=True)
    found = await chosen(ctx, ("accept",), number)
    if found is not None:
        await accept_all(ctx, found[0])


async def _meant(ctx: Context, steps: Sequence[str], number: Number | None, line: str) -> None:
    """As `_said`, for a sentence: who has no record for it may correct one, or have reported something new."""
    try:
        await _said(ctx, steps, number, line)
    except Invalid as no:
        if no.key != NONE:
            raise
        if again := read_anew(ctx):
            await opened(ctx, again)
        elif not await corrected(ctx):
            raise


async def _rate_too(ctx: Context, order_id: int, line: str) -> None:
    """Who confirms with stars has rated."""
    stars = words.score(line)
    view = await ctx.services.work_orders.view(ctx.actor, order_id)
    if stars is not None and "rate" in view.offers:
        await ctx.services.work_orders.take(ctx.actor, order_id, "rate", Given(note=line[:1000], score=stars))


MEANT: dict[Intent, tuple[str, ...]] = {
    Intent.ACCEPT: ("accept",),
    Intent.COMPLETE: ("resolve", "confirm"),
    Intent.REOPEN: ("reopen",),
    Intent.CANCEL: NOT_NEEDED,
    Intent.URGE: ("urge",),
}
"""Sentences that mean a step: “灯修好了” is said by menders and by reporters."""


@router.intent(*MEANT)
async def step_meant(ctx: Context) -> None:
    """A sentence that means a step: “好了，换了垫圈”, “还在漏”, “不用修了”."""
    if ctx.reading.intent is not Intent.URGE or not await corrected(ctx):
        await _meant(ctx, MEANT[ctx.reading.intent], *heard(ctx, figures=False))


@router.intent(Intent.CONFIRM)
async def content(ctx: Context) -> None:
    """“修好了，谢谢”; with stars (“五星好评”) it rates as well, or rates what has been confirmed before."""
    number, line = heard(ctx, figures=False)
    steps = ("confirm",) if words.score(line) is None else ("confirm", "rate")
    await _meant(ctx, steps, number, line)


@router.intent(Intent.TRANSFER)
async def handed_on(ctx: Context) -> None:
    """“这单转给周师傅吧，我今天请假” hands it on; only a reason without a name (“我今天请假”) sends it back."""
    number, line = heard(ctx, figures=False)
    named = [mender for mender in await menders_named(ctx, line) if mender.id != ctx.actor.id]
    steps: tuple[str, ...] = HAND_ON
    if words.refuse_reason(line):
        steps = (*HAND_ON, "refuse") if named else ("refuse", *HAND_ON)
    await _meant(ctx, steps, number, line)


_CANNOT = re.compile(r"[去来到接修干做]不[了成]|这[一张个]?[单活]|can'?t (?:come|do|make)")


async def about_a_job(ctx: Context) -> bool:
    """Is “我今天请假，去不了” about a job in hand, and not about all that somebody does?"""
    number, line = heard(ctx, figures=False)
    under = ctx.read(line, IN_HAND)
    about = under.intent is Intent.TRANSFER and under.confidence >= SURE and words.refuse_reason(line)
    if not about or not (number or _CANNOT.search(line)):
        return False
    return await _possible(ctx, (*HAND_ON, "refuse"), number)


@router.intent(Intent.PROGRESS)
async def progress(ctx: Context) -> None:
    """“开工了”, “到现场了” begin; “等配件”, “明天再来修” hold; where neither can be taken, say how things stand."""
    number, line = heard(ctx, figures=False)
    steps = _progress_means(ctx, line)
    if await _possible(ctx, steps, number):
        await _said(ctx, steps, number, line)
    else:
        await status(ctx)


def _progress_means(ctx: Context, line: str) -> tuple[str, ...]:
    if hold_reason(ctx, line):
        return ("hold",)
    later = wake_said(line, ctx.services.clock(), ctx.services.zone) is not None
    return ("hold",) if later and not _BEGINS.search(line) else BEGIN


async def _possible(ctx: Context, steps: Sequence[str], number: Number | None) -> bool:
    order_id = await id_named(ctx, number, steps) if number else None
    if order_id is None:
        return any([await candidates(ctx, step) for step in steps])
    view = await ctx.services.work_orders.view(ctx.actor, order_id)
    return any(step in view.offers for step in steps)
