"""Slots of rooms and devices in use: booking and log of use, loudspeakers, cameras, servers."""

from understanding.amounts import number
from understanding.class_names import PATTERNS
from understanding.normalise import Text
from understanding.slots import Finder, Finders, compiled, key_of, said, words_of

_COUNT = (
    r"(\d{1,4}|[一两俩三仨四五六七八九十]{1,3})\s?(?:台|个人|人|名|位|娃|个(?=[^,.]{0,6}(?:话筒|平板|电脑"
    r"|音箱|娃|孩子|学生|球))|把|套|部|students|people|tablets)|(俩|仨)"
)
_ASSET = (
    r"(?<![a-z0-9])[a-z]{1,4}-\d{2,6}(?!\d)|平板|录播室|录播教室|话筒|扩音器|投影仪?|笔记本|移动音箱|音箱"
    r"|相机|摄像机|面包车|校车|会议室|舞蹈房|机房|阶梯教室"
)
_END = r"用完了?|下课就?还|还(?:回去|了|上)|归还|已还|放回|结束了|done with|returned|完就还"
_CONDITION = (
    r"(?:机器|设备|东西|平板|电脑|都|一切)?(?:都)?(?:正常|完好|好的|没问题|没毛病)|少(?:了)?(?:一|两"
    r"|\d)?.{0,8}|(?:一台|有台?).{0,8}(?:坏|不行|打不开|没电)[了]?"
)
_QUOTED = r'"([^"]{2,200})"'
_SPOKEN = (
    r"(?:广播(?:里)?|通知|播报?|喊|说|告诉|大喇叭|喇叭)(?:一下|一声|一嗓子"
    r"|通知)?(?:[\d一两三]遍)?\s?[:,]\s?([^\n]{2,200})"
    r"|(?:通知|广播|喊|叫)(?:一下|一声|一嗓子)?让?((?:全校|各|所有|全体|\S{1,6}年级|\S{1,4}队)[^,.!]{2,60})"
    r"|(?:announce|say)(?: that)?[:,]? (.{3,200})"
)
_ZONE = (
    r"全校|操场|食堂|宿舍(?:区|楼)?|教学楼|[^\W\d_]{1,2}年级|高[一二三](?=学生|的|$)|初[一二三]|走廊|室外"
    r"|室内|体育馆|大门口?|whole school|playground"
)
_REPEAT = r"(\d{1,2}|[一两二三四五六七八九十])(?:遍|次)(?!性)"
_STOP = r"停(?:下|掉|一下|止|播|了)?|关(?:掉|了|一下)|别(?:放|播|响)|不要放|(?<![a-z])stop(?![a-z])"
_MUTE = r"静音|别出声|关掉声音|(?<![a-z])mute"
_VOLUME = {
    "down": r"小点声|声音小|小声|轻(?:一)?点|调小|太响|太吵|quieter|volume down",
    "up": r"大点声|声音大(?:一)?点|大声|调大|听不[见清]|louder|volume up",
}
_WHAT = {
    "bell": r"铃|bell",
    "alarm": r"警报|演练",
    "music": r"歌|曲|音乐|那首|国歌|眼保健操|广播操|music|song|anthem",
    "announcement": r"通知|广播|喊|说一声|播|叫|告诉|announce",
}
_MODE = {
    "export": r"拷|导出|备份一?份|封一?份|u盘|下载|export",
    "live": r"实时|直播|现在|看一?眼|开一?路|投到|当前|这会儿|live",
    "playback": r"回放|录像|倒回|昨|前天|上周|刚才|调|查|到底是?谁|playback|footage",
}
_STOP_SHARE = r"关掉|收回|停掉|用完了|取消(?:权限|共享)"
_WHO = r"(派出所|民警|警察|家长|校长|检查组|督导|教务处?|[^\W\d_]{1,3}(?:老师|主任|校长|师傅))"
_CAMERA = (
    r"(?:看|查|调|拷)[^,.]{0,16}?((?:[^\W\d_看查调拷一下的]{1,8}|\d{1,4})(?:门口?|走廊|楼道|楼梯口?|操场"
    r"|食堂|车棚|教室|大厅|后厨|传达室|图书馆|机房))|(东门|西门|南门|北门|校门口?|后厨|车棚|操场|食堂)"
)
_MACHINE = (
    r"[^\W\d_把的给请帮]{1,8}?(?:系统|服务器|平台|后台|网站|官网|数据库|网盘|nas|库)|(?<![a-z])(?:nas|web"
    r"|mysql|nginx|docker|server)(?![a-z])|网盘|官网|服务器|数据库|共享盘|选课网页"
)
_ACTION = {
    "restart": r"重启|重新启动|拉起来|重开|restart|reboot",
    "restore": r"找回|恢复|还原|restore",
    "backup": r"备份|快照|backup|snapshot",
    "stop": r"停掉|停一下|停止|关机|关掉|(?<![a-z])stop|shut ?down",
    "start": r"启动|开机|打开|(?<!re)start",
    "access": r"权限|账号|开通|建一?个|account|access",
    "storage": r"空间|清(?:理|清|一下)|容量|腾",
    "status": r"挂了|还剩|多少|怎么样|正常吗|状态|是不是|status|down\?",
}


def _count(text: Text) -> float | None:
    found = compiled(_COUNT).search(text.plain)
    return number(found[1] or found[2]) if found else None


def _class(text: Text) -> str | None:
    for start, character in enumerate(text.plain[:_FAR]):
        if character in "初高一二三四五六七八九123456789":
            for pattern in PATTERNS:
                found = pattern.match(text.plain, start)
                if found and "班" in found.group():
                    return text.words(*found.span())
    return None


_FAR = 200
"""Characters within which a class is named: beyond them it is talk."""


def _times_over(text: Text) -> float | None:
    found = compiled(_REPEAT).search(text.plain)
    return number(found[1]) if found else None


def _spoken(text: Text) -> object:
    return words_of(_QUOTED)(text) or words_of(_SPOKEN)(text)


def _what(text: Text) -> object:
    return "announcement" if compiled(_QUOTED).search(text.plain) else key_of(_WHAT)(text)


USAGE: Finders = {
    "class": _class,
    "asset": words_of(_ASSET),
    "count": _count,
    "end": said(_END),
    "condition": words_of(_CONDITION),
}
BROADCAST: Finders = {
    "text": _spoken,
    "zone": words_of(_ZONE),
    "times": _times_over,
    "stop": said(_STOP),
    "mute": said(_MUTE),
    "volume": key_of(_VOLUME),
    "what": _what,
}


def _after_verb(pattern: str) -> Finder:
    """What a pattern finds, without the verb or hour that stands in front without a gap: 重启|教务系统, 4点|南门."""

    def find(text: Text) -> str | None:
        found = compiled(pattern).search(text.plain)
        if not found:
            return None
        start, end = found.span(found.lastindex or 0)
        if lead := compiled(_LEAD).match(text.plain, start, end):
            start = lead.end()
        return text.words(start, end) or None

    return find


_LEAD = r".*(?:重启|重新启动|备份|停掉|停止|启动|打开|恢复|关掉|一下|[点把的给帮请晚早午看查调将在])(?=.{2})"


CAMERA: Finders = {
    "who": words_of(_WHO),
    "which": _after_verb(_CAMERA),
    "mode": key_of(_MODE),
    "stop": said(_STOP_SHARE),
}
SERVER: Finders = {"machine": _after_verb(_MACHINE), "action": key_of(_ACTION)}
