"""Several problems in one message, one problem in many words, danger and haste, and the one question that is asked."""

import pytest

from domain.catalog import Urgency
from understanding import Ask, AssetWords, Intent, Part, PlaceWords, Reader, Reading, Situation
from understanding.items import usual
from understanding.learning.several import asked_rightly, placed, told_apart
from understanding.normalise import read_in
from understanding.reasons import Reasons, Told
from understanding.urgency import danger, telling, urgency

W, F, M = "water_electric", "furniture", "multimedia"
READER = Reader([], [])


def read(text: str) -> Reading:
    return READER.read(text, Situation(role="teacher"))


def parts(text: str) -> list[tuple[str | None, str | None]]:
    return [(part.category, part.item) for part in read(text).parts]


# ------------------------------------------------------------------------------------------------- several problems

SEVERAL = [
    # a stop between them
    ("505吊扇不转，窗帘也掉下来了", [(W, "吊扇"), (F, "窗帘")]),
    ("三楼男厕小便斗堵了，门把手也松了", [(W, "小便斗"), (F, "门把手")]),
    ("会议室投影仪没信号；空调不制冷", [(M, "投影仪"), (W, "空调")]),
    ("406后门关不上。饮水机漏水。", [(F, "后门"), (W, "饮水机")]),
    ("门卫室电话打不出去，大门的锁也打不开", [(M, "电话"), (F, "大门锁")]),
    ("阅览室书架歪了 日光灯闪得厉害", [(F, "书架"), (W, "日光灯")]),
    ("舞蹈房镜子裂了，音响没声音", [(F, "镜子"), (M, "音响")]),
    ("化学实验室水槽漏水，抽屉拉不开", [(W, "水槽"), (F, "抽屉")]),
    ("办公室打印机卡纸，插座也松了", [(M, "打印机"), (W, "插座")]),
    ("我们实验楼302的凳子断了，黑板灯也不亮，水龙头关不紧", [(F, "凳子"), (W, "黑板灯"), (W, "水龙头")]),
    ("物理实验室：灯管坏了，黑板掉漆", [(W, "灯管"), (F, "黑板")]),
    ("608的话筒没声，黑板灯不亮", [(M, "话筒"), (W, "黑板灯")]),
    # joined by a word
    ("报告厅话筒没声音，还有第三排椅子断了", [(M, "话筒"), (F, "椅子")]),
    ("210的灯不亮，另外窗户玻璃裂了", [(W, "灯"), (F, "窗户玻璃")]),
    ("机房交换机不亮了，顺便看下空调，也不冷", [(M, "交换机"), (W, "空调")]),
    ("音乐教室钢琴凳腿断了，再就是插座没电", [(F, "钢琴凳"), (W, "插座")]),
    ("205水龙头滴水以及课桌晃", [(W, "水龙头"), (F, "课桌")]),
    ("508门锁坏了并且电脑开不了机", [(F, "门锁"), (M, "电脑")]),
    ("微机室空调漏水，此外有三台电脑黑屏", [(W, "空调"), (M, "电脑")]),
    ("教务处复印机卡纸，对了，窗户也关不严", [(M, "复印机"), (F, "窗户")]),
    ("美术室水池堵了，哦还有画架散架了", [(W, "水池"), (F, "画架")]),
    ("宿舍一个是床板断了，一个是灯不亮", [(F, "床板"), (W, "灯")]),
    ("图书馆两件事，一是暖气不热，二是书柜门掉了", [(W, "暖气"), (F, "书柜门")]),
    ("the lamp in room 210 is broken and the door lock is stuck", [(W, "lamp"), (F, "door lock")]),
    ("Room 305: projector does not work, also the tap leaks", [(M, "projector"), (W, "tap")]),
    # lists and numbers
    ("1.水龙头漏水 2.门锁坏了 3.投影不亮，都是203", [(W, "水龙头"), (F, "门锁"), (M, "投影")]),
    ("①灯不亮②窗户关不上③网络断了，502教室", [(W, "灯"), (F, "窗户"), (M, "网络")]),
    ("（1）空调不制冷（2）椅子坏了两把，二楼会议室", [(W, "空调"), (F, "椅子")]),
    ("一、厕所灯坏了；二、隔间门关不上。教学楼二楼", [(W, "灯"), (F, "隔间门")]),
    ("304报修三个：1、希沃黑屏 2、讲台锁坏了 3、插座没电", [(M, "希沃一体机"), (F, "讲台锁"), (W, "插座")]),
    ("第一个问题灯不亮，第二个问题桌子晃，306", [(W, "灯"), (F, "桌子")]),
    # one sign for all in a row
    ("407的灯、风扇、插座都坏了", [(W, "灯"), (W, "风扇"), (W, "插座")]),
    ("会议室话筒和空调都坏了", [(M, "话筒"), (W, "空调")]),
    ("门锁、投影仪、饮水机都有问题，高二5班", [(F, "门锁"), (M, "投影仪"), (W, "饮水机")]),
    ("传达室电话和门禁都不能用了", [(M, "电话"), (M, "门禁")]),
    ("103 灯 窗帘 都坏了", [(W, "灯"), (F, "窗帘")]),
    # in one breath
    ("灯不亮门也关不上了在305", [(W, "灯"), (F, "门")]),
    ("水管漏水了窗户也破了四楼女厕", [(W, "水管"), (F, "窗户")]),
    ("阶梯教室投影没信号空调还滴水", [(M, "投影"), (W, "空调")]),
    ("马桶堵了门锁坏了灯还不亮二楼教工厕所", [(W, "马桶"), (F, "门锁"), (W, "灯")]),
    ("电脑死机了凳子也断了一条腿", [(M, "电脑"), (F, "凳子")]),
    ("柜子门掉了插座没电打印机卡纸", [(F, "柜子门"), (W, "插座"), (M, "打印机")]),
    ("窗帘拉不动吊扇不转黑板裂了", [(F, "窗帘"), (W, "吊扇"), (F, "黑板")]),
    # the same thing elsewhere
    ("301灯不亮，402灯也不亮", [(W, "灯"), (W, "灯")]),
    ("501的空调漏水，503的空调不制冷", [(W, "空调"), (W, "空调")]),
    ("一楼水龙头坏了 三楼水龙头也坏了", [(W, "水龙头"), (W, "水龙头")]),
    ("201电脑蓝屏 202电脑开不了机", [(M, "电脑"), (M, "电脑")]),
    ("高一3班门锁坏了，高一4班门锁也坏了", [(F, "门锁"), (F, "门锁")]),
    # each in its own place
    ("301灯不亮 302门锁坏 操场篮筐歪了", [(W, "灯"), (F, "门锁"), (F, "篮筐")]),
    ("一楼大厅灯不亮，二楼开水器不热，三楼打印机卡纸", [(W, "灯"), (W, "开水器"), (M, "打印机")]),
    ("图书馆网络断了 食堂水管爆了", [(M, "网络"), (W, "水管")]),
    ("校门口摄像头黑屏，操场单杠松了", [(M, "摄像头"), (F, "单杠")]),
    ("我办公室的门锁坏了，隔壁203的灯不亮", [(F, "门锁"), (W, "灯")]),
    ("体育馆篮球架歪了；体育器材室门打不开", [(F, "篮球架"), (F, "门")]),
    # machines that are not one machine
    ("404打印机卡纸，话筒也没声音", [(M, "打印机"), (M, "话筒")]),
    ("监控室录像机一直报警，对讲机也没声音", [(M, "录像机"), (M, "对讲机")]),
    ("206教室班牌黑屏了，广播喇叭也没声音", [(M, "电子班牌"), (M, "广播喇叭")]),
    # a purpose, thanks and talk around them
    ("老师好，麻烦看一下407，风扇不转，有两张课桌也坏了，谢谢", [(W, "风扇"), (F, "课桌")]),
    ("刚开学检查了一下，我们班窗户玻璃裂了一块，多媒体也打不开", [(F, "窗户玻璃"), (M, "多媒体")]),
    ("辛苦师傅，三楼东头厕所冲水阀坏了，洗手池的镜子也碎了", [(W, "冲水阀"), (F, "镜子")]),
    ("下午有课，灯不亮不说，电脑也开不了，205", [(W, "灯"), (M, "电脑")]),
    ("宿舍410风扇吱吱响，柜子锁打不开，床也晃", [(W, "风扇"), (F, "柜子锁"), (F, "床")]),
    ("食堂蒸饭柜漏水、消毒柜不热、售饭机刷不了卡", [(W, "蒸饭柜"), (W, "消毒柜"), (M, "售饭机")]),
]


