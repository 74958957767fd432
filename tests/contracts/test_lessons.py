"""What is kept of corrections, and what never is."""

import asyncio
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from bot.commands import CommandError
from bot.commands.lessons import _write, page
from bot.commands.training import _used
from domain.lessons import Vote, standings, teachable, week_of
from domain.personal import covered
from models import Lesson, PlaceWord, WorkOrder
from services.actor import Actor
from services.lessons import Aliases, confusion, examples
from services.mailroom import KEEP_LESSONS
from services.unit import together
from tests.school import School
from understanding.learning.used import WEIGHT, LinesError, used

TRADES = ("water_electric", "furniture")


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("王老师说302灯不亮", "某老师说302灯不亮"),
        ("电话13800001234，也可 +86 138-0000-1234", "电话某号，也可 某号"),
        ("身份证11010119900307123X", "身份证某号"),
        ("发到a.b@school.edu.cn", "发到某邮箱"),
        ("加微信号：wang_er88", "加某号"),
        ("QQ 12345678", "某号"),
        ("学生张三把窗打破了", "某学生"),
        ("京A·12345挡住了门", "某车挡住了门"),
        ("周小平说302漏水", "某人说302漏水"),
        ("Mr. Smith called", "somebody called"),
    ],
)
def test_personal_data_is_covered(said: str, kept: str) -> None:
    assert covered(said, ["周小平"]).startswith(kept)


@pytest.mark.parametrize(
    "said", ["教学楼302灯不亮", "PC-0001死机", "高二3班同学说投影坏了", "门锁坏了", "数学老师办公室"]
)
def test_what_is_no_personal_data_stays(said: str) -> None:
    assert covered(said) == said


@pytest.mark.parametrize("sign", ["a", "王", "1", "老"])
def test_covering_does_not_run_away(sign: str) -> None:
    covered(sign * 2000)


@pytest.mark.parametrize("word", ["馆", "302", "三楼", "我们班", "办公室", "已经有的", "周小平那里", "王老师办公室旁"])
def test_words_that_are_never_learnt(word: str) -> None:
    assert not teachable(word, {"已经有的"}, ["周小平"])


def test_agreement_of_two_people_and_conflict() -> None:
    one, two, other = Vote("馆", "A", 1), Vote("馆", "A", 2), Vote("馆", "B", 3)
    assert [s.learnt for s in standings([one, one])] == [""]
    assert [s.learnt for s in standings([one, two])] == ["A"]
    (standing,) = standings([one, two, other])
    assert (standing.learnt, standing.contested) == ("", True)
    assert week_of(date(2026, 11, 22)) == "2026-11-16"


async def reported(school: School) -> WorkOrder:
    """A report that was read as water and electricity."""
    await school.says("li", "报修 3号楼302灯不亮")
    return await school.order()


async def test_a_later_correction_replaces_and_a_repeat_changes_nothing(school: School) -> None:
    order = await reported(school)
    for urgency in ("紧急", "紧急", "不急"):
        await school.says("li", f"改 {order.number} {urgency}")
    (lesson,) = await Lesson.filter(field="urgency")
    assert (lesson.was, lesson.role, lesson.kind) == ("normal", "reporter", "amend")
    await order.refresh_from_db()
    assert lesson.meant == order.urgency


async def test_a_correction_that_is_undone_teaches_nothing(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    order, desk = await reported(school), school.house.services.work_orders._desk

    async def broken(*_: Any, **__: Any) -> None:
        raise ValueError("after the lesson was written")

    monkeypatch.setattr(desk, "take", broken)
    await school.says("li", f"改 {order.number} 紧急")
    assert await Lesson.all().count() == 0


async def test_nothing_is_kept_where_learning_is_off(school: School) -> None:
    school.house.services.lessons._on = False
    order = await reported(school)
    await school.says("li", f"改 {order.number} 紧急")
    await school.says("li", "不是这个意思")
    assert await Lesson.all().count() == 0


async def test_lines_go_out_and_come_back_as_examples(school: School) -> None:
    await reported(school)
    await school.presses("wang", "refuse", reason="wrong_trade", category="furniture")
    (line,) = await examples()
    assert (line["text"], line["intent"], line["category"]) == ("3号楼302灯不亮", "repair", "furniture")
    assert line["role"] == "teacher", "of who spoke, not of who corrected"
    assert set(line) == {"text", "intent", "category", "location", "item", "urgency", "role", "source"}
    assert await examples(school.clock().date() + timedelta(days=8)) == []


async def test_the_report_counts(school: School) -> None:
    await reported(school)
    await reported(school)
    await school.presses("wang", "refuse", reason="wrong_trade", category="furniture")
    services = school.house.services
    found = await confusion(3, services.clock, services.zone)
    assert [(w.readings, w.corrected) for w in found.weeks] == [(0, 0), (0, 0), (2, 1)]
    assert found.taken == ((("category", "water_electric", "furniture"), 1),)


async def test_examples_go_after_two_years(school: School) -> None:
    order = await reported(school)
    await school.says("li", f"改 {order.number} 紧急")
    await school.house.services.mailroom.purge()
    assert await Lesson.all().count() == 1
    school.clock.now += KEEP_LESSONS + timedelta(days=8)
    await school.house.services.mailroom.purge()
    assert await Lesson.all().count() == 0


def test_lines_are_read_once_each_with_their_weight() -> None:
    line = '{"text": "灯不亮", "intent": "repair", "category": "water_electric", "item": null}'
    (example,) = used(f"{line}\n\n{line}\n", TRADES)
    assert (example.category, example.weight) == ("water_electric", WEIGHT)
    assert used(line, TRADES, {"灯不亮"}) == []


@pytest.mark.parametrize("bad", ["{", "[]", '{"text": 3}', '{"text": "a", "intent": "dance"}', '{"text": " "}'])
def test_a_bad_line_is_named_and_all_refused(bad: str) -> None:
    good = '{"text": "灯不亮", "intent": "repair"}'
    with pytest.raises(LinesError, match=r"^2: "):
        used(f"{good}\n{bad}\n", TRADES)


async def test_two_who_agree_at_once_are_both_heard(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    people = school.house.services.people
    voters = [actor for name in ("li", "mei") if (actor := await people.actor("wecom", name))]
    told = list[int]()

    async def tell(_: Aliases, row: PlaceWord) -> None:
        told.append(row.id)

    async def vote(actor: Actor) -> None:
        async with together():
            await school.house.services.aliases.proposed("老图书馆", "S1-105", actor)

    monkeypatch.setattr(Aliases, "_tell", tell)
    before = await school.house.services.places.edition()
    await asyncio.gather(*(vote(actor) for actor in voters))
    assert len(told) == 1
    assert await school.house.services.places.edition() > before


async def test_the_file_is_its_owners_and_goes_into_training(school: School, tmp_path: Path) -> None:
    await reported(school)
    await school.presses("wang", "refuse", reason="wrong_trade", category="furniture")
    file = tmp_path / "lessons.jsonl"
    _write(file, [orjson.dumps(line) + b"\n" for line in await examples()])
    assert file.stat().st_mode & 0o077 == 0
    (example,) = _used(file, set())
    assert (example.text, example.category) == ("3号楼302灯不亮", "furniture")
    file.write_text("[]", encoding="utf-8")
    with pytest.raises(CommandError, match="1: "):
        _used(file, set())


async def test_the_report_as_a_page_of_lines(school: School) -> None:
    await reported(school)
    await school.presses("wang", "refuse", reason="wrong_trade", category="furniture")
    services = school.house.services
    assert "1  category: water_electric → furniture" in page(await confusion(1, services.clock, services.zone))
