"""A photo belongs to the record that is being talked about; without one it waits for the next report."""

from datetime import timedelta

from bot.core.context import Context
from bot.core.event import FileKind, Kind
from bot.core.router import Router
from domain.errors import Invalid
from services.files import PERSON
from services.work_orders import SUBJECT

router = Router()
LATELY = timedelta(minutes=10)
WAITING_WORDS = {FileKind.IMAGE: "work_order.photo_waits", FileKind.VOICE: "work_order.voice_waits"}
KEPT_WORDS = {FileKind.IMAGE: "work_order.photo_kept", FileKind.VOICE: "work_order.voice_kept"}


@router.kind(Kind.MESSAGE)
async def wordless(ctx: Context) -> None:
    """A message without words: files are kept, anything else is answered with what would help."""
    if not ctx.event.files:
        raise Invalid("help.wordless")
    subject, subject_id, number = await _about(ctx)
    for file in ctx.event.files:
        await ctx.services.files.note(
            ctx.actor, subject, subject_id, ref=file.ref, kind=file.kind.value, name=file.name[:120]
        )
    kind = ctx.event.files[0].kind
    if number:
        await ctx.say(KEPT_WORDS.get(kind, "work_order.file_kept"), number=number)
    else:
        await ctx.say(WAITING_WORDS.get(kind, "work_order.file_waits"))
    question = await ctx.services.forms.open(ctx.actor.person)
    if question is not None and question.field == "note" and question.subject_id == subject_id:
        await ctx.say(f"work_order.ask_note_{question.step}", number=number)  # a picture does not say what was done


async def _about(ctx: Context) -> tuple[str, int, str]:
    """Which record a file belongs to: the one that was asked about, the one just moved, or none yet.

    Only open ones: what is withdrawn or closed is not talked about any more.
    """
    question = await ctx.services.forms.open(ctx.actor.person)
    if question is not None:
        view = await ctx.services.work_orders.view(ctx.actor, question.subject_id)
        if question.step in view.offers:
            return SUBJECT, view.order.id, view.order.number
    latest = await ctx.services.work_orders.latest(ctx.actor, LATELY)
    if latest is not None:
        return SUBJECT, latest.id, latest.number
    return PERSON, ctx.actor.person, ""


@router.kind(Kind.FETCHED)
async def fetched(ctx: Context) -> None:
    """A file lies in the storage, or cannot be had: then whoever sent it is told why."""
    file_id = int(ctx.event.name.partition(":")[2])
    fields = ctx.event.fields
    note = await ctx.services.files.get(file_id)
    if note is None:
        return
    if "failed" in fields:
        await ctx.services.files.failed(file_id, fields["failed"])
        await ctx.tell(note.author_id, fields["failed"])
        return
    await ctx.services.files.arrived(
        file_id, sha256=fields["sha256"], media_type=fields["media_type"], size=int(fields["size"])
    )
    if note.subject == SUBJECT:
        await ctx.services.work_orders.pictured(note.subject_id, note.author_id)
