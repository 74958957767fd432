"""Things by other names, problems told in one breath, and dangers told sideways, in sentences of no school."""

import pytest

from domain.catalog import Urgency
from understanding import Intent, Reader, Reading, Situation, highest
from understanding.normalise import read_in
from understanding.urgency import PERIL, danger, pressing, urgency

W, F, M = "water_electric", "furniture", "multimedia"
READER = Reader([], [])


def read(text: str) -> Reading:
    return READER.read(text, Situation(role="teacher"))


def _lines(told: str) -> list[str]:
    return [line for row in told.split("\n") for line in row.split("|") if line]


THINGS = [
    ("心理室的落地灯拧不亮", W, "落地灯"),
    ("一楼洗手的感应头伸手没反应", W, "感应头"),
    ("教师餐厅热水机不加热", W, "热水机"),
    ("锅炉房循环泵不转了", W, "循环泵"),
    ("淋浴间电磁阀关不住", W, "电磁阀"),
    ("生物室雪柜不冻了", W, "冰箱"),
    ("四楼厕所水掣关不紧", W, "阀门"),
    ("值班室电褥子不热", W, "电热毯"),
    ("202拖板没电", W, "插线板"),
    ("政教处插苏松了", W, "插座"),
    ("306灯口松了", W, "灯座"),
    ("三号宿舍热水从昨晚就没有了", W, "热水"),
    ("学生回来说洗的都是冷水澡，二号楼", W, "热水"),
    ("图书馆闪了一下电就没来电", W, "电"),
    ("102的一插上就跳", W, "空开跳闸"),
    ("203黑板上面有两根不亮", W, "黑板灯"),
    ("食堂洗地机充不进电", W, "洗地机"),
    ("化学实验室恒温箱不升温", W, "恒温箱"),
    ("办公室台式饮水机不出水", W, "台式饮水机"),
    ("体育馆大吊扇转得慢", W, "大吊扇"),
    ("401循环扇咔咔响", W, "循环扇"),
    ("绿化带电磁水阀失灵", W, "电磁水阀"),
    ("二楼直饮水机出水特别小", W, "直饮水机"),
    ("食堂榨汁机不转", W, "榨汁机"),
    ("托班小夜灯关不掉", W, "小夜灯"),
    ("中庭地灯不亮", W, "地灯"),
    ("教务处柜桶拉不开", F, "抽屉"),
    ("305门铰断了", F, "合页"),
    ("405杌子腿断了", F, "凳子"),
    ("204书台晃", F, "课桌"),
    ("302锁匙断了", F, "钥匙"),
    ("操场裁判台晃", F, "裁判台"),
    ("车库地锁转不动", F, "地锁"),
    ("门厅排椅断了一条腿", F, "排椅"),
    ("宿舍310床头板裂了", F, "床头板"),
    ("资料室层板断了", F, "层板"),
    ("美术室画板裂了", F, "画板"),
    ("中一班午睡垫开线破了", F, "午睡垫"),
    ("操场跨栏架歪了", F, "跨栏架"),
    ("自行车棚彩钢瓦掀起来了", F, "彩钢瓦"),
    ("体育馆采光板裂了", F, "采光板"),
    ("202挂衣钩掉了", F, "挂衣钩"),
    ("501窗撑杆断了", F, "窗撑杆"),
    ("阶梯教室开窗器卡死", F, "开窗器"),
    ("103黑板右边掉了块漆", F, "黑板"),
    ("宿舍阳台晾衣服的架子断了", F, "晾衣服的架子"),
    ("the door closer in 204 is broken", F, "door closer"),
    ("a coat hook fell off in room 305", F, "coat hook"),
    ("ceiling tile is loose in 402", F, "ceiling tile"),
    ("广播站麦克有杂音", M, "话筒"),
    ("机房滑鼠点不了", M, "鼠标"),
    ("文印室列表机卡纸", M, "打印机"),
    ("办公室路由不亮", M, "路由器"),
    ("报告厅时序器不亮", M, "时序器"),
    ("会议室电视盒子连不上", M, "电视盒子"),
    ("录播室云台不转", M, "云台"),
    ("传达室考勤终端黑屏", M, "考勤终端"),
    ("浴室水控机不认卡", M, "水控机"),
    ("门厅晨检机器人开不了机", M, "晨检机器人"),
    ("体育馆计分屏乱码", M, "计分屏"),
    ("音乐室数码琴没声", M, "数码琴"),
    ("301答题板连不上", M, "答题板"),
    ("创客室激光切割机不出光", M, "激光切割机"),
    ("食堂结算台扫不出来", M, "结算台"),
    ("听力室语音机死机", M, "语音机"),
    ("the laptop cart in room 210 does not charge", M, "laptop cart"),
]


