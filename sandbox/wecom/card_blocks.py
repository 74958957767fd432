"""The blocks that template cards are made of, each with its own check (WeCom: 发送应用消息, 模板卡片消息)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.wecom.errors import VendorError
from sandbox.wecom.fields import distinct, items, link, number, optional_text, part, text

Json = dict[str, Any]
Known = Callable[[object], bool]

_CARD = "template_card"
KEY_BYTES, OPTION_BYTES = 1024, 128


def source(card: Json) -> None:
    """Who speaks: icon, words, colour."""
    if block := part(card, "source", _CARD):
        optional_text(block, "desc", "source")
        if block.get("icon_url"):
            link(block, "icon_url", "source")


def titles(card: Json, kind: str) -> None:
    """Main title and second line; a text notice may do with the second line alone."""
    block = part(card, "main_title", _CARD) or {}
    title, line = optional_text(block, "title", "main_title"), optional_text(card, "sub_title_text", _CARD)
    optional_text(block, "desc", "main_title")
    if not title and not (kind == "text_notice" and line):
        raise VendorError(40058, "main_title.title is empty")


def action_menu(card: Json) -> None:
    """The menu behind the three dots: 1 to 3 entries with keys of their own."""
    if block := part(card, "action_menu", _CARD):
        entries = items(block, "action_list", "action_menu", 3, least=1)
        for entry in entries:
            text(entry, "text", "action_list", 42038)
            text(entry, "key", "action_list", 42039, KEY_BYTES)
        distinct([entry["key"] for entry in entries], "action_list.key", 42039)


def target(block: Json, where: str, allowed: tuple[int, ...], code: int = 40058) -> int:
    """Where a press on a block leads: 0 nowhere, 1 a page, 2 a mini program, 3 a member's profile."""
    kind = number(block, "type", where, allowed, code=code)
    if kind == 1:
        link(block, "url", where, code)
    elif kind == 2 and where != "horizontal_content_list":
        text(block, "appid", where, code)
    return kind


def quote(card: Json) -> None:
    """The grey area with somebody's own words."""
    if block := part(card, "quote_area", _CARD):
        target(block, "quote_area", (0, 1, 2))
        optional_text(block, "title", "quote_area")
        optional_text(block, "quote_text", "quote_area")


def rows(card: Json, media: Known, member: Known) -> None:
    """Up to six lines of name and value; a value may be a link, a file or a member."""
    for row in items(card, "horizontal_content_list", _CARD, 6):
        text(row, "keyname", "horizontal_content_list")
        optional_text(row, "value", "horizontal_content_list")
        kind = target(row, "horizontal_content_list", (0, 1, 2, 3))
        if kind == 2 and not media(row.get("media_id")):
            raise VendorError(40007, "horizontal_content_list.media_id")
        if kind == 3 and not member(row.get("userid")):
            raise VendorError(40003, "horizontal_content_list.userid")


def jumps(card: Json) -> None:
    """Up to three lines that lead elsewhere."""
    for jump in items(card, "jump_list", _CARD, 3):
        text(jump, "title", "jump_list")
        target(jump, "jump_list", (0, 1, 2))


def card_action(card: Json, *, needed: bool) -> None:
    """What a press on the card itself opens; notices cannot be without."""
    block = part(card, "card_action", _CARD)
    if block is None:
        if needed:
            raise VendorError(42045, "card_action is missing")
        return
    target(block, "card_action", (1, 2) if needed else (0, 1, 2), 42045)


def picture(card: Json) -> None:
    """A news notice shows a picture, or a picture beside words."""
    image, beside = part(card, "card_image", _CARD), part(card, "image_text_area", _CARD)
    if not image and not beside:
        raise VendorError(40058, "card_image or image_text_area is missing")
    if image:
        link(image, "url", "card_image")
        ratio = image.get("aspect_ratio", 1.3)
        if isinstance(ratio, bool) or not isinstance(ratio, int | float) or not 1.3 <= ratio <= 2.25:
            raise VendorError(40058, "card_image.aspect_ratio: 1.3 to 2.25")
    if beside:
        target(beside, "image_text_area", (0, 1, 2))
        link(beside, "image_url", "image_text_area")


def selection(block: Json, where: str, most: int) -> None:
    """A question with its options: a drop-down, or the boxes of a vote."""
    text(block, "question_key", where, 42043, KEY_BYTES)
    number(block, "mode", where, (0, 1))
    options = items(block, "option_list", where, most, least=1)
    for option in options:
        text(option, "id", f"{where}.option_list", limit=OPTION_BYTES)
        text(option, "text", f"{where}.option_list")
    distinct([option["id"] for option in options], f"{where}.option_list.id")


def buttons(card: Json) -> None:
    """One to six buttons: a press calls back with the key, or opens a page."""
    pressed = items(card, "button_list", _CARD, 6, least=1)
    for button in pressed:
        text(button, "text", "button_list", 42038)
        if number(button, "type", "button_list", (0, 1)) == 1:
            link(button, "url", "button_list")
        else:
            text(button, "key", "button_list", 42039, KEY_BYTES)
    distinct([button["key"] for button in pressed if not button.get("type")], "button_list.key", 42039)


def submit(card: Json) -> None:
    """The one button of a vote or of a card with several selections."""
    block = part(card, "submit_button", _CARD, needed=True) or {}
    text(block, "text", "submit_button", 42038)
    text(block, "key", "submit_button", 42039, KEY_BYTES)


def odd_styles(card: Json) -> list[str]:
    """Styles and colours the vendor quietly replaces by its default."""
    styles = [button for button in card.get("button_list") or [] if button.get("style", 1) not in {1, 2, 3, 4}]
    colour = (card.get("source") or {}).get("desc_color", 0)
    odd = [f"button_list.style {button['style']!r} counts as 1" for button in styles]
    return odd if colour in {0, 1, 2, 3} else [*odd, f"source.desc_color {colour!r} counts as 0"]