@pytest.mark.parametrize(("text", "wanted"), SEVERAL)
def test_every_problem_is_a_part_in_the_order_in_which_it_is_named(text: str, wanted: list[tuple[str, str]]) -> None:
    assert read(text).intent is Intent.REPAIR
    assert parts(text) == wanted


# --------------------------------------------------------------------------------------- one problem in many words

ONE = [
    ("503灯不亮，一闪一闪的，还嗡嗡响", W, "灯"),
    ("插座没电，电脑开不了机", W, "插座"),
    ("电脑开不了机，插座没电", W, "插座"),
    ("投影不亮是因为插座坏了", W, "插座"),
    ("一体机黑屏了，我看是插线板没电", W, "插线板"),
    ("不是灯坏了，是开关坏了", W, "开关"),
    ("空调漏水，滴到课桌上了", W, "空调"),
    ("水管漏水把讲台都泡了", W, "水管"),
    ("讲台上的电脑蓝屏了", M, "电脑"),
    ("柜子旁边的插座松了", W, "插座"),
    ("黑板上面的灯不亮", W, "灯"),
    ("空调下面的地板翘起来了", F, "地板"),
    ("两盏灯都不亮，205", W, "灯"),
    ("三把椅子坏了，腿断了", F, "椅子"),
    ("门关不上，锁舌卡住了", F, "门"),
    ("窗户插销坏了，窗户关不上", F, "窗户插销"),
    ("希沃没声音，触摸也没反应", M, "希沃一体机"),
    ("电脑黑屏，主机嗡嗡响", M, "电脑"),
    ("打印机卡纸，换了一包纸也不行", M, "打印机"),
    ("换了灯管还是不亮，是镇流器坏了", W, "镇流器"),
    ("投影仪模糊，灯泡该换了", M, "投影仪"),
    ("空调不制冷，遥控器按了没反应", W, "空调"),
    ("水龙头拧不紧，一直滴水，水池都满了", W, "水龙头"),
    ("马桶堵了，水冲不下去，都快漫出来了", W, "马桶"),
    ("钥匙断在锁芯里了", F, "锁芯"),
    ("网络断了，电脑上不了网", M, "网络"),
    ("插座没坏，是电脑坏了", M, "电脑"),
    ("灯能亮，就是风扇不转", W, "风扇"),
    ("WiFi连不上，重启过路由器了", M, "WiFi"),
    ("椅子靠背断了，不敢靠", F, "椅子靠背"),
    ("黑板掉了一块漆，写不了字", F, "黑板"),
    ("桌子少了颗螺丝，晃得没法写字", F, "桌子"),
    ("跳闸了，灯和空调全没电", W, "空开跳闸"),
    ("教室停电了，一体机用不了", W, "电"),
    ("门禁刷卡没反应，读卡器不亮", M, "门禁"),
    ("饮水机不出热水，龙头拧到底都是凉的", W, "饮水机"),
    ("我们班的风扇，就是靠窗那个，转起来咣咣响", W, "风扇"),
    ("吱呀吱呀响，螺丝松了，就是靠门那张桌子", F, "桌子"),
    ("一摸就麻，203的饮水机", W, "饮水机"),
    ("厕所太臭了，下水道返味", W, "下水道"),
    ("窗帘掉了，门锁不用管", F, "窗帘"),
    ("话筒没声，电池换过了也不行", M, "话筒"),
    ("The tap in room 203 leaks, water is everywhere", W, "tap"),
    ("the projector is broken, I tried another cable", M, "projector"),
]


