"""Pictures in a message: nothing beside words, a word where they stand for one."""

import re

from understanding.patterns import late
from understanding.sounds import trade_words

_PICTURE = "[\U0001f000-\U0001faff\u2600-\u2775\u2794-\u27bf\u2b00-\u2bff]"
_RUN = late(rf"(?:{_PICTURE}\s*)+")
_STARS = late("[⭐🌟★]{1,5}☆{0,4}")
_JOINERS = late("[\ufe0e\ufe0f\u20e3\u200d]")
_ANY = late(f"{_PICTURE}|{_JOINERS.pattern}")
# The pictures that WeCom and DingTalk write out in brackets, as they arrive in a text message.
_WRITTEN = late(
    r"\[(?:(?P<fine>OK|好的|ok)|(?P<praise>强|赞|鼓掌|大拇指)|(?P<thanks>抱拳|合十|感谢|谢谢|双手合十)"
    r"|微笑|玫瑰|呲牙|偷笑|愉快|憨笑|咖啡|太阳|爱心|心|拥抱|握手|胜利|流泪|大哭|捂脸|苦涩|尴尬|难过|可怜|委屈|发怒|抓狂|惊讶|恐惧"
    r"|疑问|晕|汗|冷汗|再见|加油|庆祝|礼物|红包|发|福|烟花|爆竹|666|旺柴|吃瓜|叹气|皱眉|机智|耶|嘿哈|奸笑|笑脸|害羞|嘴唇|跳跳|发抖|转圈)\]"
)
_ALONE = (("👌🆗✅☑✔👍💪", "好的"), ("🙏🤝🌹🎉👏😘", "谢谢"), ("❌✖🙅", "不行"), ("❓❔🤔", "?"), ("🆘🚨", "紧急求助"))
"""What a message says that has no words."""
_AT_A_THING = {"🔥": "着火", "💥": "冒火花", "💧": "漏水", "💦": "漏水", "⚡": "漏电"}
"""What is said of the thing that such a picture stands behind."""
_LONGEST_THING = 6
_STANDS_FOR = {
    "💡": "灯", "🚪": "门", "🚽": "马桶", "🚿": "花洒", "🖥": "电脑", "💻": "电脑", "🖨": "打印机", "📽": "投影仪",
    "🔌": "插座", "🪑": "椅子", "🪟": "窗户", "📶": "wifi", "📷": "摄像头", "🔒": "锁", "🚰": "水龙头", "📺": "电视",
}  # fmt: skip
"""The thing that a picture is, where a fault follows at once: "💡不亮"."""
_FAULT = late(r"\s?(?:[不没坏闪漏堵断灭黑松掉卡又]|开不|打不|一直|老是)")


def worded(text: str) -> str:
    """A message without pictures; stars are a mark, and a message of pictures only is put in words."""
    if "[" in text:
        text = _WRITTEN.sub(_as_picture, text)
    if not _ANY.search(text):
        return text
    text = _STARS.sub(lambda stars: f"{sum(sign != '☆' for sign in stars.group())}星", _JOINERS.sub("", text))
    if not _RUN.sub("", text).strip():
        return next((words for pictures, words in _ALONE if not set(pictures).isdisjoint(text)), "")
    return _RUN.sub(lambda run: _told(text, run), text)


def _as_picture(written: re.Match[str]) -> str:
    return {"fine": "👌", "praise": "👍", "thanks": "🙏"}.get(written.lastgroup or "", " ")


def _told(text: str, run: re.Match[str]) -> str:
    """A blank, the thing whose fault follows, or what the first picture says of the thing before it: "插座🔥"."""
    if (thing := _STANDS_FOR.get(run.group()[0])) and _FAULT.match(text, run.end()):
        return thing
    said = _AT_A_THING.get(run.group()[0])
    things = (text[max(0, run.start() - length) : run.start()] for length in range(2, _LONGEST_THING + 1))
    return said + " " if said and any(thing in trade_words() for thing in things) else " "
