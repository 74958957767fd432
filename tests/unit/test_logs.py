"""What is written to the log, and that writing it never fails."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import logs


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """The other tests log as they did."""
    before, root = structlog.get_config(), logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    structlog.configure(**before)
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.parametrize("value", ["\ud800", 1 << 80, {"\udc00": 1}, object()], ids=["half", "large", "key", "object"])
@pytest.mark.parametrize("style", ["json", "console"])
def test_a_line_is_written_whatever_is_in_it(style: str, value: object, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(style)
    structlog.get_logger().info("said", value=value)
    assert "said" in capsys.readouterr().err


def test_a_usual_line_is_read_by_people_and_machines(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("json")
    structlog.get_logger().info("said", name="王芳")
    line = capsys.readouterr().err
    assert json.loads(line)["name"] == "王芳"
    assert "王芳" in line