@pytest.mark.parametrize(("text", "category", "item"), THINGS)
def test_a_thing_is_known_by_the_name_that_its_sender_gives_it(text: str, category: str, item: str) -> None:
    reading = read(text)
    assert reading.intent is Intent.REPAIR
    assert [(part.category, part.item) for part in reading.parts] == [(category, item)]


OWNERS = [
    ("202灯管闪，门合页也断了", [W, F]),
    ("301投影没画面 插座也松了", [M, W]),
    ("四楼停水了，班牌也黑屏", [W, M]),
    ("505窗帘掉了半边，空调又不冷", [F, W]),
    ("203桌子晃，椅子腿也断了", [F, F]),
    ("一、水龙头滴水，二、柜门掉了，三、话筒没声，都在音乐室", [W, F, M]),
    ("食堂冰柜不冻，刷卡机也连不上", [W, M]),
    ("机房交换机灯灭了，还有3号电脑蓝屏", [M, M]),
    ("一楼厕所灯不亮，三楼厕所水箱漏", [W, W]),
    ("图书馆书架歪了 查询机死机", [F, M]),
    ("水管爆了，地板都泡了", [W]),
    ("空调滴水，滴到课桌上全湿了", [W]),
    ("插座没电，电脑都用不了", [W]),
    ("暖气片漏水，底下的书都湿了", [W]),
    ("窗户关不严，风一吹哐哐响", [F]),
    ("门轴松了，门都歪了", [F]),
    ("一体机花屏，重启了还是花", [M]),
    ("网断了，电脑上不了，打印机也连不上网", [M]),
    ("锁坏了，钥匙插进去转不动", [F]),
    ("空调遥控器丢了先不管，要修的是办公桌抽屉，拉不开", [F]),
    ("灯不亮，换了灯泡也不亮", [W]),
    ("门锁卡住了；下水道返味，都是一楼值班室", [F, W]),
    ("the light is broken and the window does not close, room 305", [W, F]),
    ("灯坏了、电视没信号、沙发塌了，接待室", [W, M, F]),
    ("303电脑死机了风扇也不转", [M, W]),
]


@pytest.mark.parametrize(("text", "owners"), OWNERS)
def test_each_problem_goes_to_its_owner_and_what_comes_of_it_is_none(text: str, owners: list[str]) -> None:
    assert [part.category for part in read(text).parts] == owners


DANGEROUS = """
三楼饮水机一按开关就酥一下手|洗衣房那个插座烧得墙都黑了|宿舍楼充电的台灯冒了股烟 味道呛人
厨房一进去就闻到鸡蛋臭味像漏气|走廊顶上那块石膏板鼓出来了随时下来|体育馆吊着的灯就靠一根铁丝拴着
过道电缆沟的盖子让车压碎了，学生脚陷进去过|有个一年级的小孩手指头卡在椅子缝里拔不出来
我们五个老师在电梯里出不去了|雨水顺着灯管往下淌，灯还亮着|消防铃一直叫，楼道有烟|电表箱咝咝响还有火光
实验室酒精灯打翻烧到窗帘了|阳台栏杆一推就往外倒|楼顶的瓦让风刮得往下飞，下面是操场|门玻璃炸开了，满地渣
滑梯边上翘出来一截铁皮，小朋友腿都划破了|配电间门敞着，里头铜排都看得见|信息机房空调停了，服务器已经41度
操场地上塌下去一块，能掉进去一个人|电热水壶底座漏电把保洁阿姨打了一下|锅炉压力表爆了，蒸汽往外喷
投影吊架裂了，投影仪眼看要掉到学生头上|厕所电热水器的外壳带电|充电柜里平板电池鼓得发烫
食堂灶台点火的时候轰一下，火窜上来了|地插被水泡了还冒泡|吊扇叶子飞出来一片|路灯杆子被车撞斜了，电线都扯断了
宿舍上铺的床板断了孩子摔下来了|黑板掉下来砸到学生的脚|there's a burning smell from the breaker box
a student got an electric shock from the water dispenser|the ceiling panel is about to come down on the kids
卫生间热水器开着水摸龙头有点麻酥酥|音箱从墙上掉下来了差点砸到人|大门口那棵树断了半截搭在电线上
窗户整扇要脱出去了，楼下就是跑道|井盖翻了，昨晚有人一脚踩下去了|墙根裸着一截红线绿线，孩子伸手就够得着
"""
HARMLESS = """
插座没电了，手机充不上|上次冒烟那个插座已经换了，现在开关面板松|电梯按钮不亮了，能坐|烟感探头掉了，没响过
栏杆油漆掉了|树枝挡住路灯了|椅子腿断了我收到储藏室了|空调声音大得像打雷|热水太烫了调一下|风扇转得慢
门缝夹到书包带子了|玻璃门拉手松了|漏保老跳|打印机卡纸拔不出来|电视挂架歪了，看着别扭|地砖松了一块踩着响
厕所灯一闪一闪|电池盖掉了|黑板裂了条缝不好写字|消防柜门关不上|水龙头掉了个把手|煤气灶打火打不着|课桌角翘皮
桌子晃得厉害，没法写字|柜门倒下来过一次，已经拿绳子绑住了|吊顶有块板子松了，我们用胶带先贴着
玻璃裂的那扇已经拆下来放墙边了，来装块新的|电线槽盖子掉了|幕布降到一半卡住不下来|雨棚漏水滴到过道
the door handle is loose|投影仪打开有一股新机器的味道|电扇遥控器摔坏了|昨天停电后班牌一直重启
单杠松了，用绳子围起来了|灭火器过期了|钥匙卡在锁里了|燃气表显示没电要换电池
扫地机器人陷进地毯里出不来|厕所下水道漏气有臭味|天花板上的喇叭响个不停关不掉|课桌上写着火字擦不掉
一脚踩下去地板咯吱响|粉笔盒掉进水池了|电梯里没信号，打不出去电话|头顶的喇叭一直有电流声
窗帘飞出去挂在树上了|篮球漏气了|火车票打印机没纸|楼梯扶手上的木头起皮
"""