@pytest.mark.parametrize(("text", "category", "item"), ONE)
def test_one_problem_stays_one_part(text: str, category: str, item: str) -> None:
    assert parts(text) == [(category, item)]


def test_there_are_enough_messages_of_both_kinds() -> None:
    assert len(SEVERAL) >= 60
    assert len(ONE) >= 40


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("301灯不亮 302门锁坏 操场篮筐歪了", ["301", "302", "操场"]),
        ("501的空调漏水，503的空调不制冷", ["501", "503"]),
        ("204空调不制冷，还有窗帘也拉不上", ["204", "204"]),
        ("灯、风扇、插座都坏了，407", ["407", "407", "407"]),
        ("图书馆网络断了 食堂水管爆了", ["图书馆", "食堂"]),
    ],
)
def test_each_part_has_its_own_place_or_the_one_that_is_said_once(text: str, places: list[str]) -> None:
    assert [part.location for part in read(text).parts] == places


def test_what_is_not_urgent_of_several_is_said_of_one_only() -> None:
    reading = read("203黑板掉漆了，窗帘也掉了，窗帘不急，有空再弄")
    assert [part.urgency for part in reading.parts] == [Urgency.NORMAL, Urgency.LOW]


# ---------------------------------------------------------------------------------------------------- names of things


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("203凳子腿断了", "凳子"),
        ("203插座盖子掉了", "插座"),
        ("203除湿机开关没反应", "除湿机"),
        ("203空调遥控器没反应", "空调遥控器"),
        ("203讲台的锁拧不动", "讲台锁"),
        ("203书柜的推拉门掉了", "推拉门"),
        ("302厕所门关不上", "厕所门"),
        ("203门锁不上", "门"),
        ("203那台呼呼机不转了", "呼呼机"),
        ("茶水间那个烘手的没反应", "烘手的"),
        ("203黑咕隆咚的", "灯"),
    ],
)
def test_a_thing_is_named_as_the_sender_names_it(text: str, item: str) -> None:
    assert read(text).parts[0].item in {item, item.removeprefix("厕所")}


