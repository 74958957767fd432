"""`python -m tests.faults`: bad days by the thousand, and the law after every fifty of them, or six long ones.

Prints how far it is. A broken promise ends it with 1, says how to have the same days again, and leaves the logs.
"""

import argparse
import asyncio
import secrets
import shutil
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from bot import logs
from tests.faults.days import BrokenError, Days, live_through
from tests.faults.grounds import NEED_SERVERS, ON_REQUEST, SERVERS, Servers, ground
from tests.faults.kinds import KINDS
from tests.faults.starting import run_zygote
from tests.processes import Starter

EPOCH = 50
EPOCHS = {"stop": 6}
"""Rounds on one database, fewer where each takes its time: phones keep a few hundred entries and no more."""


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--rounds", type=int, default=500, help="rounds of each kind")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9), help="what chance begins with")
    parser.add_argument("--database", choices=tuple(SERVERS), default="sqlite")
    parser.add_argument(
        "--kinds", default="", help=f"some of {','.join(KINDS)}; all that fit and are quick when left out"
    )
    return parser.parse_args()


def kinds_of(given: str, database: str) -> list[str]:
    """The kinds that were asked for; SystemExit where one is unknown or does not fit the database."""
    fitting = [kind for kind in KINDS if database != "sqlite" or kind not in NEED_SERVERS]
    chosen = [kind for kind in given.split(",") if kind] or [kind for kind in fitting if kind not in ON_REQUEST]
    if wrong := [kind for kind in chosen if kind not in fitting]:
        sys.exit(f"{', '.join(wrong)}: with {database} there are {', '.join(fitting)}")
    return chosen


async def epochs(days: Days, servers: Servers, starter: Starter, folder: Path) -> bool:
    """All rounds, epoch by epoch; False at the first promise that was not kept."""
    begun, done = time.monotonic(), 0
    while done < days.rounds:
        rounds = min(EPOCHS.get(days.kind, EPOCH), days.rounds - done)
        epoch = replace(days, rounds=rounds, seed=days.seed + done)
        own = folder / f"{days.kind}-{epoch.seed}"
        own.mkdir()
        try:
            async with ground(servers, days.kind, own, starter) as place:
                outcome = await live_through(epoch, place)
        except BrokenError as broken:
            print(f"BROKEN, logs and files below {folder}", broken, sep="\n", flush=True)
            return False
        done += epoch.rounds
        each = (time.monotonic() - begun) / done
        print(f"{days.kind} on {days.database}: {done} of {days.rounds}, {each:.2f} s each, {outcome}", flush=True)
        shutil.rmtree(own)
    return True


def main() -> None:
    """Live through everything that was ordered."""
    given = arguments()
    logs.configure("json")
    folder = Path(tempfile.mkdtemp(prefix="houqin-faults-"))
    print(f"seed {given.seed}, logs below {folder}", flush=True)
    with run_zygote(folder) as zygote, SERVERS[given.database](folder) as servers:
        for kind in kinds_of(given.kinds, given.database):
            days = Days(kind=kind, database=given.database, rounds=given.rounds, seed=given.seed)
            if not asyncio.run(epochs(days, servers, zygote, folder)):
                raise SystemExit(1)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
