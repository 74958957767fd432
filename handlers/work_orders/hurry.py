"""Sentences that begin with how pressing it is: they correct the last report, or begin another sentence."""

from bot.core.context import Context
from bot.core.router import Router
from domain.errors import Invalid
from handlers.work_orders import amending, commands, lists, reports
from handlers.work_orders.corrections import corrected
from handlers.work_orders.reports import SURE
from understanding.reading import Intent

router = Router()
_ROUTES = Router()
for _room in (reports, commands, amending, lists):
    _ROUTES.include(_room.router)
_FOR_ITSELF = frozenset({Intent.STATUS, Intent.PROGRESS, Intent.CANCEL, Intent.TRANSFER, Intent.HELP})
"""“急，什么时候来修” asks, and sets nothing."""


@router.command(
    "急", "很急", "比较急", "特别急", "非常急", "不急", "不着急", "不紧急", "加急", "紧急", "urgent", "no hurry"
)
async def hurry(ctx: Context) -> None:
    """“不急”, “急，明天公开课要用” correct a report; “急，201门锁坏了” is one of its own."""
    more = bool(ctx.rest)
    ctx.word, ctx.rest = "", ctx.event.text.strip()
    reading = ctx.reading
    asks = more and reading.intent in _FOR_ITSELF and reading.confidence >= SURE
    if not asks and await corrected(ctx):
        return
    handler = _ROUTES.intents.get(reading.intent)
    if handler is None:
        raise Invalid("help.lost")
    await handler(ctx)
