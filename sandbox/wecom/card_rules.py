"""What the vendor demands of a template card (WeCom: 发送应用消息, 模板卡片消息).

Counts are hard; lengths in characters are the vendor's advice, so passing them is a warning and no error.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sandbox.wecom import card_blocks as blocks
from sandbox.wecom.errors import VendorError
from sandbox.wecom.fields import items, part, text

Json = dict[str, Any]

_TASK_ID = re.compile(r"[0-9A-Za-z_\-@]{1,128}")
_INTERACTIVE = {"button_interaction", "vote_interaction", "multiple_interaction"}
_HEAD = {"card_type", "task_id", "source", "main_title"}
_NOTICE = _HEAD | {"action_menu", "quote_area", "horizontal_content_list", "jump_list", "card_action"}
# What the client draws of each type; other blocks are not shown.
SHOWN: dict[str, set[str]] = {
    "text_notice": _NOTICE | {"emphasis_content", "sub_title_text"},
    "news_notice": _NOTICE | {"image_text_area", "card_image", "vertical_content_list"},
    "button_interaction": (_NOTICE - {"jump_list"}) | {"sub_title_text", "button_selection", "button_list"},
    "vote_interaction": _HEAD | {"checkbox", "submit_button"},
    "multiple_interaction": _HEAD | {"select_list", "submit_button"},
}
_ADVICE = {("main_title", "title"): 36, ("main_title", "desc"): 44, ("source", "desc"): 13}


def has_callback(card: Json) -> bool:
    """Whether presses on the card come back to the app, so that it has response codes and a task id."""
    return card.get("card_type") in _INTERACTIVE or bool(card.get("action_menu"))


def check_card(card: Json, media: Callable[[object], bool], member: Callable[[object], bool]) -> list[str]:
    """Check every block. `media` and `member` say whether such an id exists. Answers warnings, raises VendorError."""
    kind = card.get("card_type")
    if not isinstance(kind, str) or kind not in SHOWN:
        raise VendorError(42031, f"card_type {kind!r}")
    blocks.source(card)
    blocks.titles(card, kind)
    blocks.action_menu(card)
    blocks.quote(card)
    blocks.rows(card, media, member)
    blocks.jumps(card)
    blocks.card_action(card, needed=kind in {"text_notice", "news_notice"})
    _BODIES[kind](card)
    return _warnings(card, kind)


def check_task_id(card: Json) -> str:
    """The task id of a card to be sent ("" where it may be left out). Raises VendorError 42014."""
    task_id = card.get("task_id") or ""
    if not task_id and not has_callback(card):
        return ""
    if not isinstance(task_id, str) or not _TASK_ID.fullmatch(task_id):
        raise VendorError(42014, "task_id: 1 to 128 of 0-9 A-Z a-z _ - @")
    return task_id


def _text_notice(card: Json) -> None:
    part(card, "emphasis_content", "template_card")


def _news_notice(card: Json) -> None:
    blocks.picture(card)
    for item in items(card, "vertical_content_list", "template_card", 4):
        text(item, "title", "vertical_content_list")


def _buttons(card: Json) -> None:
    if selection := part(card, "button_selection", "template_card"):
        blocks.selection(selection, "button_selection", 10)
    blocks.buttons(card)


def _vote(card: Json) -> None:
    checkbox = part(card, "checkbox", "template_card", needed=True) or {}
    blocks.selection(checkbox, "checkbox", 20)
    blocks.submit(card)


def _multiple(card: Json) -> None:
    lists = items(card, "select_list", "template_card", 3, least=1)
    for item in lists:
        blocks.selection(item, "select_list", 10)
    if len({item["question_key"] for item in lists}) != len(lists):
        raise VendorError(42043, "select_list.question_key stands twice")
    blocks.submit(card)


_BODIES: dict[str, Callable[[Json], None]] = {
    "text_notice": _text_notice,
    "news_notice": _news_notice,
    "button_interaction": _buttons,
    "vote_interaction": _vote,
    "multiple_interaction": _multiple,
}


def _warnings(card: Json, kind: str) -> list[str]:
    """What the vendor lets pass and a reader would still miss."""
    hidden = [f"{name} is not shown on {kind}" for name in card if name not in SHOWN[kind] | {"replace_text"}]
    long = [
        f"{block}.{name} is longer than the advised {limit} characters"
        for (block, name), limit in _ADVICE.items()
        if len(str((card.get(block) or {}).get(name) or "")) > limit
    ]
    rows = card.get("horizontal_content_list") or []
    keys = [
        f"keyname {row['keyname']!r} is longer than the advised 5 characters" for row in rows if len(row["keyname"]) > 5
    ]
    return hidden + long + keys + blocks.odd_styles(card)
