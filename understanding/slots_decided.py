"""Slots of decisions and of standing in: approvals, refusals, leave and duty, statistics."""

from understanding.amounts import NUMBER, number
from understanding.normalise import Text
from understanding.slots import Finders, compiled, key_of, said, words_of

_CAP = (
    rf"(?:不超过|不要超过|别超过?|控制在|最多|封顶|上限|up to|under|within)[在是:\s]{{0,2}}¥?\s?({NUMBER})(?!\d)"
    rf"|({NUMBER})\s?(?:元|块)?钱?(?:以内|以下|之内|封顶)"
)
_BY_LINE = r"第([一二三四五六七八九十\d]{1,2})(?:项|条|样|行|个)|(?:item|line) (\d{1,2})"
_OFFER = r"(?:第([一二三四\d])家)|(最低)(?:的|那)?(?:家|价)|按([^\W\d_]{1,8}?)那?家"
_FUND = r"走([^\W\d_]{2,10}?(?:经费|预算|账|费))"
_REASON = (
    r"(?:因为|理由(?:是|:)?|原因(?:是|:)?|because)\s?([^\n]{2,60})"
    r"|^(?:不同意|驳回|退回去?|不批|不行|打回|reject(?:ed)?|no)[,.:!\s]{1,3}([^\n]{2,60})|(.{0,20}(?:太贵"
    r"|没写|写清楚?|不够具体|去年才|仓库不是|用不着|没钱|经费见底).{0,30})"
)
_HOLD = r"(?:先)?(?:放(?:一)?放|压(?:一)?压|缓(?:一)?缓|等|挂着|放着)|再(?:说|议|定)|on hold|later"
_SCOPES = {
    "approvals": r"审批|签字|签|批(?!次)|approv",
    "water_electric": r"水电",
    "furniture": r"门窗|木工|课桌",
    "multimedia": r"多媒体|网络|计算机|电脑",
    "duty": r"值班|护校|值周",
    "all": r"所有|全部|都(?:派|给|由)|everything",
}
_BACK = r"我?(?:已经?)?(?:回来了|到学校了|到岗了?|销假|上班了)|还是我自己来|i'?m back|back at work"
_NAME = r"(?!我)[^\W\d_]{2,4}?"
_ON_DUTY = r"值[班周日]|护校|排班|[排换替]"
_DUTY = (
    rf"((?:周|星期|礼拜)[一二三四五六日天]|(?<!\d)\d{{1,2}}[号日])(?:换成|改成|是|由|:)?\s?(我"
    rf"|{_NAME}(?:师傅|老师|主任)?)(?=$|[\s,.;、])"
)
_WHAT = {
    "purchases": r"采购|买|花了",
    "ratings": r"打分|评分|评价|满意",
    "usage": r"使用|借用|机房|节次",
    "lamps": r"灯管",
    "repairs": r"报修|维修|修|坏|单",
}
_FORMAT = {
    "excel": r"excel|xlsx?|表格|导出|拉个表|做个表|(?<![a-z])表(?!扬|现|示|达)",
    "pdf": r"(?<![a-z])pdf",
    "word": r"(?<![a-z])word|文档",
}
_BY = r"(?:按|分|各)(?:个|每)?(楼栋?|月|周|师傅|年级|部门|班级?|类别?|学科|组)"


def _cap(text: Text) -> float | None:
    found = compiled(_CAP).search(text.plain)
    return number(next((g for g in found.groups() if g), "")) if found else None


def _numbers(text: Text) -> list[int] | None:
    """The lines of a request that a decision names: 第二项批，第三项不要."""
    found = [number(first or second) for first, second in compiled(_BY_LINE).findall(text.plain)]
    return [int(place) for place in found if place] or None


def _roster(text: Text) -> dict[str, str] | None:
    """Who is on duty when, as said."""
    if not compiled(_ON_DUTY).search(text.plain):
        return None
    found = compiled(_DUTY).finditer(text.plain)
    return {text.words(*m.span(1)): text.words(*m.span(2)) for m in found} or None


def _scope(text: Text) -> list[str] | None:
    return [key for key, pattern in _SCOPES.items() if compiled(pattern).search(text.plain)] or None


def _by(text: Text) -> list[str] | None:
    return list(dict.fromkeys(compiled(_BY).findall(text.plain))) or None


APPROVE: Finders = {"cap": _cap, "line": _numbers, "offer": words_of(_OFFER), "fund": words_of(_FUND)}
REJECT: Finders = {"cap": _cap, "line": _numbers, "on_hold": said(_HOLD), "reason": words_of(_REASON)}
DELEGATE: Finders = {"scope": _scope, "cap": _cap, "back": said(_BACK), "roster": _roster}
REPORT: Finders = {"what": key_of(_WHAT), "format": key_of(_FORMAT), "by": _by}
