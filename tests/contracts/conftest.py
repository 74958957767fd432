"""What the contract suites share beside the school."""

from tests.visiting import browser

__all__ = ["browser"]
