"""A card as one of the vendor's five template cards, chosen by what it holds (WeCom: 模板卡片消息). No I/O."""

from collections.abc import Sequence

from bot.core.cards import Button, Card, Choice
from channels.wecom import blocks, questions
from channels.wecom.blocks import Json
from channels.wecom.cutting import is_address


def render(card: Card, home: str) -> Json:
    """The `template_card` object, without `task_id`, which belongs to one sending.

    A form is a vote (one question, up to 20 answers) or a multiple choice (up to three questions of ten answers each).
    These two show no buttons, links or rows, so one question with buttons beside it becomes a card with buttons and a
    drop-down list. Anything else to press makes a card with buttons: six in sight with the links, three more in the
    corner's menu. What shows a picture and asks for nothing is a news notice, the rest is a text notice. Too many
    answers lose those before the last one. What finds no room is named in the log. `home` is
    opened by a tap on a notice that names no address, because the vendor demands one.
    """
    choices = questions.good_choices(card) if card.choices else []
    submit = blocks.good_buttons(card, (card.submit,)) if card.submit else []
    if submit and choices and not _fits_beside_buttons(card, choices):
        blocks.dropped(card, "choices", len(choices[questions.QUESTIONS :]))
        return _form(card, choices[: questions.QUESTIONS], submit[0])
    if buttons := blocks.good_buttons(card, (*submit, *card.buttons)):
        return _with_buttons(card, buttons, choices)
    return _picture(card, home) if is_address(card.image) else _notice(card, home)


def _fits_beside_buttons(card: Card, choices: Sequence[Choice]) -> bool:
    """Whether a form keeps more of itself as a card with buttons: only that has room for other buttons and links."""
    if len(choices) != 1:
        return False
    return bool(card.buttons) or bool(card.links and len(choices[0].options) <= questions.SELECT_OPTIONS)


def _form(card: Card, choices: Sequence[Choice], submit: Button) -> Json:
    blocks.dropped(card, "links", len(card.links))
    blocks.dropped(card, "buttons", len(card.buttons))
    button = {"submit_button": blocks.press(submit)}
    if len(choices) == 1:
        head = blocks.heading(card, blocks.summary(card, choices[0].title))
        return {"card_type": "vote_interaction", **head, **questions.checkbox(choices[0]), **button}
    head = blocks.heading(card, blocks.summary(card, ""))
    selects = [questions.select(choice) for choice in choices]
    return {"card_type": "multiple_interaction", **head, "select_list": selects, **button}


def _with_buttons(card: Card, buttons: Sequence[Button], choices: Sequence[Choice]) -> Json:
    blocks.dropped(card, "choices", len(choices[1:]))
    return {
        "card_type": "button_interaction",
        **blocks.heading(card, card.headline),
        **blocks.details(card),
        **({"button_selection": questions.select(choices[0])} if choices else {}),
        **blocks.buttons_and_links(card, buttons),
        **blocks.tap(card.url),
    }


def _picture(card: Card, home: str) -> Json:
    return {
        "card_type": "news_notice",
        **blocks.heading(card, card.headline),
        "card_image": {"url": card.image, "aspect_ratio": 1.3},
        **blocks.upright_details(card),
        **blocks.jumps(card),
        **blocks.tap(card.url, home),
    }


def _notice(card: Card, home: str) -> Json:
    return {
        "card_type": "text_notice",
        **blocks.heading(card, card.headline),
        **blocks.details(card),
        **blocks.jumps(card),
        **blocks.tap(card.url, home),
    }
