"""Passive replies: what the bot puts into its answer to a callback (WeCom: 被动回复消息格式)."""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element

from sandbox.wecom import envelope
from sandbox.wecom.chats import Message
from sandbox.wecom.contents import TEXT_BYTES
from sandbox.wecom.errors import VendorError
from sandbox.wecom.fields import cut
from sandbox.wecom.seal import SealError
from sandbox.wecom.updates import apply_look, new_look
from sandbox.wecom.world import World

Json = dict[str, Any]

_LISTS = frozenset(
    ["HorizontalContentList", "JumpList", "VerticalContentList", "ButtonList", "SelectList", "OptionList", "ActionList"]
)
_NUMBERS = frozenset(["Type", "Style", "DescColor", "Mode"])
_TRUTHS = frozenset({"Disable", "IsChecked"})
# Names of the JSON form that are not the XML name in lower case with underscores.
_ODD = {"KeyName": "keyname", "MediaId": "media_id", "UserId": "userid", "AppId": "appid", "PagePath": "pagepath",
        "CheckBox": "checkbox"}  # fmt: skip
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def apply_reply(world: World, userid: str, pressed: Message | None, code: str, body: bytes) -> Json:
    """Open and apply an answer's body. Answers what it was; the vendor ignores what it cannot use.

    `pressed` is the card whose press was answered (None for other callbacks): a card update changes only this copy.
    """
    if not body.strip():
        return {}
    try:
        return _apply(world, userid, pressed, code, _open(world, body))
    except (SealError, VendorError, ValueError) as wrong:
        return {"ignored": str(wrong)}


def _open(world: World, body: bytes) -> Element:
    outer = envelope.parse(body)
    field = {name: outer.findtext(name) or "" for name in ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")}
    world.sealer.check(field["MsgSignature"], field["TimeStamp"], field["Nonce"], field["Encrypt"])
    return envelope.parse(world.sealer.open(field["Encrypt"]))


def _apply(world: World, userid: str, pressed: Message | None, code: str, reply: Element) -> Json:
    kind = reply.findtext("MsgType") or ""
    if (reply.findtext("ToUserName") or "").lower() != userid.lower():
        raise ValueError("ToUserName is another member")
    if kind in {"update_button", "update_template_card"}:
        return _update(world, pressed, code, kind, reply)
    content = _CONTENTS[kind](world, reply) if kind in _CONTENTS else None
    if content is None:
        raise ValueError(f"MsgType {kind!r}")
    world.chats.post(userid, "app", kind, content)
    return {"kind": kind}


def _update(world: World, pressed: Message | None, code: str, kind: str, reply: Element) -> Json:
    if pressed is None:
        raise ValueError(f"{kind} answers card events only")
    notes: Json = {}
    if kind == "update_button":
        body: Json = {"button": {"replace_name": reply.findtext("Button/ReplaceName") or ""}}
    else:
        card = reply.find("TemplateCard")
        body = {"template_card": as_json(card) if card is not None else {}}
    apply_look(world, pressed, new_look(world, body, notes), "passive")
    if world.config.passive_uses_code:
        world.tasks.spend(code)
    return {"kind": kind} | notes


def as_json(block: Element) -> Json:
    """A card of XML in its JSON form: repeated siblings become lists, names and numbers as in message/send."""
    card: Json = {}
    for child in block:
        name = _ODD.get(child.tag) or _HUMP.sub("_", child.tag).lower()
        if child.tag in _LISTS:
            card.setdefault(name, []).append(as_json(child))
        else:
            card[name] = as_json(child) if len(child) else _value(child)
    return card


def _value(leaf: Element) -> object:
    text = leaf.text or ""
    if leaf.tag in _TRUTHS:
        return text.strip().lower() in {"1", "true"}
    if leaf.tag == "AspectRatio":
        return float(text)
    return int(text) if leaf.tag in _NUMBERS else text


def _text(_world: World, reply: Element) -> Json:
    content = reply.findtext("Content") or ""
    if not content:
        raise ValueError("Content is empty")
    return {"content": cut(content, TEXT_BYTES)}


def _file(world: World, reply: Element) -> Json:
    holder = {"image": "Image", "voice": "Voice", "video": "Video"}[reply.findtext("MsgType") or ""]
    medium = world.shelf.find(reply.findtext(f"{holder}/MediaId"))
    if medium is None:
        raise VendorError(40007)
    return {"media_id": medium.media_id, "name": medium.name, "size": len(medium.data)}


def _news(_world: World, reply: Element) -> Json:
    fields = {"title": "Title", "description": "Description", "picurl": "PicUrl", "url": "Url"}
    items = reply.findall("Articles/item")
    if not 1 <= len(items) <= 8:
        raise VendorError(45008)
    return {"articles": [{name: item.findtext(tag) or "" for name, tag in fields.items()} for item in items]}


_CONTENTS = {"text": _text, "image": _file, "voice": _file, "video": _file, "news": _news}
