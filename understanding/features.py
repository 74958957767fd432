"""What the model looks at: runs of characters, what the words are about, who speaks, which card is answered."""

import re
from operator import add

from understanding.concepts import concepts
from understanding.patterns import late

LONGEST = 300
"""Characters that are looked at: whoever writes more has said by then what is wanted."""
BRIEF = 14
"""Characters of a text so short that it depends on the speaker what is meant: “好了”, “收到”."""
_PLACE = late(r"□+[^\s]?")
_DIGITS = late(r"\d+")
_STOPS = late(r"[\s,.!?~;:、]+")
_CARDS = (
    ("inspection card", r"\btrial\b|inspection card|arrival card|到货|验收|试用"),
    ("form", r"question|\bask|clarif|\bform\b|which|提问|追问|补充"),
    ("own record", r"\bown (?:purchase|request)|complet|done|resolved|closed|confirm|rating|own record|评价|完工"),
    ("inspection card", r"arriv|inspect|receipt|receiv|goods|trial|deliver|到货|验收|试用|入库"),
    ("approval card", r"purchase|approv|request|grant|reimburse|permission|审批|待批"),
    ("job card", r"job|assign|dispatch|ticket|order|work|in progress|on.?hold|派单|新单|待接单|已接单|维修中"),
    ("notice", r"notice|announce|通知|公告"),
)
_STEPS = {
    "job card": {
        "in hand": r"in progress|started|accepted|urged|催|on.?hold|held|thread|assignee|维修中|已接单",
        "new": r"new|report|assign|dispatch|offer|派单|新单|待接单",
    },
    "own record": {
        "done": r"complet|done|resolved|closed|confirm|rating|评价|完工",
        "open": r"report|accept|start|held|wait",
    },
}
_KINDS = [(kind, late(pattern, re.IGNORECASE)) for kind, pattern in _CARDS]
_WHERE = {
    kind: [(step, late(pattern, re.IGNORECASE)) for step, pattern in steps.items()] for kind, steps in _STEPS.items()
}
_SPEAKERS = {
    "": "",
    "repairer": "repairer",
    "buyer": "buyer",
    "keeper": "keeper",
    "leader": "leader",
    "principal": "leader",
    "logistics_head": "leader",
    "approver": "leader",
    "safety_lead": "leader",
    "duty_lead": "leader",
}


def features(text: str, role: str = "", context: str = "") -> list[str]:
    """The features of a squeezed text, each once.

    `role` is the sender's; `context` words the card that is answered, as `Situation` has it.
    """
    runs = _runs(f"^{text}$")
    card = card_of(context)
    where = step_of(card, context)
    stands = _of_card(runs, f"{card} {where}") if where else []
    kinds = dict.fromkeys(concepts(text))
    return [*runs, *kinds, *_of_card(runs, card), *stands, *_of_speaker(runs, text, speaker_of(role))]


def squeezed(outline: str) -> str:
    """A text whose places are covered by □ without what does not matter: which place, which number, which stop."""
    text = _PLACE.sub("□", outline[:LONGEST])
    return _STOPS.sub(" ", _DIGITS.sub("0", text)).strip()


def _runs(text: str) -> list[str]:
    """Characters, pairs of them, and pairs with one between. Longer runs bring no more: tried on lines never learnt."""
    pairs = map(add, text, text[1:])
    apart = map("{}_{}".format, text, text[2:])
    return list(dict.fromkeys([*text, *pairs, *apart]))


def _of_card(runs: list[str], card: str) -> list[str]:
    return [f"{card}:", *(f"{card}:{run}" for run in runs)] if card else []


def _of_speaker(runs: list[str], text: str, speaker: str) -> list[str]:
    if not speaker:
        return []
    return [f"{speaker}>", *(f"{speaker}>{run}" for run in runs if len(text) <= BRIEF)]


def card_of(context: str) -> str:
    """The kind of card that a context words, or "" for none and for those of no kind."""
    return next((kind for kind, pattern in _KINDS if pattern.search(context)), "") if context else ""


def step_of(card: str, context: str) -> str:
    """Where the record of such a card stands, as far as the context tells and it matters; else ""."""
    return next((step for step, pattern in _WHERE.get(card, ()) if pattern.search(context)), "")


def speaker_of(role: str) -> str:
    """Who speaks, as far as it matters to what short words mean."""
    return _SPEAKERS.get(role, "teacher")
