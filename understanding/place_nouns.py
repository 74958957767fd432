"""Places of which only the neighbourhood is a listed word: "美食街旁边", "理发师隔壁", "放乐器的那屋"."""

from understanding.patterns import late
from understanding.place_names import BOUNDARY, STOPS

_LONGEST = 5
_BESIDE = late(r"旁边|边上|隔壁|隔篱|对门|斜?对[面过]|门[口前外]|后身|后头|后面|前头|侧面")
"""Words behind which a name is a place's; above, below and within are things too."""
_SURELY = late(r"门[口前外]|隔壁|隔篱")
"""Words that only stand behind places, whatever the name ends like."""
# The last characters of things: what is beside a cupboard is said of the room, which is named elsewhere.
_THING = late(
    r"(?:[机器灯柜桌椅凳床架箱桶盆池槽管线门窗锁屏板扇头座阀泵表盒牌钟镜柱杆栏杠梯闸钩帘布幕纸料车坑位排墙壁角洞缝孔包刷瓶杯盘具件胆芯膜台"
    r"电水火气灰土声音味字画面地顶手脚脸身眼人边]|空调|马桶|水龙|开关|电脑|音响|喇叭|黑板|投影|暖气|希沃|键盘|鼠标|沙发|机柜|网口)$"
)
_PERSON = late(
    r"(?:老师|同学|学生|师傅|阿姨|主任|校长|家长|孩子|娃|大爷|保安|领导|经理|医生|护士|学校|自己|大家|正门)$"
)
_NO_NAME = late(
    r"现在|刚才|[今昨明][天早晚]|早上|[上下中]午|晚上|已经|可能|好像|估计|应该|发现|路过|经过|反映|怀疑|麻烦|见|闻|听|唯独|除了|主要|就是|另外|顺便"
    r"|其实|原来|问题|东西|时候|站|蹲|坐|靠|堵|漏|坏|断|掉|响|亮|脱|松|裂|滴|冒|流|倒|卡|锁|关|谁|啥|咋|哪|但|因|所以|然后|就|帮|摔|喊|搭"
)
_WHAT_FOR = late(r"(?:^|[\s,.!?;:]|[在到从是])((?:(?![我你您他它这])[\u4e00-\u9fff]){2,7})$")
_ANY_TIME = late(r"^(?:老师|师傅|昨天|今天|刚才|现在|上次|前面|后面|隔壁|旁边|对面|就|也|还|都|不|再|又|最)|[楼层]$")


def before(plain: str, start: int, limit: int) -> int:
    """Where a name that nobody listed begins that ends at `start`; `start` where none does."""
    if not _BESIDE.match(plain, start):
        return start
    begun = start
    while begun > max(limit, start - _LONGEST) and _in_a_name(plain[begun - 1]):
        begun -= 1
    name = plain[begun:start]
    if len(name) < 2 or not _at_edge(plain, begun) or _NO_NAME.search(name) or _PERSON.search(name):
        return start
    surely = _SURELY.match(plain, start) and not name.endswith(("柜", "箱", "机", "电梯"))
    return start if _THING.search(name) and not surely else begun


def purpose(plain: str, start: int, limit: int) -> int:
    """Where it begins what "那屋" at `start` is for, or who is in it; `start` where nothing tells."""
    found = _WHAT_FOR.search(plain, limit, start)
    return start if not found or _ANY_TIME.search(found[1]) else found.start(1)


def _at_edge(plain: str, begun: int) -> bool:
    return begun == 0 or not plain[begun - 1].isalnum() or plain[begun - 1] in BOUNDARY


def _in_a_name(character: str) -> bool:
    return character.isalpha() and not character.isascii() and character not in STOPS
