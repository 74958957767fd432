"""Cards: what is shown to a person, free of any vendor. Each channel draws them in its own way."""

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """How a button looks."""

    PRIMARY = "primary"
    PLAIN = "plain"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press; `name` comes back as the name of a PRESS event."""

    text: str
    name: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Link:
    """Something to open."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a choice."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A question with given answers; the chosen option's id comes back in `Event.fields[key]`."""

    key: str
    title: str
    options: tuple[Option, ...]
    selected: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One card. `key` names what it shows ("work_order:12"): a later card of the same key takes its place.

    `buttons` are actions in order of weight, the first ones in sight where a channel has little room. With `submit`
    the card is a form: `choices` (at most three) are asked, and pressing `submit` sends them. `url` opens on a tap.
    `quote` are somebody's own words. A channel simplifies what its vendor cannot show, it never leaves out a button.
    """

    key: str
    title: str
    headline: str = ""
    source: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    quote: str = ""
    buttons: tuple[Button, ...] = ()
    choices: tuple[Choice, ...] = ()
    submit: Button | None = None
    links: tuple[Link, ...] = ()
    url: str = ""
    image: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a channel returns for a card it has shown: its own reference, and the code for one later change."""

    ref: str
    code: str = ""
