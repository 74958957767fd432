"""What people ask about themselves."""

from bot.core.context import Context
from bot.core.router import Router

router = Router()


@router.command("登录", "登陆", "看板", "login", "board")
async def sign_in(ctx: Context) -> None:
    """`登录`: a link that signs a browser in, once."""
    await ctx.say("people.sign_in", url=ctx.services.tickets.sign_in_url(ctx.actor.person))


@router.command("我是谁", "whoami")
async def who(ctx: Context) -> None:
    """`我是谁`: name, roles and teams, as the house knows them."""
    catalog = ctx.services.catalog
    teams = [catalog[team].label(ctx.actor.locale) for team in sorted(ctx.actor.teams) if team in catalog]
    await ctx.say("people.who", name=ctx.actor.name, roles=list(ctx.actor.roles), teams=teams)
