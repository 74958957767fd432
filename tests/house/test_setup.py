"""What a stranger starts with: lock, processes, settings and the one script are in step with the project."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from dotenv import dotenv_values
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import dev
from channels.wecom.settings import WeComSettings
from config.settings import Settings

PYPROJECT = tomllib.loads((dev.ROOT / "pyproject.toml").read_text())
ENVIRONMENT_EXAMPLE = dev.ROOT / ".env.example"

PROCESSES = {
    "release": "houqin migrate",
    "web": "houqin serve --only web",
    "worker": "houqin serve --only worker",
    "relay": "houqin relay",
}

PROMISED_SETTINGS = {
    "HOUQIN_": "DATABASE_URL REDIS_URL DATA_DIR STORAGE_URL SCHOOL PUBLIC_URL SECRET_KEY HOST PORT TZ CHANNELS",
    "HOUQIN_WECOM_": "CORP_ID AGENT_ID SECRET TOKEN AES_KEY API_BASE CONTACTS_SECRET",
    "HOUQIN_AIBOT_": "BOT_ID SECRET URL",
    "HOUQIN_DINGTALK_": "CLIENT_ID CLIENT_SECRET API_BASE OAPI_BASE CARD_TEMPLATE_ID",
}


def direct_requirements() -> Iterator[str]:
    """Everything that pyproject.toml asks for by name: to run, to test, to lint, to build."""
    yield from PYPROJECT["project"]["dependencies"]
    yield from PYPROJECT["build-system"]["requires"]
    for group in PYPROJECT["dependency-groups"].values():
        yield from group


def locked() -> dict[str, Requirement]:
    """The lines of the lock by package name."""
    lines = (line.partition(" #")[0].strip() for line in dev.LOCK.read_text().splitlines())
    requirements = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(requirement.name): requirement for requirement in requirements}


@pytest.mark.parametrize("text", list(direct_requirements()))
def test_each_direct_requirement_is_locked_within_its_range(text: str) -> None:
    asked = Requirement(text)
    pin = locked()[canonicalize_name(asked.name)]
    (version,) = pin.specifier
    assert asked.specifier.contains(version.version)
    assert asked.extras <= pin.extras


def test_every_line_of_the_lock_is_one_exact_version() -> None:
    pins = locked().values()
    assert len(pins) > len(PYPROJECT["project"]["dependencies"])
    assert [str(pin) for pin in pins if [part.operator for part in pin.specifier] != ["=="] or pin.url] == []


def test_the_lock_names_no_index_no_host_and_no_folder() -> None:
    text = dev.LOCK.read_text()
    assert re.findall(r"://|--(?:extra-)?index|--find-links|--trusted-host|\w\.(?:com|net|io|cn)\b", text) == []
    assert re.findall(r"(?:^|\s)[./~]*/\S+", text) == []


def test_the_processes_are_those_promised() -> None:
    lines = (dev.ROOT / "Procfile").read_text().splitlines()
    assert dict(line.split(": ", 1) for line in lines) == PROCESSES


def test_the_example_names_every_setting_once() -> None:
    promised = {prefix + name for prefix, names in PROMISED_SETTINGS.items() for name in names.split()}
    read = {f"HOUQIN_{name.upper()}" for name in Settings.model_fields}
    read |= {f"HOUQIN_WECOM_{name.upper()}" for name in WeComSettings.model_fields}
    named = re.findall(r"^(HOUQIN_\w+)=", ENVIRONMENT_EXAMPLE.read_text(), flags=re.MULTILINE)
    assert sorted(named) == sorted(promised | read)


def test_the_example_with_a_key_is_a_bot_with_all_defaults() -> None:
    given = {name: value or "" for name, value in dotenv_values(ENVIRONMENT_EXAMPLE).items()}
    key = {"HOUQIN_SECRET_KEY": "k" * 48}
    assert Settings.read(given | key) == Settings.read(key)


def test_the_example_explains_every_setting_in_chinese_and_english() -> None:
    blocks = [block for block in ENVIRONMENT_EXAMPLE.read_text().split("\n\n") if "\nHOUQIN_" in block]
    assert blocks
    for block in blocks:
        comment = [line for line in block.splitlines() if line.startswith("# ") and not line.startswith("# --")]
        assert re.search(r"[\u4e00-\u9fff]", comment[0]), block
        assert re.match(r"# [A-Z][^\u4e00-\u9fff]{20}", comment[-1]), block


def test_the_example_holds_no_secret() -> None:
    text = ENVIRONMENT_EXAMPLE.read_text()
    assert re.findall(r"^HOUQIN_\w*(?:SECRET|TOKEN|AES_KEY|_KEY)=.+$", text, flags=re.MULTILINE) == []


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ([], ["-m", "not browser"]),
        (["-k", "press"], ["-k", "press", "-m", "not browser"]),
        (["-m", "slow", "-x"], ["-m", "(slow) and not browser", "-x"]),
        (["-x", "-m"], ["-x", "-m", "-m", "not browser"]),
    ],
)
def test_the_second_pass_leaves_the_browser_out(given: list[str], used: list[str]) -> None:
    assert dev.without_browser(given) == used


def test_the_browser_named_by_hand_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("mine", "chromium"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("HOUQIN_CHROMIUM", raising=False)
    assert dev.find_chromium() == str(tmp_path / "chromium")
    monkeypatch.setenv("HOUQIN_CHROMIUM", str(tmp_path / "mine"))
    assert dev.find_chromium() == str(tmp_path / "mine")
    (tmp_path / "chromium").unlink()
    monkeypatch.setenv("HOUQIN_CHROMIUM", str(tmp_path / "missing"))
    assert dev.find_chromium() is None


def test_an_unknown_command_explains_itself_and_sets_up_nothing() -> None:
    command = [sys.executable, "-I", str(dev.ROOT / "dev.py"), "tset"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"LANG": "C.UTF-8"})
    assert done.returncode == 2
    assert "python3 dev.py test" in done.stdout
    assert "setting up" not in done.stdout
