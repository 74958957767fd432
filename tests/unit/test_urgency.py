"""Dangers told sideways and what only sounds like one, and the kinds of words by which the model tells them apart.

All series were written after the material of their day, in other words than its own; the last is of two problems in
one message. Read for the first time, 24 dangers of the first were missed and 9 alarms false, of the second 22 and 11,
of the third (99 and 99) 35 and 6, of the fourth (60 and 60) 17 and 2, of the fifth (40 and 40) 7 and 2, of the sixth
(30 and 30) 9 and 2, of the eighth (56 and 42) 6 and 1, of the
ninth (45 and 35) 5 and 5; signs and material were mended since.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from domain.catalog import Urgency
from understanding import Reader, Reading, Situation, highest
from understanding.concepts import MARK, concepts
from understanding.features import features
from understanding.reading import Intent

LINES = Path(__file__).parents[1] / "fixtures" / "told_sideways.jsonl"
READER = Reader([], [])


def read(text: str) -> Reading:
    return READER.read(text, Situation(role="teacher"))


def told(series: int, *, emergency: bool) -> list[Mapping[str, Any]]:
    lines = [json.loads(line) for line in LINES.read_text("utf-8").splitlines()]
    return [line for line in lines if line["series"] == series and line["emergency"] is emergency]


def alarmed(line: Mapping[str, Any]) -> bool:
    return highest(read(line["text"]).parts) is Urgency.EMERGENCY


@pytest.mark.parametrize(
    ("series", "of", "missed"),
    [(1, 60, 6), (2, 60, 8), (3, 99, 8), (4, 60, 7), (5, 40, 6), (6, 30, 4), (7, 15, 2), (8, 56, 2), (9, 45, 2)],
)
def test_danger_that_nobody_calls_by_its_name_is_mostly_heard(series: int, of: int, missed: int) -> None:
    lines = told(series, emergency=True)
    assert len(lines) == of
    assert len([line for line in lines if not alarmed(line)]) <= missed


@pytest.mark.parametrize(
    ("series", "of", "false"),
    [(1, 60, 3), (2, 60, 4), (3, 99, 5), (4, 60, 4), (5, 40, 3), (6, 30, 3), (7, 15, 1), (8, 42, 2), (9, 35, 3)],
)
def test_what_only_sounds_like_danger_mostly_raises_no_alarm(series: int, of: int, false: int) -> None:
    lines = told(series, emergency=False)
    assert len(lines) == of
    assert len([line for line in lines if alarmed(line)]) <= false


def test_whoever_is_alarmed_is_told_by_what() -> None:
    alarming = [read(line["text"]) for line in told(2, emergency=True) if alarmed(line)]
    assert alarming
    assert all("有危险" in reading.reason for reading in alarming if reading.intent is Intent.REPAIR)


def test_a_word_is_known_by_its_kind_also_where_it_is_denied() -> None:
    assert {f"{MARK}touch", f"{MARK}touch{MARK}metal"} <= set(concepts("扶着铁架"))
    assert f"{MARK}!smoke" in set(concepts("没冒烟"))
    assert f"{MARK}smoke" not in set(concepts("没有冒烟"))
    assert list(concepts("□□□")) == []


def test_words_that_stand_far_apart_are_no_pair() -> None:
    pair = f"{MARK}touch{MARK}metal"
    assert pair in features("摸了一下铁")
    assert pair not in features(f"摸{'了' * 20}铁")


def test_danger_that_only_the_whole_message_tells_is_the_first_problems() -> None:
    first, second = read("舞蹈教室大镜子缺了个角，尖尖的，孩子手划了道口子，另外把杆也松了").parts
    assert first.urgency is Urgency.EMERGENCY
    assert second.urgency is Urgency.NORMAL


@pytest.mark.parametrize("text", ["203铁门一摸手就麻", "203讲台的边框摸着手一缩，像针扎", "302课桌碰到会电人"])
def test_current_comes_before_the_thing_that_was_named(text: str) -> None:
    assert {part.category for part in read(text).parts} == {"water_electric"}


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("302灯不亮，饮水机一碰就缩手", ["灯", "饮水机"]),
        ("音乐室话筒没电，楼梯扶手我一靠往外倒", ["话筒", "楼梯扶手"]),
        ("广播没声；食堂蒸箱一开门气扑脸，阿姨手红了", ["广播", "蒸箱"]),
    ],
)
def test_danger_beside_another_problem_is_a_problem_of_its_own(text: str, items: list[str]) -> None:
    reading = read(text)
    assert [part.item for part in reading.parts] == items
    assert highest(reading.parts) is Urgency.EMERGENCY


@pytest.mark.parametrize(
    ("text", "alarm"),
    [
        ("我把头伸过栏杆，现在缩不回来了，三楼", True),
        ("插头太紧，半天拔不出来，302", False),
        ("网又掉了，人都要气得冒烟，地理组", False),
        ("音箱噼里啪啦的，是音频线没插紧，302", False),
        ("音箱噼里啪啦的还冒烟，302", True),
        ("杂物间黑麻麻的，找东西要打手电", False),
        ("配电间地上全是水，还在往里进", True),
        ("路灯底下的铁盖子不晓得哪个抬走了", True),
        ("昨天打火的插座已经换了，现在是302灯不亮", False),
    ],
)
def test_what_the_words_say_of_danger(text: str, alarm: bool) -> None:
    assert (highest(read(text).parts) is Urgency.EMERGENCY) is alarm
