"""Typed forms: "地点：302 / 物品：灯 / 问题：不亮 / 联系人：王芳 138…", in any order, read as one sentence."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from understanding.patterns import late

_LINES = re.IGNORECASE | re.MULTILINE
_LABELS = {
    "place": r"(?:报修|维修|故障|详细|具体|所在|使用)?(?:地点|位置|地址|场所|教室|房间号?)"
    r"|(?:place|location|where|room)\b",
    "group": "班级|部门|科室",
    "thing": r"(?:报修|维修|故障|损坏|申购|采购|申请)?(?:物品|设备|设施|项目|器材|资产)(?:名称)?|名称|品名"
    r"|(?:item|device|equipment)\b",
    "problem": r"(?:报修|维修|故障|损坏|问题|具体)?(?:问题|故障|现象|情况|描述|内容|事由)(?:描述|现象|说明|情况)?"
    r"|(?:problem|issue|fault|description)\b",
    "contact": r"(?:报修|联系|申请|上报|填报|反映)(?:人|电话|方式)|姓名|电话|手机号?码?"
    r"|(?:name|phone|contact|reporter|tel)\b",
    "filed": "(?:报修|填报|上报|申请|提交)(?:时间|日期)|日期",
}
_LABEL = "|".join(f"(?P<{kind}>{words})" for kind, words in _LABELS.items())
_BULLET = r"(?:\d{1,2}[.、)）] ?|[①-⑨•*·-] ?)?"
_FIELD = late(
    rf"(?:^|(?<=[\s,，;；。|])|(?=【)){_BULLET}[【\[]?(?:{_LABEL})(?: ?[】\]] ?[:：]?| ?[:：]) ?",
    _LINES,
)
_SPACED = late(rf"^ ?{_BULLET}(?:{_LABEL}) +(?=\S)", _LINES)
"""A form without colons: each field on its own line."""
_LEAST = 2
"""Fields that make a form."""
_NUMBER = late(r"^ ?(?:\d{1,2}(?:[、)）]|\.(?!\d))|[①-⑨]) ?", re.MULTILINE)
"""Of a line in a list: "1. 灯不亮"."""

_PHONE = r"(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}-?\d{7,8})"
# Who may be called back: never a place, a thing or a number of a record.
_CALL_BACK = late(
    r"(?:^ ?\d{1,2}[.、)）] ?)?[,，。;； (（]{0,3}(?:我的?)?"
    r"(?:报修人|联系人|联系方式|联系电话|电话|手机|tel|phone)[号码是]{0,2} ?[:：]? ?"
    rf"(?:[^\W\d]{{2,4}}(?:老师|师傅|主任)?[ ,，:：]{{0,3}}(?:电话|手机)? ?[:：]? ?)?{_PHONE}[)）]?",
    _LINES,
)
_FIGURES = late(r"\d{3}[ -]?\d{4}")
_PERSON = late(rf"(?:[^\W\d]{{2,4}}(?:老师|师傅|主任)?)?[ ,，/]{{0,3}}(?:{_PHONE}|\d{{3,8}})?(?=\s|$)")
_EDGES = " \t\n,，;；。|"
_BRIEF = 4
"""Characters of a problem that is said of the thing in one breath: "灯" and "不亮"."""


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of a form: which one it is, what it is called there, and what was filled in."""

    kind: str
    label: str
    words: str


def filled(text: str) -> str:
    """A form as a sentence: what stands before it, place, thing, problem. Other texts only lose call-backs."""
    text = uncalled(text)
    heads = [*_FIELD.finditer(text)]
    if len(heads) < _LEAST and "\n" in text:
        heads = [*_SPACED.finditer(text)]
    if len({head.lastgroup for head in heads}) < _LEAST:
        return _NUMBER.sub("", text) if len(_NUMBER.findall(text)) > 1 else text
    return _sentence(text[: heads[0].start()].strip(_EDGES), [*_fields(text, heads)])


def uncalled(text: str) -> str:
    """A text without who may be called back: "联系人王芳 138…"."""
    return _CALL_BACK.sub(" ", text) if _FIGURES.search(text) else text


def _fields(text: str, heads: Sequence[re.Match[str]]) -> Iterator[_Field]:
    ends = [*(head.start() for head in heads[1:]), len(text)]
    for head, end in zip(heads, ends, strict=True):
        kind = head.lastgroup or ""
        yield _Field(kind, head[kind], text[head.end() : end].strip(_EDGES))


def _sentence(before: str, fields: Sequence[_Field]) -> str:
    told = {kind: " ".join(field.words for field in fields if field.kind == kind) for kind in _LABELS}
    problem = _problem(told["thing"], [field for field in fields if field.kind == "problem"])
    more = told["contact"]
    if person := _PERSON.match(more):
        more = more[person.end() :].strip(_EDGES)
    return " ".join(filter(None, (before, told["place"] or told["group"], problem, more)))


def _problem(thing: str, fields: Sequence[_Field]) -> str:
    """What is the matter with the thing; a longer story keeps its label, which says that it is about a fault."""
    words = " ".join(field.words for field in fields)
    if not thing or thing in words or not words:
        return words or thing
    return f"{thing}{words}" if len(words) <= _BRIEF else f"{thing},{fields[0].label}:{words}"
