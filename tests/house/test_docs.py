"""The inspector of pages: links lead somewhere, commands and settings exist, decisions and words are complete."""

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

import dev
from bot.cli import loaded, parser
from channels.wecom.settings import PREFIX as WECOM_PREFIX
from channels.wecom.settings import WeComSettings
from config.data import load_roles
from config.settings import PREFIX, Settings
from domain.work_orders import REPAIR, State

DECISIONS = dev.ROOT / "docs" / "decisions"
HEADINGS = ["Status", "Context", "Decision", "Consequences"]
LONGEST_DECISION = 45
PICTURES_TO_COME: frozenset[str] = frozenset()
"""Pictures that a page may name before somebody has taken them; empty when all are there."""

LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
QUOTED = re.compile(r"`([^`\n]+)`")
COMMAND = re.compile(r"(?:(?<=/bin/)|(?<![\w/.-])(?<!-u ))houqin((?: [^\s#;|&<>，。；、]+)*)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
SETTING = re.compile(r"(?<!\w)HOUQIN_[A-Z0-9_]*[A-Z0-9](?!\w|\*)")
OTHER_SETTINGS = frozenset({"HOUQIN_CHROMIUM", "HOUQIN_TEST_DATABASE"})
"""Those of dev.py and the tests."""


def pages() -> list[Path]:
    """Everything that is written for people to read, outside folders that tools make."""
    own = [path for folder in ("docs", "tests") for path in (dev.ROOT / folder).rglob("*.md")]
    return sorted([*dev.ROOT.glob("*.md"), *own])


def relative(path: Path) -> str:
    """Where something lies, seen from the project's folder; as it stands when it lies outside."""
    return path.relative_to(dev.ROOT).as_posix() if path.is_relative_to(dev.ROOT) else str(path)


def text_of(path: Path) -> str:
    """The whole page."""
    return path.read_text(encoding="utf-8")


def anchors(text: str) -> set[str]:
    """The names of a page's headings, as links use them: lower case, no punctuation, hyphens for blanks."""
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(FENCE.sub("", text)))
    return {heading.strip().replace(" ", "-") for heading in plain}


def broken(page: Path) -> Iterator[str]:
    """Links and pictures of a page that lead nowhere."""
    for link in LINK.findall(FENCE.sub("", text_of(page))):
        address, _, anchor = link.partition("#")
        target = (page.parent / address).resolve() if address else page
        if "://" in address or relative(target) in PICTURES_TO_COME:
            continue
        if not target.exists() or (anchor and anchor not in anchors(text_of(target))):
            yield link


def commands(text: str) -> Iterator[list[str]]:
    """The `houqin …` commands of a page, in fences and between backquotes, without what stands for something else."""
    code = [*FENCE.findall(text), *QUOTED.findall(FENCE.sub("", text))]
    for line in "\n".join(code).splitlines():
        for found in COMMAND.findall(line.partition(" #")[0]):
            words = shlex.split(found)
            if words and re.fullmatch(r"--help|[a-z]+", words[0]):
                yield [word for word in words if word != "…"]


def accepted(words: list[str]) -> bool:
    """Does the command line take these words? A command that only lacks a file at its end was named in passing."""
    for attempt in (words, [*words, "FILE"], [*words, "people", "FILE"]):
        try:
            parser().parse_args(attempt)
        except SystemExit as end:
            if end.code == 0:
                return True
            continue
        return True
    return False


def test_every_command_is_there() -> None:
    commands = next(action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    for one in commands.choices.values():
        assert loaded(one.get_default("run")).__doc__


@pytest.mark.parametrize("page", pages(), ids=relative)
def test_every_link_and_picture_leads_somewhere(page: Path) -> None:
    assert list(broken(page)) == []


@pytest.mark.parametrize("page", pages(), ids=relative)
@pytest.mark.usefixtures("capsys")
def test_every_command_is_one_that_the_program_takes(page: Path) -> None:
    assert [words for words in commands(text_of(page)) if not accepted(words)] == []


def test_a_picture_that_is_there_is_no_longer_to_come() -> None:
    assert [name for name in PICTURES_TO_COME if (dev.ROOT / name).exists()] == []


def test_commands_are_found_where_pages_name_them() -> None:
    named = {words[0] for page in pages() for words in commands(text_of(page))}
    assert {"demo", "serve", "migrate", "seed", "import", "export", "doctor", "replay", "workflows"} <= named


@pytest.mark.parametrize("words", [["banquet"], ["serve", "--only", "relay"], ["import", "cats", "FILE"]])
@pytest.mark.usefixtures("capsys")
def test_a_command_that_is_none_is_noticed(words: list[str]) -> None:
    assert not accepted(words)


@pytest.mark.parametrize("page", pages(), ids=relative)
def test_every_setting_exists(page: Path) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    known |= {WECOM_PREFIX + name.upper() for name in WeComSettings.model_fields}
    assert set(SETTING.findall(text_of(page))) - known - OTHER_SETTINGS == set()


def test_decisions_are_numbered_without_a_gap_and_in_the_index() -> None:
    files = sorted(DECISIONS.glob("[0-9]*.md"))
    assert [path.name[:5] for path in files] == [f"{number:04d}-" for number in range(1, len(files) + 1)]
    assert LINK.findall(text_of(DECISIONS / "README.md")) == [path.name for path in files]


@pytest.mark.parametrize("page", sorted(DECISIONS.glob("[0-9]*.md")), ids=relative)
def test_a_decision_has_its_four_parts_and_is_short(page: Path) -> None:
    text = text_of(page)
    title, *parts = HEADING.findall(text)
    assert title.startswith(f"{page.name[:4]} ")
    assert parts == HEADINGS
    assert len(text.splitlines()) <= LONGEST_DECISION


def test_the_glossary_explains_every_state_step_and_role() -> None:
    code = set(re.findall(r"`([a-z_]+)`", text_of(dev.ROOT / "docs" / "glossary.md")))
    words = {state.value for state in State} | {step.name for step in REPAIR.steps} | set(load_roles())
    assert words - code == set()
