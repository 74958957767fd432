"""Who acts for somebody else is named with them: in the history, on cards and on the record's page, in any language."""

from dataclasses import replace

import pytest

from models import HistoryEntry, Person
from services.work_orders import Given
from tests.school import School, announce
from tests.visiting import Open

LANGUAGES = {"zh_CN": "李老师（代梅老师）", "en": "李老师 (for 梅老师)"}


@pytest.fixture(params=LANGUAGES)
def told(request: pytest.FixtureRequest) -> tuple[str, str]:
    """A language, and how the two are named in it."""
    locale = str(request.param)
    return locale, LANGUAGES[locale]


@pytest.fixture
async def number(school: School, told: tuple[str, str]) -> str:
    """A repair that 李老师 has confirmed in 梅老师's place, for 王强 to read; made before any browser opens."""
    await Person.filter(name="王强").update(locale=told[0])
    await announce()
    await school.says("li", "报修 3号楼201 水龙头漏水")
    await school.presses("wang", "accept")
    await school.presses("wang", "resolve", note="换了垫圈")
    services, order, mei = school.house.services, await school.order(), await Person.get(name="梅老师")
    li = await services.people.actor("wecom", "li")
    assert li is not None
    await services.work_orders.take(replace(li, on_behalf=mei.id), order.id, "confirm", Given())
    await school.settle()
    row = await HistoryEntry.filter(step="confirm").get()
    assert (row.actor_id, row.on_behalf_id, row.channel) == (li.id, mei.id, "wecom")
    return order.number


async def test_a_card_says_in_whose_place_somebody_acted(school: School, told: tuple[str, str], number: str) -> None:
    headline = school.card("wang").headline
    assert headline.startswith(number)
    assert told[1] in headline


async def test_the_page_says_in_whose_place_somebody_acted(told: tuple[str, str], number: str, browser: Open) -> None:
    page = await (await browser("wang")).page(f"/work-orders/{number}")
    assert f"<span>{told[1]}</span>" in page
    assert page.count("梅老师") == 1