def test_one_thing_has_one_usual_name() -> None:
    assert usual("班牌") == usual("电子班牌") == "电子班牌"
    assert usual("说不出名字的东西") == "说不出名字的东西"
    assert usual("") == ""


# --------------------------------------------------------------------------------------------------- danger and haste

DANGEROUS = """
插座冒火星了|配电箱噼里啪啦响|摸空调外壳发麻|开关一按手就麻|饮水机漏电打人|电线皮破了露着铜|线头耷拉在过道上
灯掉下来半截只剩电线吊着|吊扇晃得要掉下来|天花板要塌了|瓷砖快掉下来了下面有学生|玻璃碎了一地|窗玻璃裂了|栏杆松了
楼梯扶手断了|井盖没了|地砖塌了一个大坑|篮球架要倒了|螺丝露出来划了学生的手|铁皮翘着割手流血了|后厨有煤气味
燃气泄漏有味道|走廊有焦糊味|教室冒烟|机房温度过高 服务器烫手|机房45度了|烟雾报警器响个不停|有学生被锁在厕所里
电梯卡住了有人困在里面|孩子头卡在栏杆里|插座进水了|水流到配电箱了|漏水滴到插线板上|充电宝鼓包发烫|学生触电了
后门钉子戳出来扎到人|我被电了一下|闻到一股塑料烧焦的味道|someone is stuck in the elevator|the socket is sparking
there is smoke in the lab|smell of gas in the kitchen|broken glass on the floor
"""
HARMLESS = """
烟雾报警器没电了换电池|墙面油漆味有点大|漏电保护器跳了|我们下午上一节消防安全课|明天消防演习|触电急救讲座借报告厅|灯不亮了
女厕第一个坑冲不了水|打火机打不着|投影仪放电影没声音|水管滴水|椅子腿断了|手机没电|被电话吵醒|电脑卡死了|带电脑去修|要倒垃圾
厕所里有烟味|床的护栏松了|玻璃胶开了|网线耷拉着|怕掉线|煤气灶打不着火|门锁坏了|桌子倒了一张|数据线坏了|消防栓门打不开
投影没电|空调不制冷|抽屉卡住了|纸卡在打印机里|U盘卡在电脑里面|起火锅|手麻烦你看一下|钥匙锁在里面了|被电脑老师借走
玻璃碴子扫干净了|书架隔板塌了|屏幕一闪一闪像闪电
"""


def _lines(told: str) -> list[str]:
    return [line for row in told.split("\n") for line in row.split("|") if line]


@pytest.mark.parametrize("text", _lines(DANGEROUS))
def test_what_endangers_somebody_is_told(text: str) -> None:
    assert danger(read_in(text).plain) is not None
    assert urgency(read_in(text).plain) is Urgency.EMERGENCY


@pytest.mark.parametrize("text", _lines(HARMLESS))
def test_what_only_sounds_like_danger_is_none(text: str) -> None:
    assert danger(read_in(text).plain) is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("203投影不亮，下午要上公开课", Urgency.HIGH),
        ("203投影不亮，第三节要用", Urgency.HIGH),
        ("教学楼整层没电", Urgency.HIGH),
        ("水都漫到走廊了", Urgency.HIGH),
        ("自来水里有虫", Urgency.HIGH),
        ("冰柜不制冷，里面都是肉", Urgency.HIGH),
        ("闸机不认脸，学生排队排到门口了", Urgency.HIGH),
        ("门打不开，全班站在外面", Urgency.HIGH),
        ("急，灯不亮", Urgency.HIGH),
        ("紧急呼叫铃坏了", Urgency.NORMAL),
        ("昨天下午家长会后椅子坏了一把", Urgency.NORMAL),
        ("水龙头一直滴水", Urgency.NORMAL),
        ("灯不亮，不着急", Urgency.LOW),
        ("窗帘掉了，啥时候方便来看下", Urgency.LOW),
        ("你看哪天来修一下", Urgency.NORMAL),
    ],
)
def test_haste_is_read_from_what_is_at_stake(text: str, wanted: Urgency) -> None:
    assert urgency(read_in(text).plain) is wanted


