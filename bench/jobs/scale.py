"""scale: lists and pages with a thousand work orders and with very many, looked at by the head of logistics."""

import contextlib
import itertools
import time
from collections.abc import Mapping
from http import HTTPStatus

import aiohttp

from bench.bots import SECRET
from bench.figures import Job, median
from bench.options import Run, tell
from bench.processes import BenchError, Process, running
from bench.school import HEAD
from services.clock import utc_now
from services.tickets import Tickets

FEW = 1000
LOOKS = 4
"""Looks at each page in a round; the first one is not counted."""
PAGES = {
    "board": "/board",
    "board settled": "/board?state=settled",
    "board all": "/board?state=all",
    "board by trade": "/board?state=all&category=furniture",
    "board by state": "/board?state=started",
    "board next page": "/board?state=all&before={middle}",
    "own list": "/board?state=all&mine=1",
    "search": "/board?state=all&q=%E6%B0%B4%E9%BE%99%E5%A4%B4",
    "search nothing": "/board?state=all&q=%E6%81%90%E9%BE%99",
    "search number": "/board?state=all&q={number}",
    "work order": "/work-orders/{number}",
    "statistics": "/statistics",
}
NEWEST = "SELECT number FROM work_orders ORDER BY id DESC LIMIT 1"
Times = dict[str, list[float]]


async def scale(run: Run) -> Job:
    """The value is the worst of all pages' ratios; each page's times are in `pages_ms`."""
    sizes = (FEW, run.options.rows)
    houses = {}
    for size in sizes:
        tell(f"scale: {size} 张工单 / work orders")
        houses[size] = await House.filled(run, size)
    times: dict[int, Times] = {size: {name: [] for name in PAGES} for size in sizes}
    async with contextlib.AsyncExitStack() as stack:
        for house in houses.values():
            await stack.enter_async_context(running(house.bot))
            stack.push_async_callback(house.leave)
            await house.sign_in()
        for number in range(run.options.rounds):
            tell(f"scale {number + 1}/{run.options.rounds}")
            for name, place in itertools.product(PAGES, range(LOOKS)):
                for size, house in houses.items():
                    seconds = await house.look(name)
                    times[size][name] += [seconds] if place else []
    few, many = (times[size] for size in sizes)
    return _job(few, many, run.options.rows)


def _job(few: Times, many: Times, rows: int) -> Job:
    pages = {}
    for name in few:
        small, large = median(few[name]) * 1000, median(many[name]) * 1000
        pages[name] = {"few": small, "many": large, "ratio": large / small}
    worst = max(pages, key=lambda name: pages[name]["ratio"])
    more = {"worst": worst, "rows": rows, "rows_few": FEW, "pages_ms": pages}
    return Job(value=pages[worst]["ratio"], unit="×", ratio=pages[worst]["ratio"], more=more)


class House:
    """A bot with so many work orders, and somebody who has signed in."""

    def __init__(self, bot: Process, person: int, words: Mapping[str, object]) -> None:
        """`words` complete the addresses of the pages."""
        self.bot = bot
        self._person, self._words = person, words
        self._base = f"http://127.0.0.1:{bot.port}"
        self._session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    @classmethod
    async def filled(cls, run: Run, rows: int) -> "House":
        """With years of work orders."""
        url = await run.databases.fresh(rows)
        number = (await run.databases.ask(url, NEWEST))[0][0]
        bot = run.surroundings.bot(f"scale{rows}", url, run.options.redis)
        return cls(bot, run.school.person_of(HEAD), {"number": number, "middle": rows // 2})

    async def sign_in(self) -> None:
        """By the link that a bot hands out on demand."""
        link = Tickets(SECRET, self._base, utc_now).sign_in_url(self._person)
        async with self._session.post(link, headers={"Origin": self._base}) as answer:
            await answer.read()
        self._good(link, answer.status)

    async def look(self, name: str) -> float:
        """Look at a page; gives the seconds that it took."""
        begun, page = time.perf_counter(), PAGES[name].format(**self._words)
        async with self._session.get(self._base + page) as answer:
            await answer.read()
        self._good(page, answer.status)
        return time.perf_counter() - begun

    @staticmethod
    def _good(page: str, status: int) -> None:
        if status != HTTPStatus.OK:
            raise BenchError(f"scale: {page} was answered with {status}")

    async def leave(self) -> None:
        """Hang up."""
        await self._session.close()
