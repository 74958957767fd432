"""The pieces of a template card, each within the vendor's limits (WeCom: 发送应用消息, 模板卡片消息).

Every function returns the fields it fills in, {} when there is nothing to show. The vendor only advises lengths of
texts but counts lists and bytes hard; both are kept here.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import structlog

from bot.core.cards import Button, Card, Link, Tone
from channels.wecom.cutting import cut, fits, is_address, label, line

Json = dict[str, Any]

TITLE, DESCRIPTION, SOURCE = 36, 44, 13
ROWS, ROW_NAME, ROW_VALUE = 6, 5, 30
SUB_TITLE, QUOTE = 160, 256
UPRIGHT_ROWS, UPRIGHT_NAME, UPRIGHT_VALUE = 4, 26, 112
BUTTONS, MENU, JUMPS = 6, 3, 3
LABEL, KEY = 20, 1024
NOTHING = "—"
STYLES: Final = {Tone.PRIMARY: 1, Tone.PLAIN: 2, Tone.DANGER: 3}

log = structlog.get_logger(__name__)


def dropped(card: Card, what: str, count: int) -> None:
    """Note what a card could not hold."""
    if count:
        log.warning("wecom_card_cut", card=card.key, what=what, dropped=count)


def heading(card: Card, description: str) -> Json:
    """Where it comes from, what it is, and one line below."""
    title = line(card.title, TITLE) or line(card.headline, TITLE) or line(card.source, TITLE) or NOTHING
    block: Json = {"main_title": {"title": title}}
    if below := line(description, DESCRIPTION):
        block["main_title"]["desc"] = below
    if source := label(card.source, SOURCE):
        block["source"] = {"desc": source, "desc_color": 0}
    return block


def split_rows(card: Card) -> tuple[list[Json], list[tuple[str, str]]]:
    """Rows that fit the card's table, and name and value of those that do not."""
    table: list[Json] = []
    rest: list[tuple[str, str]] = []
    for given, said in card.rows:
        name, value = label(given, KEY), cut(said, KEY) or NOTHING
        if 0 < len(name) <= ROW_NAME and len(value) <= ROW_VALUE and "\n" not in value and len(table) < ROWS:
            table.append({"keyname": name, "value": value})
        else:
            rest.append((name, value))
    return table, rest


def details(card: Card) -> Json:
    """Rows as a table; what is too long for it as lines below; somebody's words as a quotation."""
    table, rest = split_rows(card)
    lines = [f"{name}：{value}" if name else value for name, value in rest]
    if len(card.headline) > DESCRIPTION and len(headline := line(card.headline, KEY)) > DESCRIPTION:
        lines.insert(0, headline)
    below, quote = "\n".join(lines), card.quote
    if len(below) > SUB_TITLE and not quote:
        below, quote = "", below
    block: Json = {"horizontal_content_list": table, "sub_title_text": cut(below, SUB_TITLE), **quotation(quote)}
    return {name: part for name, part in block.items() if part}


def upright_details(card: Card) -> Json:
    """The same for a card with a picture, which has no room for lines but a second table."""
    table, rest = split_rows(card)
    upright = [
        {"title": line(name, UPRIGHT_NAME) or NOTHING, "desc": line(value, UPRIGHT_VALUE)} for name, value in rest
    ]
    dropped(card, "rows", len(upright[UPRIGHT_ROWS:]))
    block = {"horizontal_content_list": table, "vertical_content_list": upright[:UPRIGHT_ROWS], **quotation(card.quote)}
    return {name: part for name, part in block.items() if part}


def summary(card: Card, question: str) -> str:
    """One line for a form, which has no table."""
    rows = (f"{name}：{value}" for name, value in card.rows)
    return " · ".join(part for part in (line(card.headline, KEY), line(question, KEY), *rows) if part)


def quotation(words: str) -> Json:
    """Somebody's own words."""
    text = cut(words, QUOTE)
    return {"quote_area": {"type": 0, "quote_text": text}} if text else {}


def tap(*urls: str) -> Json:
    """Where a tap on the card leads: the first address that is one."""
    for url in urls:
        if is_address(url):
            return {"card_action": {"type": 1, "url": url}}
    return {}


def jumps(card: Card) -> Json:
    """Links below a notice."""
    links = good_links(card)
    dropped(card, "links", len(links[JUMPS:]))
    block = [{"type": 1, "title": label(link.text, LABEL) or NOTHING, "url": link.url} for link in links[:JUMPS]]
    return {"jump_list": block} if block else {}


def good_links(card: Card) -> list[Link]:
    """Links whose address the vendor takes."""
    links = [link for link in card.links if is_address(link.url)]
    dropped(card, "addresses", len(card.links) - len(links))
    return links


def good_buttons(card: Card, buttons: Iterable[Button]) -> list[Button]:
    """Buttons whose name can come back; of two with one name, which the vendor refuses, the first."""
    every = list(buttons)
    good = {button.name: button for button in reversed(every) if fits(button.name, KEY)}
    dropped(card, "buttons", len(every) - len(good))
    return list(good.values())[::-1]


def press(button: Button) -> Json:
    """Text and key, as buttons, menus and submit buttons have them."""
    return {"text": label(button.text, LABEL) or NOTHING, "key": button.name}


def menu(card: Card, buttons: Sequence[Button]) -> Json:
    """The menu in the card's corner, for buttons that found no room on it."""
    dropped(card, "buttons", len(buttons[MENU:]))
    actions = [press(button) for button in buttons[:MENU]]
    return {"action_menu": {"desc": "更多", "action_list": actions}} if actions else {}


def buttons_and_links(card: Card, buttons: Sequence[Button]) -> Json:
    """Up to six to press or open; so that a link finds room the last buttons go to the menu, never the other way."""
    links = good_links(card)
    room = max(0, BUTTONS + MENU - len(buttons))
    dropped(card, "links", len(links[room:]))
    links = links[:room][:BUTTONS]
    shown = max(0, BUTTONS - len(links))
    row: list[Json] = [press(button) | {"style": STYLES[button.tone]} for button in buttons[:shown]]
    row += [
        {"type": 1, "style": STYLES[Tone.PLAIN], "text": label(link.text, LABEL) or NOTHING, "url": link.url}
        for link in links
    ]
    return {"button_list": row, **menu(card, buttons[shown:])}