@pytest.mark.parametrize("text", _lines(DANGEROUS))
def test_danger_is_heard_however_it_is_told(text: str) -> None:
    assert highest(read(text).parts) is Urgency.EMERGENCY


@pytest.mark.parametrize("text", _lines(HARMLESS))
def test_what_is_over_or_safe_or_small_is_no_emergency(text: str) -> None:
    assert urgency(read_in(text).plain) is not Urgency.EMERGENCY


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("吊灯歪了要掉下来", "fall"),
        ("吊灯歪了要掉下来，已经拆下来了", None),
        ("吊灯要掉下来，胶带贴着，下面坐着学生", "fall"),
        ("玻璃裂了", "glass"),
        ("玻璃裂了一条缝，没掉，贴了胶带", None),
        ("插座冒火花，已经用胶带贴住了", "electric"),
        ("走廊冒烟，已经把门围起来了", "fire"),
        ("井盖没了，先围起来了", "fall"),
    ],
)
def test_a_hand_takes_away_what_hangs_and_never_current_fire_or_a_hole(text: str, key: str | None) -> None:
    found = danger(read_in(text).plain)
    assert (found[0] if found else None) == key


def test_the_model_alone_makes_an_emergency_only_where_it_is_likely_and_nobody_has_seen_to_it() -> None:
    likely = {"emergency": PERIL + 0.1, "high": 0.1, "normal": 0.05}
    assert pressing("那个东西不对劲", Urgency.NORMAL, likely) is Urgency.EMERGENCY
    assert pressing("那个东西不对劲", Urgency.NORMAL, {"emergency": PERIL - 0.1, "high": 0.2}) is Urgency.NORMAL
    assert pressing("那个东西拆下来了", Urgency.NORMAL, likely) is Urgency.NORMAL
    assert pressing("那个东西不对劲", Urgency.NORMAL, {"high": 0.6, "normal": 0.4}) is Urgency.HIGH
    assert pressing("那个东西拆下来了", Urgency.EMERGENCY, {}) is Urgency.EMERGENCY


@pytest.mark.parametrize(
    ("text", "intent", "place"),
    [
        ("催一下204", Intent.URGE, "204"),
        ("厕所那个灯都报三天了，还没人来", Intent.URGE, "厕所"),
        ("收到，我正好在四楼", Intent.ACCEPT, None),
        ("收到，我去302看看", Intent.ACCEPT, "302"),
    ],
)
def test_a_place_on_the_way_is_not_that_of_the_record(text: str, intent: Intent, place: str | None) -> None:
    reading = READER.read(text, Situation(role="repairer", context="派单卡片"))
    assert reading.intent is intent
    assert reading.parts[0].location == place
