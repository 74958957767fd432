"""A school's people, places and devices: in from TOML and sheets, out as sheets. One set of rules for all ways in."""

from services.loading.columns import KINDS, Kind
from services.loading.report import Problem, Report
from services.loading.use_cases import Loading

__all__ = ["KINDS", "Kind", "Loading", "Problem", "Report"]
