"""Many who wait for one commit."""

import asyncio

import pytest

from bot.core.grouped import Grouped


class Shelf:
    """Writes batches, slowly, and refuses what is bad."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.gate = asyncio.Event()

    async def write(self, items: list[int]) -> None:
        """Wait for the gate, refuse negative numbers."""
        await self.gate.wait()
        if any(item < 0 for item in items):
            raise ValueError("bad")
        self.batches.append(items)


async def test_what_waits_is_written_together() -> None:
    shelf = Shelf()
    grouped = Grouped(shelf.write, limit=4)
    puts = [asyncio.create_task(grouped.put(n)) for n in range(10)]
    await asyncio.sleep(0)
    assert not any(p.done() for p in puts), "nobody is told before it is durable"
    shelf.gate.set()
    await asyncio.gather(*puts)
    assert [item for batch in shelf.batches for item in batch] == list(range(10))
    assert max(map(len, shelf.batches)) <= 4


async def test_a_bad_one_does_not_take_the_others_with_it() -> None:
    shelf = Shelf()
    shelf.gate.set()
    grouped = Grouped(shelf.write)
    ends = await asyncio.gather(*(grouped.put(n) for n in (1, -1, 2)), return_exceptions=True)
    assert [type(end) for end in ends] == [type(None), ValueError, type(None)]
    assert sorted(item for batch in shelf.batches for item in batch) == [1, 2]
    await grouped.put(3)
    assert shelf.batches[-1] == [3]


async def test_who_no_longer_waits_harms_nobody() -> None:
    shelf = Shelf()
    grouped = Grouped(shelf.write)
    gone, staying = asyncio.create_task(grouped.put(1)), asyncio.create_task(grouped.put(2))
    await asyncio.sleep(0)
    gone.cancel()
    shelf.gate.set()
    await staying
    with pytest.raises(asyncio.CancelledError):
        await gone
