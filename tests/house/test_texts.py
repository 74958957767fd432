"""The inspector of words: the same keys in every language, and words for everything that can be shown."""

import contextlib
import re
from pathlib import Path

import pytest
from jinja2 import UndefinedError

import channels
import handlers
import web
from bot import doctor
from bot.core.texts import LOCALES, Catalogue
from config.data import load_catalog, load_roles
from domain.work_orders import REPAIR, HoldReason, RefuseReason, State

CATALOGUE = Catalogue((handlers.FOLDER, web.FOLDER, doctor.FOLDER, channels.FOLDER))
ROOT = Path(__file__).parents[2]
FINDING = re.compile(r'(well|doubtful|wrong)\(\s*"([a-z_]+\.[a-z_]+)"')
LITERAL = re.compile(r'"((?:work_order|refusal|file|help|people|card|web)\.[a-z_.0-9]+)"')


def test_every_language_has_the_same_words() -> None:
    keys = {locale: CATALOGUE[locale].keys for locale in LOCALES}
    for locale in LOCALES:
        assert keys[locale] == keys[LOCALES[0]], locale


@pytest.mark.parametrize("locale", LOCALES)
def test_every_state_step_and_reason_has_its_words(locale: str) -> None:
    keys = CATALOGUE[locale].keys
    assert {f"work_order.state.{s.value}" for s in State} <= keys
    assert {f"work_order.step.{s.name}.{word}" for s in REPAIR.steps for word in ("button", "told")} <= keys
    assert {f"work_order.reason.{r.value}" for r in RefuseReason} <= keys
    assert {f"work_order.hold.{r.value}" for r in HoldReason} <= keys
    assert {f"people.role.{role}" for role in load_roles()} <= keys


@pytest.mark.parametrize("locale", LOCALES)
def test_every_text_can_be_said(locale: str) -> None:
    for key in CATALOGUE[locale].keys:
        with contextlib.suppress(UndefinedError, TypeError):  # values are missing here, but not the grammar
            CATALOGUE[locale](key)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_category_has_a_name(locale: str) -> None:
    for category in load_catalog():
        assert locale in category.labels, category.key


def test_every_text_that_the_code_names_is_there() -> None:
    named = {
        (path.name, key)
        for room in ("bot", "handlers", "services", "domain", "web", "channels")
        for path in (ROOT / room).rglob("*.py")
        for key in LITERAL.findall(path.read_text(encoding="utf-8"))
    }
    assert len(named) > 30
    assert not {(file, key) for file, key in named if key not in CATALOGUE["en"].keys}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_finding_says_what_and_what_to_do(locale: str) -> None:
    keys = CATALOGUE[locale].keys
    found = [
        made
        for room in ("bot/doctor", "bot/commands", "channels")
        for path in (ROOT / room).rglob("*.py")
        for made in FINDING.findall(path.read_text(encoding="utf-8"))
    ]
    assert len(found) > 40
    for how, key in found:
        assert f"doctor.{key}.what" in keys, key
        assert how == "well" or f"doctor.{key}.todo" in keys, key
        assert f"doctor.group.{key.partition('.')[0]}" in keys, key


def test_every_guard_objects_in_words() -> None:
    source = (ROOT / "domain" / "work_orders.py").read_text(encoding="utf-8")
    for key in re.findall(r'"(work_order\.refusal\.\w+)"', source):
        assert key in CATALOGUE["en"].keys
