"""Leave begins and ends when its time has come."""

from bot.core.context import Context
from bot.core.router import Router
from handlers.absences.telling import tell_others
from services.absences import SUBJECT

router = Router()
KEYS = {"begin": "begun", "end": "ended"}


@router.tick(SUBJECT)
async def tick(ctx: Context) -> None:
    """Bring it about, and say so to whom it concerns; what was brought about before is not told again."""
    _, absence, step = ctx.event.name.split(":")
    if told := await ctx.services.absences.tick(int(absence), step):
        await tell_others(ctx, told, KEYS[step])
