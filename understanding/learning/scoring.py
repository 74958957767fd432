"""The score card: how well sentences are read that training never saw, as the labelling conventions count."""

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from understanding.learning.several import alike, asked_rightly, placed, thing, told_apart, wants_a_question
from understanding.reader import Reader, highest
from understanding.reading import Intent, Reading, Situation

FOLDER = Path(__file__).parent / "lines"
TUNED, UNSEEN = "tuned", "unseen"
"""Lines by which the weights of cues and the thresholds were chosen; and lines that nothing was chosen by."""
BINS = 5


@dataclass(frozen=True, slots=True)
class Scored:
    """A labelled line, what was read, and how many seconds that took."""

    line: Mapping[str, Any]
    reading: Reading
    seconds: float

    @property
    def right(self) -> bool:
        """Is the intent one of those that the line allows?"""
        return self.reading.intent in {self.line["intent"], *self.line.get("acceptable_intents", ())}

    @property
    def asks(self) -> bool:
        """Is a question the right answer to this line, and was one asked?"""
        return wants_a_question(self.line) and self.reading.ask is not None

    def has(self, name: str) -> bool:
        """Is the slot of the first part right, or the highest urgency? What may be asked may be left open."""
        wanted = {self.line.get(name), self.line.get(f"{name}_norm", self.line.get(name))}
        wanted |= set(self.line.get("acceptable_categories", ())) if name == "category" else set()
        found = highest(self.reading.parts) if name == "urgency" else getattr(self.reading.parts[0], name)
        compared = thing if name == "item" else alike
        return self.asks or compared(found) in {compared(value) for value in wanted}


def scored(reader: Reader, lines: Sequence[Mapping[str, Any]]) -> list[Scored]:
    """Read them all."""
    return [_scored(reader, line) for line in lines]


def _scored(reader: Reader, line: Mapping[str, Any]) -> Scored:
    situation = Situation(role=line.get("role") or "", context=line.get("context") or "")
    begun = time.perf_counter()
    reading = reader.read(line["text"], situation)
    return Scored(line, reading, time.perf_counter() - begun)


def lines(name: str) -> list[Mapping[str, Any]]:
    """The labelled lines of a file."""
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def figures(found: Sequence[Scored]) -> dict[str, float]:
    """Shares of what is right, from 0 to 1; `false alarms` and `missed` count lines."""
    repairs = [one for one in found if one.line["intent"] == Intent.REPAIR]
    placed = [one for one in repairs if one.line.get("location")]
    alarms = [one for one in repairs if one.line.get("urgency") == "emergency"]
    alarmed = [one for one in repairs if any(part.urgency == "emergency" for part in one.reading.parts)]
    return {
        "intent": _share(found, [one for one in found if one.right]),
        "repair and category": _share(repairs, [one for one in repairs if one.right and one.has("category")]),
        "category": _share(repairs, [one for one in repairs if one.has("category")]),
        "place": _share(placed, [one for one in placed if one.has("location")]),
        "item": _share(repairs, [one for one in repairs if one.has("item")]),
        "urgency": _share(repairs, [one for one in repairs if one.has("urgency")]),
        "emergencies": len(alarms),
        "missed": len([one for one in alarms if one not in alarmed]),
        "false alarms": len([one for one in alarmed if one not in alarms]),
        "questions read as approvals": len([one for one in found if _approves_a_question(one)]),
        **_of_several(repairs),
        **_of_questions(found),
    }


def _of_several(repairs: Sequence[Scored]) -> dict[str, float]:
    """Messages of several problems and of one: are they told apart, and is each problem where it should be?"""
    several = [one for one in repairs if len(one.line.get("parts", ())) > 1]
    single = [one for one in repairs if one not in several]
    places = [placed(one.line, one.reading) for one in several]
    return {
        "several told apart": _share(several, [one for one in several if told_apart(one.line, one.reading)]),
        "one stays one": _share(single, [one for one in single if told_apart(one.line, one.reading)]),
        "places of several": sum(hit for _, hit in places) / max(1, sum(wanted for wanted, _ in places)),
    }


def _of_questions(found: Sequence[Scored]) -> dict[str, float]:
    """Is the right thing asked where something is missing, and nothing elsewhere?"""
    missing = [one for one in found if wants_a_question(one.line)]
    others = [one for one in found if one not in missing]
    return {
        "asked": _share(missing, [one for one in missing if asked_rightly(one.line, one.reading)]),
        "not asked": _share(others, [one for one in others if asked_rightly(one.line, one.reading)]),
    }


def _approves_a_question(one: Scored) -> bool:
    return one.line["intent"] == Intent.STATUS and one.reading.intent is Intent.APPROVE


def _share(whole: Sequence[Scored], part: Sequence[Scored]) -> float:
    return len(part) / len(whole) if whole else 1.0


def by_intent(found: Sequence[Scored]) -> Iterator[tuple[str, int, float, float]]:
    """Of each intent: lines, precision and recall."""
    wanted = Counter(str(one.line["intent"]) for one in found)
    said = Counter(str(one.line["intent"] if one.right else one.reading.intent.value) for one in found)
    right = Counter(str(one.line["intent"]) for one in found if one.right)
    for intent in sorted(wanted, key=wanted.__getitem__, reverse=True):
        yield intent, wanted[intent], right[intent] / max(1, said[intent]), right[intent] / wanted[intent]


def calibration(found: Sequence[Scored]) -> Iterator[tuple[str, int, float, float]]:
    """Of each fifth of confidence: lines, the mean confidence, and how often it was right."""
    for place in range(BINS):
        low, high = place / BINS, (place + 1) / BINS
        mine = [one for one in found if low <= one.reading.confidence < high]
        if mine:
            mean = sum(one.reading.confidence for one in mine) / len(mine)
            yield f"{low:.1f}–{high:.1f}", len(mine), mean, _share(mine, [one for one in mine if one.right])


def quickness(found: Sequence[Scored]) -> tuple[float, float]:
    """Milliseconds of a line: the median and the ninety-ninth of a hundred."""
    times = sorted(one.seconds * 1000 for one in found)
    return times[len(times) // 2], times[int(len(times) * 0.99)]
