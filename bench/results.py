"""The outcome of a run: as JSON, and as tables for the terminal."""

import os
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.figures import Job
from bench.targets import judged

Json = dict[str, Any]


def outcome(jobs: Mapping[str, Job]) -> Json:
    """Everything that a run brought; `valid` is false where anything was lost, doubled or misdirected."""
    shown = {name: job.shown() for name, job in jobs.items()}
    faults = list(dict.fromkeys(fault for job in jobs.values() for fault in job.faults))
    return {"jobs": shown, "targets": judged(shown), "machine": machine(), "valid": not faults, "faults": faults}


def machine() -> Json:
    """What it ran on."""
    return {
        "cpu": _processor(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in ("aiohttp", "tortoise-orm", "asyncpg", "cryptography")},
        "load_before": round(os.getloadavg()[0], 2),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


def tables(found: Json) -> str:
    """For people: the jobs, the layers of the floor, the pages, the targets, and what voids the run."""
    lines = [f"{'job':<14}{'value':>10} {'unit':<5}{'floor':>9}{'ratio':>8}{'p50 ms':>9}{'p99 ms':>9}{'p99.9 ms':>10}"]
    lines += [_job_line(name, job) for name, job in found["jobs"].items()]
    accept = found["jobs"].get("accept", {}).get("a_second_at_1_8_32", {})
    lines += _layers(accept) if accept else []
    lines += _pages(found["jobs"]["scale"]["pages_ms"]) if "scale" in found["jobs"] else []
    lines += _targets(found["targets"])
    lines += ["", "void / 本次测量无效:", *found["faults"]] if found["faults"] else []
    return "\n".join(lines)


def _job_line(name: str, job: Json) -> str:
    kept = (job.get("floor"), job.get("ratio"), job.get("p50_ms"), job.get("p99_ms"), job.get("p999_ms"))
    floor, ratio, *times = (f"{figure:g}" if figure is not None else "" for figure in kept)
    return f"{name:<14}{job['value']:>10g} {job['unit']:<5}{floor:>9}{ratio:>8}{times[0]:>9}{times[1]:>9}{times[2]:>10}"


def _layers(table: Mapping[str, Mapping[str, float]]) -> list[str]:
    head = f"{'a second, at a time':<24}{'1':>8}{'8':>8}{'32':>8}"
    rows = (f"  {name:<22}" + "".join(f"{rate:>8.0f}" for rate in rates.values()) for name, rates in table.items())
    return ["", head, *rows]


def _pages(pages: Mapping[str, Mapping[str, float]]) -> list[str]:
    head = f"{'page, ms':<24}{'few':>8}{'many':>8}{'ratio':>8}"
    rows = (f"  {name:<22}{p['few']:>8.1f}{p['many']:>8.1f}{p['ratio']:>8.2f}" for name, p in pages.items())
    return ["", head, *rows]


def _targets(targets: list[Json]) -> list[str]:
    words = {True: "ok", False: "not"}
    head = f"{'target':<46}{'value':>9} {'':<3}{'first pass':>13}{'':>5}{'goal':>9}"
    rows = (
        f"  {t['what']:<44}{t['value']:>9g} {t['unit']:<3}{t['kind'] + format(t['first_pass'], 'g'):>13}"
        f"{words[t['first_pass_ok']]:>5}{t['goal']:>9g}{words[t['goal_ok']]:>5}"
        for t in targets
    )
    return ["", head, *rows] if targets else []
