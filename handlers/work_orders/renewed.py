"""A sentence that means an act on a record, from somebody who has no such record: perhaps something new is broken."""

from bot.core.context import Context
from understanding.reading import Intent, Reading

SURE_NEW = 0.6
"""So sure a sentence must be of a repair, once the act that it seemed to mean is ruled out."""


def read_anew(ctx: Context) -> Reading | None:
    """“三楼男厕又漏了” from somebody without a record is a report; None where nothing is surely broken."""
    again = ctx.read(ctx.rest, ruled_out=frozenset({ctx.reading.intent}))
    told = again.danger or any(part.item or part.category for part in again.parts)
    sure = again.intent is Intent.REPAIR and again.confidence >= SURE_NEW and told
    return again if sure and not ctx.word else None
