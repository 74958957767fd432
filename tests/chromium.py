"""Tests marked `browser` need a Chromium: without one they are skipped, and the run ends by saying so loudly.

tests/conftest.py imports the hooks and the fixture.
"""

from pathlib import Path

import pytest

from dev import CHROMIUM_INSTALL, find_chromium

MARKER = "browser"
REASON = f"no Chromium; {' '.join(CHROMIUM_INSTALL)}"


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """The browser's program, for Playwright's `executable_path`."""
    found = find_chromium()
    assert found is not None, "only tests marked `browser` may ask for it"
    return Path(found)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the browser tests where there is no browser."""
    if find_chromium() is not None:
        return
    for item in items:
        if item.get_closest_marker(MARKER):
            item.add_marker(pytest.mark.skip(reason=REASON))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Count what was skipped for want of a browser, in red, as the last thing before the closing line."""
    skipped = [report for report in terminalreporter.getreports("skipped") if MARKER in report.keywords]
    if skipped and find_chromium() is None:
        terminalreporter.section(f"{len(skipped)} BROWSER TESTS SKIPPED: {REASON}", sep="!", red=True, bold=True)
