"""The doctor: looks at everything that an installation needs, and says what to do about each thing."""

from pathlib import Path

from bot.doctor.examination import Doctor
from bot.doctor.patient import Patient
from bot.doctor.report import Report

FOLDER = Path(__file__).parent

__all__ = ["FOLDER", "Doctor", "Patient", "Report"]
