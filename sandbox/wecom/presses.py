"""What a member's client lets the member do with a card (WeCom: 模板卡片事件推送)."""

from __future__ import annotations

from typing import Any

from sandbox.wecom.chats import Message, Version
from sandbox.wecom.world import World

Json = dict[str, Any]
Selected = dict[str, list[str]]


class ImpossibleError(ValueError):
    """A thing that the client offers no way to do, such as pressing a button that is not there."""


def find_card(world: World, userid: str, task_id: str) -> Message:
    """A member's entry that shows a card. Raises ImpossibleError when the member has no such card."""
    sending = world.tasks.of_task(task_id)
    message = sending.entries.get(userid) if sending else None
    if message is None or message.copy is None or message.recalled:
        raise ImpossibleError(f"{userid} has no card {task_id}")
    return message


def keys(version: Version) -> list[str]:
    """Keys that can be pressed on a card as it looks: none where a dead label stands in place of the buttons."""
    card = version.card
    menu = [entry["key"] for entry in (card.get("action_menu") or {}).get("action_list") or []]
    if version.replaced:
        return menu
    buttons = [button["key"] for button in card.get("button_list") or [] if not button.get("type")]
    submit = card.get("submit_button")
    return [*buttons, *([submit["key"]] if submit else []), *menu]


def version_for(message: Message, key: str, *, stale: bool = False) -> Version:
    """The look on which a key is pressed: the present one, or with `stale` the last that had the key.

    A stale press is a finger that was faster than the update. Raises ImpossibleError.
    """
    versions = message.copy.versions if message.copy else []
    for version in reversed(versions):
        if key in keys(version):
            return version
        if not stale:
            break
    raise ImpossibleError(f"no button {key!r} can be pressed on this card")


def is_menu(version: Version, key: str) -> bool:
    """Whether a key belongs to the menu behind the three dots, whose event has a name of its own."""
    return key in [entry["key"] for entry in (version.card.get("action_menu") or {}).get("action_list") or []]


def complete(card: Json, chosen: Selected) -> Selected:
    """Everything selected on a card at the moment of a press: what the member chose, else what is preset.

    Raises ImpossibleError for questions and options that are not on the card, disabled ones, and an empty vote.
    """
    lists = [card["button_selection"]] if card.get("button_selection") else list(card.get("select_list") or [])
    presets = {block["question_key"]: (block, _preselected(block)) for block in lists}
    if boxes := card.get("checkbox"):
        presets[boxes["question_key"]] = (boxes, _checked(boxes))
    if unknown := set(chosen) - set(presets):
        raise ImpossibleError(f"no question {sorted(unknown)}")
    return {key: _answer(block, preset, chosen.get(key, preset)) for key, (block, preset) in presets.items()}


def _preselected(block: Json) -> list[str]:
    """A drop-down starts with `selected_id`, or with its first option where that fits none."""
    options: list[str] = [option["id"] for option in block["option_list"]]
    return [next((option for option in options if option == block.get("selected_id")), options[0])]


def _checked(block: Json) -> list[str]:
    return [option["id"] for option in block["option_list"] if option.get("is_checked")]


def _answer(block: Json, preset: list[str], answer: list[str]) -> list[str]:
    key, many = block["question_key"], bool(block.get("mode"))
    if block.get("disable") and answer != preset:
        raise ImpossibleError(f"{key} is disabled")
    if foreign := set(answer) - {option["id"] for option in block["option_list"]}:
        raise ImpossibleError(f"no option {sorted(foreign)} in {key}")
    if not answer or (len(answer) > 1 and not many):
        raise ImpossibleError(f"{key} wants {'at least' if many else 'exactly'} one option")
    return answer
