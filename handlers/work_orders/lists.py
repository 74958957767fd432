"""How things stand: my open work orders, or a single one."""

from collections.abc import Sequence

from bot.core.context import Context
from bot.core.router import Router
from handlers.work_orders.which import MINE_LIMIT, heard, id_named, listed
from services.work_orders import OPEN_STATES, Filter, Line
from understanding.reading import Intent

router = Router()


@router.command("我的", "查单", "进度", "单号", "mine")
@router.intent(Intent.STATUS)
async def status(ctx: Context) -> None:
    """`我的`: what is open; with a number, or a number alone: that card."""
    number, _ = heard(ctx, figures=bool(ctx.word))
    order_id = await id_named(ctx, number) if number else None
    if order_id is not None:
        await ctx.services.work_orders.show(ctx.actor, order_id)
        return
    lines = await _mine(ctx)
    if not lines:
        await ctx.say("work_order.mine_empty")
    elif len(lines) == 1:
        await ctx.services.work_orders.show(ctx.actor, lines[0].order.id)
    else:
        await ctx.say("work_order.mine", lines=listed(lines))


async def _mine(ctx: Context) -> Sequence[Line]:
    mine = Filter(mine=ctx.actor.person, states=OPEN_STATES, limit=MINE_LIMIT)
    return await ctx.services.work_orders.lines(ctx.actor, mine)
