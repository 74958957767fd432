"""What people say about learning: words for rooms, the report, and whether their own words may be kept."""

from bot.core.context import Context
from bot.core.pipeline import ID_DIGITS
from bot.core.router import Router
from domain.errors import Invalid
from services.lessons import SUBJECT, Aliases, Confusion, confusion

router = Router()
WEEKS = 4
"""Weeks that the report in chat looks back."""
TAKEN = 8
"""Confusions that it names."""


@router.command("别记我的话", "不要记我的话", "keep none of my words")
async def keep_none(ctx: Context) -> None:
    """`别记我的话`: nothing of this person is kept from now on, and what was kept is gone."""
    await ctx.services.lessons.keep_none(ctx.actor)
    await ctx.say("lessons.kept_none")


@router.command("记我的话", "keep my words")
async def keep_again(ctx: Context) -> None:
    """`记我的话`: what this person corrects may be learnt from again."""
    await ctx.services.lessons.keep_again(ctx.actor)
    await ctx.say("lessons.kept_again")


@router.command("别名", "aliases")
async def aliases(ctx: Context) -> None:
    """`别名`: the words that people use for rooms, learnt and proposed; for the lead."""
    await ctx.say("lessons.aliases", words=[_plain(one) for one in await ctx.services.aliases.listed(ctx.actor)])


def _plain(one: object) -> dict[str, object]:
    return {name: getattr(one, name) for name in ("word", "rooms", "learnt", "contested")}


@router.command("撤销别名", "undo alias")
async def undo(ctx: Context) -> None:
    """`撤销别名 老图书馆`: the typed equal of the button."""
    word = await ctx.services.aliases.undo(ctx.actor, ctx.rest)
    await ctx.say("lessons.undone", word=word)


@router.press(SUBJECT)
async def press(ctx: Context) -> None:
    """The button of the card: its name is `place_word:<id>:undo`."""
    _, row, step, *_rest = [*ctx.event.name.split(":"), "", ""]
    if not row.isdecimal() or len(row) > ID_DIGITS or step != "undo":
        raise Invalid
    word = await ctx.services.aliases.undo_row(ctx.actor, int(row))
    await ctx.say("lessons.undone", word=word)


@router.command("识别报告", "reading report")
async def report(ctx: Context) -> None:
    """`识别报告`: how many readings were corrected, and what was taken for what; for the lead."""
    Aliases.check(ctx.actor)
    found = await confusion(WEEKS, ctx.services.clock, ctx.services.zone)
    await ctx.say("lessons.report", **_report(ctx, found))


def _report(ctx: Context, found: Confusion) -> dict[str, object]:
    catalog, locale = ctx.services.catalog, ctx.actor.locale

    def name(key: str) -> str:
        return catalog[key].label(locale) if key in catalog else key

    weeks = [
        {"monday": w.monday, "readings": w.readings, "corrected": w.corrected, "share": round(100 * w.share)}
        for w in found.weeks
    ]
    taken = [
        {"was": name(was), "meant": name(meant), "count": n, "intent": field == "intent"}
        for (field, was, meant), n in found.taken[:TAKEN]
    ]
    return {"weeks": weeks, "taken": taken, "words": [word for word, _ in found.words]}
