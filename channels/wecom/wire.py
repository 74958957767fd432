"""WeCom's dialect, incoming: an opened callback as an Event (WeCom: 消息格式, 事件格式). No I/O."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element

from bot.core.event import CHECK, TEXT_LIMIT, Event, FileKind, FileRef, Kind
from channels.wecom.markup import BadCallback, word

NAME = "wecom"
ACCOUNT_LIMIT = 64
"""Characters of a member's id (WeCom: 创建成员)."""

ID_LIMIT = 200
"""Characters of an event's id that are kept as they are; a longer one ends in its digest."""

Parts = dict[str, Any]
"""What one kind of message or event fills in of an Event, by field name."""

EVENT_KEY = ("FromUserName", "CreateTime", "Event", "EventKey", "TaskId", "ResponseCode", "ChangeType", "UserID")
"""Events have no number, and sender and second alone would mix up two presses in one second."""


def parse(message: Element) -> Event:
    """The event that a callback tells of; of kind NOTICE where nobody waits for an answer.

    Fields beside the text: a location brings `latitude`, `longitude`, `label`; a link `title`, `url`, `description`; a
    message of a kind that is not known here `unknown`, its kind; a press the chosen option ids by question, several
    joined with a comma. Raises `BadCallback` when sender, kind or time are missing or no such thing.
    """
    kind = word(message, "MsgType").lower()
    parts = _happened(message) if kind == "event" else MESSAGES.get(kind, _unknown)(message)
    account = word(message, "FromUserName").lower()
    if not kind or len(account) > ACCOUNT_LIMIT or (not account and parts.get("kind") is not Kind.NOTICE):
        raise BadCallback("sender or kind")
    usual: Parts = {"id": _identity(message, account), "kind": Kind.MESSAGE, **parts}
    return Event(channel=NAME, account=account, at=_time(message), **usual)


def _time(message: Element) -> datetime:
    try:
        return datetime.fromtimestamp(int(word(message, "CreateTime")), UTC)
    except (ValueError, OverflowError, OSError):
        raise BadCallback("time") from None


def _identity(message: Element, account: str) -> str:
    """The same for every repeat of a callback, different for anything else."""
    number = word(message, "MsgId")
    key = f"m:{account}:{number}" if number else "e:" + ":".join(word(message, name) for name in EVENT_KEY)
    if len(key) <= ID_LIMIT:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()
    return f"{key[: ID_LIMIT - len(digest) - 1]}#{digest}"


def _text(message: Element) -> Parts:
    return {"text": word(message, "Content")[:TEXT_LIMIT]}


def _file(kind: FileKind) -> Callable[[Element], Parts]:
    """A reader of messages that only carry a file."""

    def read(message: Element) -> Parts:
        name = word(message, "FileName") or word(message, "Title")
        ref = word(message, "MediaId")
        return {"files": (FileRef(ref=ref, kind=kind, name=name[:ID_LIMIT]),) if ref else ()}

    return read


def _location(message: Element) -> Parts:
    """WeCom's X is the latitude and its Y the longitude."""
    latitude, longitude = word(message, "Location_X"), word(message, "Location_Y")
    label = word(message, "Label")[:TEXT_LIMIT]
    fields = {"latitude": latitude, "longitude": longitude, "label": label}
    return {"text": label or f"{latitude},{longitude}", "fields": fields}


def _link(message: Element) -> Parts:
    fields = {name.lower(): word(message, name)[:TEXT_LIMIT] for name in ("Title", "Url", "Description")}
    return {"text": fields["title"], "fields": fields}


def _unknown(message: Element) -> Parts:
    return {"fields": {"unknown": word(message, "MsgType")[:ID_LIMIT]}}


def _happened(message: Element) -> Parts:
    name = word(message, "Event")
    if not name:
        raise BadCallback("event")
    return EVENTS.get(name, _notice)(message)


def _press(message: Element) -> Parts:
    """WeCom: 模板卡片事件推送, 通用模板卡片右上角菜单事件推送."""
    name = word(message, "EventKey")
    if name.startswith(CHECK):
        return {"kind": Kind.CHECK, "name": name, "id": name[:ID_LIMIT]}
    return {
        "kind": Kind.PRESS,
        "name": name,
        "fields": _selections(message),
        "card": word(message, "TaskId"),
        "code": word(message, "ResponseCode"),
    }


def _selections(message: Element) -> dict[str, str]:
    items = message.findall("SelectedItems/SelectedItem")
    chosen = {word(item, "QuestionKey"): [word(option, ".") for option in item.iter("OptionId")] for item in items}
    return {key: ",".join(options) for key, options in chosen.items()}


def _visit(message: Element) -> Parts:
    return {"kind": Kind.VISIT, "name": word(message, "Event")}


def _menu(message: Element) -> Parts:
    """A press in the app's own menu, whose keys the school's administrator writes: what its key says was said."""
    return {"text": word(message, "EventKey")[:TEXT_LIMIT]}


def _notice(message: Element) -> Parts:
    fields = {"change": word(message, "ChangeType"), "user": word(message, "UserID"), "key": word(message, "EventKey")}
    named = {name: value[:ID_LIMIT] for name, value in fields.items() if value}
    return {"kind": Kind.NOTICE, "name": word(message, "Event")[:ID_LIMIT], "fields": named}


MESSAGES: dict[str, Callable[[Element], Parts]] = {
    "text": _text,
    "image": _file(FileKind.IMAGE),
    "voice": _file(FileKind.VOICE),
    "video": _file(FileKind.VIDEO),
    "file": _file(FileKind.FILE),
    "location": _location,
    "link": _link,
}
EVENTS: dict[str, Callable[[Element], Parts]] = {
    "template_card_event": _press,
    "template_card_menu_event": _press,
    "subscribe": _visit,
    "enter_agent": _visit,
    "click": _menu,
}
