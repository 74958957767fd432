"""The valve before a vendor: one probe while it is away, doubling rounds when it is back, never more than most."""

from bot.core.valve import Valve
from tests.fakes import FakeClock


def test_it_opens_by_doubling_after_one_probe() -> None:
    clock = FakeClock()
    valve = Valve(clock, 256)
    assert valve.takes(0, 128) == valve.takes(128, 128) == 128
    assert valve.takes(129, 128) == 0
    valve.failed()
    rounds: list[int] = []
    clock.advance(seconds=1)
    while not rounds or rounds[-1] < 128:
        size = valve.takes(0, 128)
        assert valve.takes(valve.takes(0, 128), 128) in {0, size}
        rounds.append(size)
        for _ in range(size):
            valve.arrived()
    assert rounds == [1, 2, 4, 8, 16, 32, 64, 128]


def test_while_the_vendor_is_away_it_stays_shut_for_longer_and_longer_but_never_for_long() -> None:
    clock = FakeClock()
    valve = Valve(clock, 256)
    closed = []
    for _ in range(6):
        rests = {valve.failed().total_seconds() for _ in range(40)}  # all that were on the way
        assert len(rests) == 1
        begun = clock()
        while valve.shut:
            assert valve.takes(0, 128) == 0
            clock.advance(seconds=0.5)
        closed.append((clock() - begun).total_seconds())
        assert rests.pop() > closed[-1], "the next probe is somebody else's"
        assert valve.takes(0, 128) == 1
    assert closed == [1, 2, 5, 10, 10, 10]


def test_a_delivery_forgets_the_failures() -> None:
    clock = FakeClock()
    valve = Valve(clock, 256)
    for _ in range(4):
        valve.failed()
        clock.advance(seconds=30)
    valve.arrived()
    assert valve.failed().total_seconds() == 2