def test_of_several_problems_only_the_dangerous_one_is_an_emergency() -> None:
    first, second = read("304窗帘掉了，203插座冒烟了").parts
    assert (first.urgency, second.urgency) == (Urgency.NORMAL, Urgency.EMERGENCY)


@pytest.mark.parametrize("character", "水玻电的不一□■1a.、有")
def test_no_sign_runs_away_on_a_long_row_of_one_character(character: str) -> None:
    assert len(read(character * 2_000).parts) >= 1


# ---------------------------------------------------------------------------------------------------------- questions


@pytest.mark.parametrize(
    ("text", "ask"),
    [
        ("修一下", Ask.ITEM),
        ("203修一下", Ask.ITEM),
        ("304出问题了快来人", Ask.ITEM),
        ("203坏了", Ask.ITEM),
        ("灯坏了", Ask.LOCATION),
        ("灯不亮，门也关不上", Ask.LOCATION),
        ("305门禁坏了", Ask.CATEGORY),
        ("305门禁刷不了脸", None),
        ("305门禁的锁舌卡住了", None),
        ("203灯不亮，204门锁坏了", None),
        ("203的灯坏了", None),
    ],
)
def test_only_what_is_not_said_is_asked(text: str, ask: Ask | None) -> None:
    assert read(text).ask is ask


def test_a_device_that_is_named_by_its_code_is_not_asked_for_its_place() -> None:
    reader = Reader([], [AssetWords(code="PC-7001", name="台式机", category=M)])
    assert reader.read("PC-7001蓝屏了").ask is None
    placed_reader = Reader(
        [PlaceWords(code="J-203", name="203")], [AssetWords(code="PC-7002", name="台式机", category=M, place="J-203")]
    )
    assert placed_reader.read("PC-7002蓝屏了").parts[0].place == "J-203"


# ------------------------------------------------------------------------------------------------------------ reasons


def test_the_reason_gives_each_part_its_words_and_the_words_of_the_emergency() -> None:
    problems = [Told("灯不亮", W), Told("插座冒烟", W, Urgency.EMERGENCY, "冒烟"), Told("门锁坏了", F)]
    assert Reasons().several(problems, "zh_CN") == (
        "“灯不亮”归水电；“插座冒烟”归水电；“门锁坏了”归门窗课桌；“冒烟”有危险，按紧急处理"
    )
    assert Reasons().several(problems[:1], "en") == "“灯不亮” → water & electric"


def test_the_reason_of_haste_is_in_the_senders_words() -> None:
    assert telling("灯不亮,马上上课") == "马上上课"
    assert telling("灯不亮") == ""
    assert Reasons().several([Told("灯不亮", W, Urgency.HIGH, "马上上课")], "zh_CN") == (
        "“灯不亮”归水电；“马上上课”按加急处理"
    )


# -------------------------------------------------------------------------------------------------------- the scores


def _reading(*parts: Part, ask: Ask | None = None) -> Reading:
    return Reading(intent=Intent.REPAIR, parts=parts, ask=ask)


def test_parts_are_scored_in_any_order_and_only_when_all_are_there() -> None:
    line = {"parts": [{"category": W, "location": "三零一教室"}, {"category": F, "location": "操场"}]}
    both = _reading(Part(category=F, location="操场"), Part(category=W, location="301"))
    assert told_apart(line, both)
    assert placed(line, both) == (2, 2)
    assert not told_apart(line, _reading(Part(category=W, location="301")))
    assert placed(line, _reading(Part(category=W, location="301"))) == (2, 1)
    assert told_apart({}, _reading(Part(category=W)))
    assert not told_apart({}, both)


@pytest.mark.parametrize(
    ("expect", "ask", "right"),
    [
        ("ask_location", Ask.LOCATION, True),
        ("ask_location", Ask.ITEM, False),
        ("ask_location", None, False),
        ("ask", Ask.CATEGORY, True),
        (None, None, True),
        (None, Ask.ITEM, False),
    ],
)
def test_a_question_is_right_where_that_is_missing_and_wrong_elsewhere(
    expect: str | None, ask: Ask | None, right: bool
) -> None:
    assert asked_rightly({"expect": expect}, _reading(Part(), ask=ask)) is right
