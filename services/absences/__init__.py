"""Leave and duty: their use cases."""

from services.absences.cases import Absences
from services.absences.rota import Rota, Turn
from services.absences.values import SUBJECT, Leave, Told

__all__ = ["SUBJECT", "Absences", "Leave", "Rota", "Told", "Turn"]
