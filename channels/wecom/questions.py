"""The questions of a template card and their answers, within the vendor's limits (WeCom: 投票选择型, 多项选择型)."""

from bot.core.cards import Card, Choice, Option
from channels.wecom.blocks import KEY, NOTHING, Json, dropped
from channels.wecom.cutting import fits, line

QUESTIONS, SELECT_OPTIONS, VOTE_OPTIONS = 3, 10, 20
OPTION_ID, OPTION_TEXT, QUESTION = 128, 36, 26


def good_choices(card: Card) -> list[Choice]:
    """Questions that can be asked: with a key of their own and with answers that can come back."""
    choices = {choice.key: choice for choice in card.choices if fits(choice.key, KEY) and good_options(choice)}
    dropped(card, "choices", len(card.choices) - len(choices))
    return list(choices.values())


def good_options(choice: Choice) -> list[Option]:
    """Answers whose id can come back, no id twice."""
    return list({option.id: option for option in choice.options if fits(option.id, OPTION_ID)}.values())


def options(choice: Choice, limit: int) -> list[Option]:
    """At most `limit` answers: the first ones, the chosen one, and the last one, which is often "something else"."""
    every = good_options(choice)
    if len(every) <= limit:
        return every
    kept = [*every[: limit - 1], every[-1]]
    chosen = [option for option in every if option.id == choice.selected]
    if chosen and chosen[0] not in kept:
        kept[-2] = chosen[0]
    return kept


def select(choice: Choice) -> Json:
    """A question with a drop-down list."""
    answers = [{"id": option.id, "text": _answer(option)} for option in options(choice, SELECT_OPTIONS)]
    block: Json = {"question_key": choice.key, "title": line(choice.title, QUESTION) or NOTHING, "option_list": answers}
    if any(answer["id"] == choice.selected for answer in answers):
        block["selected_id"] = choice.selected
    return block


def checkbox(choice: Choice) -> Json:
    """A question with all its answers in sight, one of them to tick."""
    answers = [
        {"id": option.id, "text": _answer(option), "is_checked": option.id == choice.selected}
        for option in options(choice, VOTE_OPTIONS)
    ]
    return {"checkbox": {"question_key": choice.key, "mode": 0, "option_list": answers}}


def _answer(option: Option) -> str:
    return line(option.text, OPTION_TEXT) or line(option.id, OPTION_TEXT)
