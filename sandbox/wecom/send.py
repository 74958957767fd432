"""message/send: who gets it, what is dropped, what is answered (WeCom: 发送应用消息)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sandbox.wecom.call import Call
from sandbox.wecom.card_rules import check_card, check_task_id, has_callback
from sandbox.wecom.chats import Copy, Version
from sandbox.wecom.contents import CONTENTS
from sandbox.wecom.errors import VendorError
from sandbox.wecom.tasks import Sending
from sandbox.wecom.world import World

Json = dict[str, Any]

MOST_USERS, MOST_PARTIES, MOST_TAGS = 1000, 100, 100
_DEFAULT_INTERVAL, _LONGEST_INTERVAL = 1800, 4 * 3600  # seconds


@dataclass(slots=True)
class Receivers:
    """Whom a call names: the members it reaches, and what it named in vain."""

    userids: dict[str, None] = field(default_factory=dict)
    bad_users: list[str] = field(default_factory=list)
    bad_parties: list[str] = field(default_factory=list)
    bad_tags: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is delivered: kind and content as checked, under which sending, and the interval of the repeat check."""

    kind: str
    content: Json
    sending: Sending
    interval: int


def send(world: World, call: Call) -> Json:
    """Check everything, then deliver to each receiver within their limit. Raises VendorError."""
    check_agent(world, call.body)
    kind = call.body.get("msgtype")
    if not isinstance(kind, str) or kind not in (*CONTENTS, "template_card"):
        raise VendorError(40008, f"msgtype {kind!r}")
    interval = _repeat_interval(call.body)
    receivers = _receivers(world, call.body)
    content = call.body.get(kind)
    content = content if isinstance(content, dict) else {}
    if kind == "template_card":
        return _send_card(world, call, receivers, content, interval)
    shown, warnings = CONTENTS[kind](world, content)
    call.notes["warnings"] = warnings
    return _deliver(world, call, receivers, Parcel(kind, shown, world.tasks.record(), interval))


def check_agent(world: World, body: Json) -> None:
    """The app's own number, as a number or its digits. Raises VendorError 40056, 301002."""
    agent = body.get("agentid")
    if isinstance(agent, bool) or not str(agent).isdecimal():
        raise VendorError(40056, f"agentid {agent!r}")
    if int(str(agent)) != world.config.agent_id:
        raise VendorError(301002)


def names(body: Json, name: str, most: int, code: int) -> list[str]:
    """The ids of a field, joined by `|`. Raises VendorError(code) when there are too many."""
    value = body.get(name) or ""
    if not isinstance(value, str):
        raise VendorError(40058, f"{name} is not a text")
    parts = [part for part in value.split("|") if part]
    if len(parts) > most:
        raise VendorError(code, f"{name} holds {len(parts)}, at most {most}")
    return parts


def _receivers(world: World, body: Json) -> Receivers:
    users = names(body, "touser", MOST_USERS, 40032)
    parties = names(body, "toparty", MOST_PARTIES, 82002)
    tags = names(body, "totag", MOST_TAGS, 82003)
    if not users and not parties and not tags:
        raise VendorError(82001)
    found = Receivers(bad_tags=tags)
    if users == ["@all"]:
        found.userids = dict.fromkeys(member.userid for member in world.directory.people())
        return found
    _add_users(world, found, users)
    _add_parties(world, found, parties)
    if not found.userids:
        raise VendorError(81013)
    return found


def _add_users(world: World, found: Receivers, users: Iterable[str]) -> None:
    for userid in users:
        if member := world.directory.find(userid):
            found.userids[member.userid] = None
        else:
            found.bad_users.append(userid.lower())


def _add_parties(world: World, found: Receivers, parties: Iterable[str]) -> None:
    for party in parties:
        if party.isdecimal() and int(party) in world.directory.departments:
            found.userids |= dict.fromkeys(member.userid for member in world.directory.within(int(party)))
        else:
            found.bad_parties.append(party)


def _send_card(world: World, call: Call, receivers: Receivers, card: Json, interval: int) -> Json:
    known = world.directory.find
    call.notes["warnings"] = check_card(card, lambda m: world.shelf.find(m) is not None, lambda u: known(u) is not None)
    task_id = check_task_id(card)
    if task_id:
        world.tasks.reserve(task_id)
    sending = world.tasks.record(task_id)
    answer = _deliver(world, call, receivers, Parcel("template_card", card, sending, interval))
    return answer | {"response_code": world.tasks.code(sending)} if has_callback(card) else answer


def _deliver(world: World, call: Call, receivers: Receivers, parcel: Parcel) -> Json:
    if _is_repeat(world, parcel, receivers):
        call.notes["duplicate"] = True
    else:
        call.notes["dropped"] = [userid for userid in receivers.userids if not _give(world, userid, parcel)]
    return {
        "errcode": 0,
        "errmsg": "ok",
        "invaliduser": "|".join(receivers.bad_users),
        "invalidparty": "|".join(receivers.bad_parties),
        "invalidtag": "|".join(receivers.bad_tags),
        "unlicenseduser": "",
        "msgid": parcel.sending.msgid,
    }


def _give(world: World, userid: str, parcel: Parcel) -> bool:
    """Put it into one member's chat, unless that member has had too much."""
    if not world.quota.admit(userid):
        return False
    is_card, sending = parcel.kind == "template_card", parcel.sending
    message = world.chats.post(userid, "app", parcel.kind, {} if is_card else parcel.content, sending.msgid)
    if is_card:
        message.copy = Copy(sending.task_id or sending.msgid, [Version(parcel.content, "", world.clock.now(), "send")])
    sending.entries[userid] = message
    return True


def _repeat_interval(body: Json) -> int:
    """Seconds within which the same message is not sent again; 0 where the call does not ask for that check."""
    if not body.get("enable_duplicate_check"):
        return 0
    interval = body.get("duplicate_check_interval", _DEFAULT_INTERVAL)
    if isinstance(interval, bool) or not isinstance(interval, int) or not 0 < interval <= _LONGEST_INTERVAL:
        raise VendorError(40058, f"duplicate_check_interval: 1 to {_LONGEST_INTERVAL} seconds")
    return interval


def _is_repeat(world: World, parcel: Parcel, receivers: Receivers) -> bool:
    if not parcel.interval:
        return False
    parts = [parcel.kind, parcel.content, sorted(receivers.userids)]
    key = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
    now = world.clock.now()
    fresh = world.same.get(key, 0.0) <= now
    if fresh:
        world.same[key] = now + parcel.interval
    return not fresh
