"""SIGTERM: what is in hand is finished, what was not begun waits, and nothing complains."""

from tests.faults import screens
from tests.faults.conftest import MakeGround
from tests.faults.stage import staged


async def test_a_stop_finishes_what_is_in_hand(make_ground: MakeGround) -> None:
    async with make_ground(kind="stopped") as ground, staged(ground, seed=1, pause=1.0) as stage:
        for number in range(5):
            outcome = await stage.town.sandbox.people.say("li", f"报修 3号楼{200 + number} 水龙头漏水")
            assert outcome["delivered"]
        for bot in stage.alive:
            assert await bot.stop() == 0
            assert "Traceback" not in bot.log.read_text(encoding="utf-8")
        assert not [problem for problem in await stage.rest() if "nobody said" not in problem]
        assert len(screens.cards(stage.town.sandbox, "wang")) == 5
