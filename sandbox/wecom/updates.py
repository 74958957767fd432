"""Changing and taking back what was sent (WeCom: 更新模版卡片消息, 撤回应用消息)."""

from __future__ import annotations

from typing import Any

from sandbox.wecom.call import Call
from sandbox.wecom.card_rules import check_card
from sandbox.wecom.chats import Message, Version
from sandbox.wecom.errors import VendorError
from sandbox.wecom.fields import part, text
from sandbox.wecom.send import MOST_PARTIES, MOST_TAGS, MOST_USERS, check_agent
from sandbox.wecom.tasks import Sending
from sandbox.wecom.world import World

Json = dict[str, Any]


def update_template_card(world: World, call: Call) -> Json:
    """Give receivers of a card another card, or a dead label in place of its buttons. Uses up the code."""
    body = call.body
    check_agent(world, body)
    sending = world.tasks.look(body.get("response_code"))
    look = new_look(world, body, call.notes)
    chosen, invalid = _chosen(world, body, sending)
    world.tasks.spend(body["response_code"])
    for message in chosen:
        apply_look(world, message, look, "update")
    return {"errcode": 0, "errmsg": "ok", "invaliduser": invalid}


def new_look(world: World, body: Json, notes: Json) -> Json:
    """The `button` or `template_card` of an update, checked. Raises VendorError 40058 unless there is exactly one."""
    button, card = part(body, "button", "update"), part(body, "template_card", "update")
    if (button is None) == (card is None):
        raise VendorError(40058, "one of button and template_card")
    if button is not None:
        return {"replaced": text(button, "replace_name", "button")}
    known = world.directory.find
    warnings = check_card(card or {}, lambda m: world.shelf.find(m) is not None, lambda u: known(u) is not None)
    if "task_id" in (card or {}):
        warnings.append("task_id has no effect on an update")
    notes["warnings"] = warnings
    return {"card": {name: value for name, value in (card or {}).items() if name != "task_id"}}


def apply_look(world: World, message: Message, look: Json, cause: str) -> None:
    """Show the new look on one member's copy."""
    if message.copy is None:
        return
    card = look.get("card") or message.copy.present.card
    replaced = look.get("replaced") or str(card.get("replace_text") or "")
    message.copy.change(Version(card, replaced, world.clock.now(), cause))
    if "card" in look:
        message.copy.selected = {}
    world.chats.touch(message)


def recall(world: World, call: Call) -> Json:
    """Take a message back from everybody who got it, within 24 hours."""
    for message in world.tasks.recall(call.body.get("msgid")):
        message.recalled = True
        world.chats.touch(message)
    return {"errcode": 0, "errmsg": "ok"}


def _ids(body: Json, name: str, most: int, code: int) -> list[str]:
    value = body.get(name) or []
    if not isinstance(value, list):
        raise VendorError(40058, f"{name} is not a list")
    if len(value) > most:
        raise VendorError(code, f"{name} holds {len(value)}, at most {most}")
    return [str(item) for item in value]


def _chosen(world: World, body: Json, sending: Sending) -> tuple[list[Message], list[str]]:
    """Entries of the receivers that the call names, and the ids it named in vain."""
    users = _ids(body, "userids", MOST_USERS, 40032)
    parties = _ids(body, "partyids", MOST_PARTIES, 82002)
    tags = _ids(body, "tagids", MOST_TAGS, 82003)
    if body.get("atall"):
        return list(sending.entries.values()), []
    if not users and not parties and not tags:
        raise VendorError(82001)
    members = [world.directory.find(userid) for userid in users]
    found = {member.userid for member in members if member and member.userid in sending.entries}
    invalid = [u for u, m in zip(users, members, strict=True) if m is None or m.userid not in sending.entries]
    for party in parties:
        if party.isdecimal():
            found |= {member.userid for member in world.directory.within(int(party))}
    if not found:
        raise VendorError(81013)
    return [message for userid, message in sending.entries.items() if userid in found], invalid
