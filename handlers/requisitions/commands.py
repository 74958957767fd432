"""Decisions on requests to buy. That a sentence means one grants nothing: who says it, how and of what is looked at."""

from bot.core.context import Context
from bot.core.router import Router
from domain.errors import Invalid, NotAllowed, NotFound
from domain.grants import Permission
from understanding.reading import Intent

router = Router()
SURE = 0.8
"""A decision that reads less surely is asked back."""


@router.command("同意", "批准", "approve")
async def approve(ctx: Context) -> None:
    """`同意 P…`: the word itself says what is meant."""
    await _decide(ctx, Intent.APPROVE)


@router.command("不同意", "不批", "驳回", "reject")
async def reject(ctx: Context) -> None:
    """`不同意 P… 理由`."""
    await _decide(ctx, Intent.REJECT)


@router.intent(Intent.APPROVE, Intent.REJECT)
async def decided(ctx: Context) -> None:
    """“可以买，P20261122-003”: a sentence that means a decision."""
    await _decide(ctx, ctx.reading.intent)


async def _decide(ctx: Context, intent: Intent) -> None:
    """Take a decision of somebody who may, in firm words and of one request; anything less changes nothing.

    Raises `NotAllowed` for who may not, `Invalid` for words that leave a doubt or name no request, `NotFound` where
    there is no such request.
    """
    if not ctx.actor.may(Permission.REQUISITION_APPROVE):
        raise NotAllowed("requisition.not_yours")
    reading = ctx.read(ctx.event.text)
    sure = reading.confidence >= SURE or bool(ctx.word)
    if not (reading.intent is intent and reading.extra.get("firm") and sure):
        raise Invalid("requisition.not_firm", intent=intent.value)
    if reading.record is None:
        raise Invalid("requisition.which", intent=intent.value)
    raise NotFound("requisition.none", number=reading.record)
