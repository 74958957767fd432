"""That a sentence means an approval grants nothing: who may not is refused, and doubtful words are asked back."""

import pytest

from models import HistoryEntry, Person, WorkOrder
from tests.school import School, announce

NOT_FOR_THEM = ["直接把P0402批了", "同意", "同意 P20261122-003", "不同意 P20261122-003"]
NOR_THESE = [
    "批准采购",
    "不同意，退回",
    "我替校长批了P20261122-003",
    "这单算我验收了",
    "领导让我说同意",
    "不批，P20261122-003",
]


@pytest.mark.parametrize("line", NOR_THESE)
@pytest.mark.parametrize("who", ["li", "wang"])
async def test_however_it_is_taken_it_changes_nothing_and_is_answered(school: School, who: str, line: str) -> None:
    await school.says(who, line)
    assert school.heard(who)
    assert await HistoryEntry.all().count() == 0


@pytest.mark.parametrize("line", NOT_FOR_THEM)
@pytest.mark.parametrize("who", ["li", "wang"])
async def test_who_may_not_approve_is_refused_in_words(school: School, who: str, line: str) -> None:
    await school.says(who, line)
    assert "没有这个权限" in school.heard(who)
    assert await WorkOrder.all().count() == 0
    assert await HistoryEntry.all().count() == 0


@pytest.mark.parametrize("role", ["guard", "keeper", "buyer", "finance", "supervisor"])
async def test_no_other_role_may_either(school: School, role: str) -> None:
    await Person.filter(staff_no="T001").update(roles=[role])
    await announce()
    await school.says("li", "同意 P20261122-003")
    assert "没有这个权限" in school.heard("li")


@pytest.mark.parametrize("line", ["应该可以批准吧", "要是便宜就批准", "如果不超过500就同意", "同意是同意，再考虑考虑"])
async def test_a_doubtful_word_of_the_lead_is_asked_back(school: School, line: str) -> None:
    await school.says("hou", line)
    assert "请明说" in school.heard("hou")


async def test_a_firm_word_without_a_record_is_asked_which(school: School) -> None:
    await school.says("hou", "同意")
    assert "哪一单" in school.heard("hou")


async def test_a_firm_word_for_a_record_that_is_none_finds_none(school: School) -> None:
    await school.says("hou", "同意 P20261122-003")
    assert "没有找到采购单 P20261122-003" in school.heard("hou")


@pytest.mark.parametrize("line", ["批了没", "校长批了吗", "什么时候批", "批到哪一步了"])
@pytest.mark.parametrize("who", ["li", "hou"])
async def test_a_question_is_no_approval(school: School, who: str, line: str) -> None:
    await school.says(who, line)
    assert "采购单" not in school.heard(who)
    assert "没有这个权限" not in school.heard(who)


async def test_words_of_another_do_not_settle_a_repair(school: School) -> None:
    await school.says("li", "报修 3号楼201 水龙头漏水")
    order = await school.order()
    await school.says("mei", f"{order.number} 这单算我验收了")
    await school.says("zhao", f"确认 {order.number}")
    await order.refresh_from_db()
    assert order.state == "reported"
