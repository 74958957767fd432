"""Sentences that begin with how pressing it is: they correct the last report, or begin another sentence."""

from bot.core.context import Context
from bot.core.router import Router
from handlers.work_orders.corrections import corrected
from handlers.work_orders.reports import SURE
from understanding.reading import Intent, Reading

router = Router()
_FOR_ITSELF = frozenset({Intent.STATUS, Intent.PROGRESS, Intent.CANCEL, Intent.TRANSFER, Intent.HELP})
"""“急，什么时候来修” asks, and sets nothing."""
_BUSINESS = frozenset(
    {Intent.PURCHASE, Intent.USAGE, Intent.BROADCAST, Intent.CAMERA, Intent.SERVER, Intent.REPORT, Intent.QUOTE}
)
"""“急，采购粉笔” is no report; “急，公开课要用多媒体” only sounds a little like it."""
_SURE_BUSINESS = 0.8


@router.command(
    "急", "很急", "比较急", "特别急", "非常急", "不急", "不着急", "不紧急", "加急", "紧急", "urgent", "no hurry"
)
async def hurry(ctx: Context) -> None:
    """“不急”, “急，明天公开课要用” correct a report; “急，201门锁坏了” is one of its own, “急，采购粉笔” is none."""
    more = bool(ctx.rest)
    ctx.word, ctx.rest = "", ctx.event.text.strip()
    if (more and _for_itself(ctx.reading)) or not await corrected(ctx):
        await ctx.router.meant(ctx.reading)(ctx)


def _for_itself(reading: Reading) -> bool:
    sure = _SURE_BUSINESS if reading.intent in _BUSINESS else SURE
    return reading.intent in _FOR_ITSELF | _BUSINESS and reading.confidence >= sure
