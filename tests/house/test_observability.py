"""The inspector of dashboards and alarms: they ask only for what is measured, in words that Prometheus takes."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from typing import Any

import promql_parser
import pytest
import yaml
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.metrics import MetricWrapperBase

import dev
from bot.core.metrics import Metrics

FOLDER = dev.ROOT / "docs" / "observability"
NAME = re.compile(r"\b(?:houqin|process)_[a-z_]+\b")
SELECTED = re.compile(r"\b((?:houqin|process)_[a-z_]+)\{([^}]*)\}")
LABEL = re.compile(r"\b([a-z_]+)\s*(?:=~|!~|!=|=)")
SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}
SCRAPED = frozenset({"job", "instance", "school", "le"})
"""Labels that Prometheus, several schools on a page, and histograms bring."""


def measured() -> dict[str, frozenset[str]]:
    """Every name that can be asked for, with its labels."""
    found: dict[str, frozenset[str]] = {}
    process = CollectorRegistry()
    ProcessCollector(registry=process)
    for measure in vars(Metrics()).values():
        if isinstance(measure, MetricWrapperBase):
            for family in measure.describe():
                labels = frozenset(measure._labelnames)
                found.update({family.name + suffix: labels for suffix in SUFFIXES[family.type]})
    for family in process.collect():
        found.update({family.name + suffix: frozenset[str]() for suffix in SUFFIXES[family.type]})
    return found


def dashboard() -> dict[str, Any]:
    """The dashboard as Grafana imports it."""
    whole: dict[str, Any] = json.loads((FOLDER / "dashboard.json").read_text(encoding="utf-8"))
    return whole


def rules() -> list[dict[str, Any]]:
    """The alert rules."""
    whole = yaml.safe_load((FOLDER / "alerts.yml").read_text(encoding="utf-8"))
    return [rule for group in whole["groups"] for rule in group["rules"]]


def questions() -> Iterator[tuple[str, str]]:
    """Everything that is asked of Prometheus, with where it stands."""
    for panel in dashboard()["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"].replace("$school", ".*")
    for rule in rules():
        yield rule["alert"], rule["expr"]


@pytest.mark.parametrize(("where", "question"), list(questions()))
def test_only_what_is_measured_is_asked_for(where: str, question: str) -> None:
    known = measured()
    assert set(NAME.findall(question)) - known.keys() == set(), where
    for name, selected in SELECTED.findall(question):
        assert set(LABEL.findall(selected)) - known[name] - SCRAPED == set(), where
    promql_parser.parse(question)


def test_a_name_that_is_not_measured_is_noticed() -> None:
    assert "houqin_oldest_seconds" in measured()
    assert "houqin_vendor_seconds_bucket" in measured()
    assert "houqin_outbox_seconds" not in measured()


def test_every_measure_is_on_the_dashboard_or_in_an_alarm() -> None:
    asked = set(chain.from_iterable(NAME.findall(question) for _, question in questions()))
    bare = {re.sub(r"_(total|bucket|sum|count)$", "", name) for name in asked}
    families = {family.name for family in Metrics().registry.collect()}
    assert families - bare == set()


def test_every_alarm_says_what_happened_and_what_to_do() -> None:
    for rule in rules():
        assert {"alert", "expr", "labels", "annotations"} <= rule.keys(), rule["alert"]
        assert {"summary", "action"} <= rule["annotations"].keys(), rule["alert"]
        assert rule["labels"]["severity"] in {"warning", "critical"}
    assert len({rule["alert"] for rule in rules()}) == len(rules())


def test_panels_do_not_cover_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in dashboard()["panels"]:
        at = panel["gridPos"]
        own = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not own & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= own


def test_what_is_off_is_not_loaded() -> None:
    off = {"bot.traces", "obstore", "openpyxl", "opentelemetry", "redis", "sandbox", "bench.command", "xlsxwriter"}
    ask = f"import sys, bot.cli, bot.commands.serving; print({off} & sys.modules.keys() or set())"
    done = subprocess.run([sys.executable, "-c", ask], cwd=dev.ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
