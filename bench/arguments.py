"""What `houqin bench` understands; apart from the rest, so that no other command loads the bench."""

import argparse
from pathlib import Path

JOBS = ("serve", "understand", "accept", "report", "press", "latency", "scaleout", "scale")
ALL = "all"
LATER = "relays"
"""Measured by a later version."""
ROUNDS, SECONDS = 5, 2.0
ROWS, MANY = 100_000, 1_000_000
"""Work orders of the large school in `scale`: beside other jobs, and alone."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add them to a command."""
    add = parser.add_argument
    add("jobs", nargs="*", metavar="JOB", default=ALL, choices=(*JOBS, LATER, ALL), help=" | ".join((*JOBS, ALL)))
    add("--database", default="", help="asyncpg://…：在这台服务器上建临时库 / temporary databases on this server")
    add("--redis", default="memory://", help="redis://…")
    add("--processes", type=int, default=1, help="机器人的进程数 / processes of the bot (asyncpg, redis)")
    add("--rounds", type=int, default=ROUNDS, help=f"轮数 / rounds ({ROUNDS})")
    add("--seconds", type=float, default=SECONDS, help=f"每轮秒数 / seconds of a round ({SECONDS:g})")
    add(
        "--rows",
        type=int,
        help=f"scale 的工单数 / work orders for scale ({MANY}; {ROWS} 与其他项目一起 / beside others)",
    )
    add("--json", type=Path, metavar="FILE", help="结果写入文件，- 为标准输出 / the outcome into a file, - for stdout")
    add("--profile", action="store_true", help="每个机器人一张火焰图 / a flame graph of each bot (needs py-spy)")
