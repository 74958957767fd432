"""Sentences about leave, standing in and duty: who, whom, which trade, from when to when."""

from datetime import datetime
from typing import Any

import pytest

from domain.school_days import SchoolDays
from understanding import Intent, Reader
from understanding.extras import extras
from understanding.normalise import read_in
from understanding.reading import Situation
from understanding.times import Times

NOW = datetime.fromisoformat("2026-11-23T09:00+08:00")
NAMES = ("王强", "刘洋", "李建国", "陈敏")
TIMES = Times(SchoolDays())
PEOPLE = frozenset({"who", "to"})
W, F, M = "water_electric", "furniture", "multimedia"

SENTENCES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("我今天请假", {"from": "2026-11-23"}),
    ("周三到周五去培训，水电找小王", {"to": "小王", "scope": [W], "from": "2026-11-25", "until": "2026-11-27"}),
    ("上午请假", {"from": "2026-11-23T08:00+08:00", "until": "2026-11-23T12:00+08:00"}),
    ("明天下午请半天假", {"from": "2026-11-24T13:00+08:00", "until": "2026-11-24T18:00+08:00"}),
    ("李师傅今天病了，活给老王", {"who": "李师傅", "to": "老王", "from": "2026-11-23"}),
    ("我明天不在，有事找王强", {"to": "王强", "from": "2026-11-24"}),
    ("今天家里有事，请一天假，活交给刘洋", {"to": "刘洋", "from": "2026-11-23", "minutes": 1440}),
    ("后天到大后天出差，门窗的活由李建国代", {"to": "李建国", "scope": [F], "until": "2026-11-26"}),
    ("请假三天", {"minutes": 4320}),
    ("请两天病假", {"minutes": 2880}),
    ("我请假三天，从明天开始，小王代", {"to": "小王", "from": "2026-11-24", "minutes": 4320}),
    ("我明天请假，陈敏代班", {"to": "陈敏", "from": "2026-11-24"}),
    ("张师傅明天请假", {"who": "张师傅", "from": "2026-11-24"}),
    ("这周我休息，水电的单子派给王强", {"to": "王强", "scope": [W], "until": "2026-11-29"}),
    ("下周一去体检，上午不在", {"from": "2026-11-30T08:00+08:00", "until": "2026-11-30T12:00+08:00"}),
    ("刘洋请假到周五，网络的事找陈老师", {"who": "刘洋", "to": "陈老师", "scope": [M], "until": "2026-11-27"}),
    ("在培训到周五，小王替我", {"to": "小王", "until": "2026-11-27"}),
    ("王强明天休息，刘洋顶一下", {"who": "王强", "to": "刘洋", "from": "2026-11-24"}),
    ("今天不来了，水电的事情交给张师傅", {"to": "张师傅", "scope": [W], "from": "2026-11-23"}),
    ("周五下午去开会，活让陈老师盯着", {"to": "陈老师", "until": "2026-11-27T18:00+08:00"}),
    ("下周请假，派给王强", {"to": "王强", "from": "2026-11-30", "until": "2026-12-06"}),
    ("这几天我住院了，门窗找李建国", {"to": "李建国", "scope": [F]}),
    ("11月25号到27号请假", {"from": "2026-11-25", "until": "2026-11-27"}),
    ("明天上午9点到11点不在，有急事找王强", {"to": "王强", "until": "2026-11-24T11:00+08:00"}),
    ("李师傅从今天起长期病假，活给王强", {"who": "李师傅", "to": "王强", "open": True, "from": "2026-11-23"}),
    ("老王病了，活给小王", {"who": "老王", "to": "小王"}),
    ("我从周三起休假，什么时候回来再说，活给王强", {"to": "王强", "open": True, "from": "2026-11-25"}),
    ("王强今天没来，他的活我来顶", {"who": "王强", "to": "我", "from": "2026-11-23"}),
    ("陈敏后天产假开始，多媒体请刘洋接", {"who": "陈敏", "to": "刘洋", "scope": [M]}),
    ("今天身体不舒服，请假半天，老李帮我看着", {"to": "老李", "from": "2026-11-23"}),
    ("周四我调休，木工活换王强", {"to": "王强", "scope": [F], "from": "2026-11-26"}),
    ("我回来了", {"back": True}),
    ("我要销假", {"back": True}),
    ("提前销假", {"back": True}),
    ("张师傅回来了", {"who": "张师傅", "back": True}),
    ("本周值班：水电张师傅", {"to": "张师傅", "scope": [W, "duty"], "until": "2026-11-29"}),
    ("五一值班是张师傅", {"to": "张师傅", "scope": ["duty"], "from": "2027-05-01"}),
    ("周末值班换成王强", {"to": "王强", "scope": ["duty"], "from": "2026-11-28", "until": "2026-11-29"}),
    ("周五晚上王强值班", {"to": "王强", "scope": ["duty"]}),
    ("五一期间由张师傅值班", {"to": "张师傅", "scope": ["duty"]}),
    ("周末值班：周六王强，周日我", {"roster": {"周六": "王强", "周日": "我"}}),
    ("下周三值班的是刘洋", {"to": "刘洋", "scope": ["duty"], "from": "2026-12-02"}),
)


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_what_a_sentence_says(text: str, expected: dict[str, Any]) -> None:
    found = extras(Intent.DELEGATE, read_in(text), NAMES, TIMES, NOW)
    wanted = expected.keys() | (PEOPLE if "roster" not in expected else frozenset())
    assert {key: found.get(key) for key in wanted} == {key: expected.get(key) for key in wanted}


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_it_is_heard_as_leave(text: str, expected: dict[str, Any]) -> None:
    reader = Reader((), (), NAMES)
    heard = reader.read(text, Situation(role="repairer", now=NOW))
    assert heard.intent is Intent.DELEGATE, expected
