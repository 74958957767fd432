"""JSON lines in, JSON lines out: the answers of `houqin understand`."""

import json
from collections.abc import Mapping
from datetime import datetime

from understanding.reader import Reader
from understanding.reading import Intent, Part, Reading, Situation


def answer_line(line: str | bytes, reader: Reader) -> dict[str, object]:
    """The answer to one raw line; a line that is no JSON object is answered with `error` beside an empty reading."""
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError) as error:
        return _refused(f"not JSON: {error}")
    return answer(asked, reader) if isinstance(asked, dict) else _refused("not a JSON object")


def answer(line: Mapping[str, object], reader: Reader) -> dict[str, object]:
    """The answer to `{"text", "role"?, "context"?, "now"?}`: intent, parts, ask, confidence, reason, extra."""
    text = line.get("text")
    if not isinstance(text, str):
        return _refused('"text" must be a string')
    try:
        situation = _situation(line)
    except (TypeError, ValueError) as error:
        return _refused(str(error))
    return _plain(reader.read(text, situation))


def _situation(line: Mapping[str, object]) -> Situation:
    now = line.get("now")
    return Situation(
        role=_word(line, "role"),
        context=_word(line, "context"),
        own_place=_word(line, "own_place"),
        locale=_word(line, "locale") or "zh_CN",
        now=datetime.fromisoformat(now) if isinstance(now, str) else None,
    )


def _word(line: Mapping[str, object], key: str) -> str:
    words = line.get(key)
    if words is not None and not isinstance(words, str):
        raise TypeError(f'"{key}" must be a string')
    return words or ""


def _plain(reading: Reading) -> dict[str, object]:
    extra = dict(reading.extra)
    if reading.record:
        extra["record"] = reading.record
    if reading.danger:
        extra["danger"] = reading.danger
    return {
        "intent": reading.intent.value,
        "parts": [_part(part) for part in reading.parts],
        "ask": reading.ask.value if reading.ask else None,
        "confidence": reading.confidence,
        "reason": reading.reason,
        "extra": extra,
    }


def _part(part: Part) -> dict[str, object]:
    return {
        "category": part.category,
        "location": part.location,
        "item": part.item,
        "urgency": part.urgency.value if part.urgency else None,
    }


def _refused(error: str) -> dict[str, object]:
    return _plain(Reading(intent=Intent.OTHER)) | {"error": error}
