"""Help, welcome, and everything that no other room answers."""

from bot.core.context import Context
from bot.core.event import Kind
from bot.core.router import Router
from domain.errors import Invalid
from domain.grants import Permission
from understanding.reading import Intent

router = Router()
WELCOME = frozenset({"subscribe"})
"""Visits that are greeted; who only opens the chat again is left in peace."""


@router.command("帮助", "怎么用", "菜单", "help", "?", "？")
@router.intent(Intent.HELP)
async def guide(ctx: Context) -> None:
    """`帮助`: what this person can say, with examples."""
    await ctx.say("help.guide", name=ctx.actor.name, mends=ctx.actor.may(Permission.WORK_ORDER_MEND))


@router.intent(Intent.CHITCHAT)
async def small_talk(ctx: Context) -> None:
    """Thanks, a greeting: one short line."""
    await ctx.say("help.small_talk")


@router.kind(Kind.VISIT)
async def welcome(ctx: Context) -> None:
    """Somebody has just got the app."""
    if ctx.event.name in WELCOME:
        await guide(ctx)


@router.kind(Kind.NOTICE)
async def notice(ctx: Context) -> None:
    """Nobody has to be answered."""


@router.kind(Kind.CHECK)
async def checked(ctx: Context) -> None:
    """The doctor looks whether presses arrive: that it was handled is all that they want to know."""


@router.intent(Intent.OTHER)
async def lost(_: Context) -> None:
    """Not understood: say what would be."""
    raise Invalid("help.lost")


@router.intent(
    Intent.PURCHASE,
    Intent.USAGE,
    Intent.BROADCAST,
    Intent.CAMERA,
    Intent.SERVER,
    Intent.QUOTE,
    Intent.RECEIVE,
    Intent.REPORT,
)
async def not_here(ctx: Context) -> None:
    """Understood, but this desk does not do it: say so, do nothing."""
    await ctx.say("help.not_here", intent=ctx.reading.intent.value)
