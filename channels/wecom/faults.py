"""What the vendor's error codes mean for us (WeCom: 全局错误码), as data."""

import re

from bot.core.carrier import GiveUp, Spent, TryLater

TOKEN_DEAD = frozenset({40001, 40014, 41001, 42001})
"""The access token is refused, whatever the reason: take a fresh one, once."""

BUSY = frozenset({-1, 45009, 45033})
"""Overloaded, called too often, too many at a time."""

SPENT = frozenset({60140, 42016})
"""The card's change code, or the card, is not known any more."""

TASK_ID_TAKEN = 42014
LOGIN_CODE_DEAD = frozenset({40029, 42003, 42022})
"""A sign-in's code is wrong, used or too old."""

ALARMS: dict[int, str] = {
    40001: "app secret refused",
    40013: "corp id unknown",
    40056: "agent id unknown",
    48002: "the app may not call this interface",
    50003: "the app is switched off",
    60020: "our address is not among 企业可信IP",
    301002: "the secret belongs to another app",
}
"""Nothing goes out until the school's administrator has mended it at the vendor's console."""

HOPELESS = frozenset(
    {40003, 40031, 40032, 60111, 60011, 81013, 82001, 82002, 82003}  # receivers
    | {40004, 40007, 830002}  # files
    | {40008, 40058, 40066, 40070, TASK_ID_TAKEN, 44004, 45002, 50002}  # contents
    | set(range(42027, 42052))  # fields of cards
)
"""The same item would be refused again."""


_FROM = re.compile(r"from ip: ([0-9A-Fa-f.:]{3,45})")


def address_seen(errmsg: object) -> str:
    """Our address as the vendor saw it, which is the one to be entered at its console; "" where it names none."""
    seen = _FROM.search(str(errmsg))
    return seen[1] if seen else ""


def refusal(path: str, code: int) -> TryLater | GiveUp | Spent:
    """What to raise for an answer of `path` with this code. A code that is not known here is tried again."""
    why = f"{path}: {code}"
    if code in SPENT:
        return Spent(why)
    if code in HOPELESS:
        return GiveUp(why)
    return TryLater(why, whole_lane=code in TOKEN_DEAD | BUSY or code in ALARMS)
