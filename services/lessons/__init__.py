"""Learning from use: what corrections say about sentences is kept, without anybody in it."""

from services.lessons.aliases import SUBJECT, Aliases, Listed
from services.lessons.keeping import UNHEARD, Heard, Lessons
from services.lessons.misreading import Meaning, Misreadings
from services.lessons.reporting import Confusion, confusion, examples

__all__ = [
    "SUBJECT",
    "UNHEARD",
    "Aliases",
    "Confusion",
    "Heard",
    "Lessons",
    "Listed",
    "Meaning",
    "Misreadings",
    "confusion",
    "examples",
]
