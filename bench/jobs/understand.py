"""understand: sentences a second, time of one, time to load, memory; in a process of its own.

python -m bench.jobs.understand     measures once and prints JSON
"""

import asyncio
import sys
import time

import orjson

from bench.figures import Job, median, percentiles
from bench.options import Run, tell
from bench.processes import ROOT, BenchError, memory_mb, outer_environment

SENTENCES = (
    "3号楼201 水龙头漏水",
    "报修 初一1班 投影仪不亮了，下午公开课要用",
    "三楼东头男厕所水龙头关不上，水流了一地",
    "教室灯闪",
    "一楼男厕所堵了",
    "门锁打不开",
    "我们班空调不制冷",
    "102教室黑板裂了，两张课桌也坏了",
    "电脑开不了机，急",
    "窗户玻璃碎了，很危险",
    "我的报修怎么样了",
    "催一下昨天那个",
    "完工 换了垫圈",
    "接单",
    "转给李师傅",
    "想买两箱A4纸",
    "申请看一下昨天下午校门口的监控",
    "你好",
    "谢谢师傅",
    "这个不归我管，应该是水电",
    "不是201，是202",
    "还是漏，没修好",
    "今天值班的是谁",
    "音响没有声音",
)
TIMES = 20


async def understand(run: Run) -> Job:
    """The value is the median of one sentence in ms."""
    found = []
    for number in range(run.options.rounds):
        tell(f"understand {number + 1}/{run.options.rounds}")
        found.append(await _once())
    figures = {name: median([one[name] for one in found]) for name in found[0]}
    return Job(value=figures["p50_ms"], unit="ms", more=figures)


async def _once() -> dict[str, float]:
    command = (sys.executable, "-m", "bench.jobs.understand")
    own = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, env=outer_environment(), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await own.communicate()
    if own.returncode:
        raise BenchError("understand: see above")
    figures: dict[str, float] = orjson.loads(out)
    return figures


def _measure() -> dict[str, float]:
    """Load the demo school's words, then read every sentence, a few times over."""
    before, begun = memory_mb(), time.perf_counter()
    # The import is part of what is measured.
    from config.data import DEMO_SCHOOL, read_school  # noqa: PLC0415
    from understanding import AssetWords, PlaceWords, Reader  # noqa: PLC0415
    from understanding.reading import Situation  # noqa: PLC0415

    school = read_school(DEMO_SCHOOL)
    places = [PlaceWords(**{**row, "aliases": tuple(row["aliases"])}) for row in school["places"]]
    named = ("code", "name", "category", "place")
    assets = [AssetWords(**{name: row[name] for name in named}) for row in school["assets"]]
    reader = Reader(places, assets, [row["name"] for row in school["people"]])
    reader.read("")
    load, memory = time.perf_counter() - begun, memory_mb() - before
    times = []
    for _ in range(TIMES):
        for sentence in SENTENCES:
            begun = time.perf_counter()
            reader.read(sentence, Situation(role="teacher"))
            times.append(time.perf_counter() - begun)
    rest = times[len(SENTENCES) :]
    return {**percentiles(rest), "load_ms": load * 1000, "memory_mb": memory, "a_second": len(rest) / sum(rest)}


if __name__ == "__main__":
    sys.stdout.buffer.write(orjson.dumps(_measure()))
