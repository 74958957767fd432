"""Personal data in a sentence: found by its form or by a name of the school, and covered before anything is kept.

Forms: mobile numbers have 11 digits and begin with 1 (MIIT numbering plan), identity numbers have 18 or 15 characters
(GB 11643), plates begin with a province and a letter (GA 36). Any other run of seven digits or more is covered as well:
accounts look like that, rooms and devices do not.
"""

import re
from collections.abc import Iterable

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏章苏潘葛范彭郎鲁韦马苗凤方俞任袁柳鲍史唐"
    "费廉岑薛雷贺倪汤滕殷罗毕郝邬乐傅齐康伍余顾孟黄穆萧尹姚邵汪祁毛米贝明臧戴宋庞熊纪舒屈项祝董梁杜阮蓝闵季贾路娄江"
    "童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万柯管卢莫房丁邓洪包左石崔龚程邢裴陆荣翁荀惠曲封储靳段焦侯仲宁甘刘"
    "景詹束龙叶司黎白蒲卓池乔温庄晏柴瞿阎连习艾容向古易廖耿匡文欧聂曾查荆游权桑桂牛"
)
_ONE = f"(?:欧阳|司马|上官|诸葛|[{_SURNAMES}])"
_NAME = rf"(?!高[一二三]|初[一二三]){_ONE}[\u4e00-\u9fff]{{1,2}}"
_TITLES = "老师|师傅|主任|校长|书记|院长|科长|处长|部长|组长|队长|阿姨|教授|博士|医生|保安|同志|先生|女士"
_FORMS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}", re.ASCII), "某邮箱"),
    (
        re.compile(
            r"(?:微信|企鹅|we ?chat|weixin|(?<![a-z])(?:vx|wx|qq))(?:号码?)?[ 是为:：]{0,3}[a-z0-9][a-z0-9_-]{4,29}",
            re.IGNORECASE | re.ASCII,
        ),
        "某号",
    ),
    (
        re.compile(
            r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·. ]?[A-Z0-9]{5,6}", re.IGNORECASE
        ),
        "某车",
    ),
    (re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"), "某号"),
    (re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?!\d)"), "某号"),
    (re.compile(r"(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)"), "某号"),
    (re.compile(r"\d{7,}"), "某号"),
    (re.compile(rf"(学生|同学|小朋友|孩子)(?:名?叫|是)?{_NAME}"), r"某\1"),
    (re.compile(rf"{_NAME}(同学|小朋友)"), r"某\1"),
    (re.compile(rf"{_ONE}({_TITLES})"), r"某\1"),
    (re.compile(rf"(?<![\u4e00-\u9fff])[老小]{_ONE}(?=师傅|说|让|$|[,，。 ])"), "某人"),
    (re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr)\b\.? [A-Z][a-z]+"), "somebody"),
)
_SHORTEST = 2


def covered(text: str, names: Iterable[str] = ()) -> str:
    """The text without personal data; `names` are those of the school's people.

    “王老师说302灯不亮，电话13800000000” becomes “某老师说302灯不亮，电话某号”.
    """
    for name in sorted({name for name in names if len(name) >= _SHORTEST}, key=len, reverse=True):
        title = re.search(rf"(?:{_TITLES})$", name)
        text = text.replace(name, f"某{title[0] if title else '人'}")
    for form, cover in _FORMS:
        text = form.sub(cover, text)
    return text
