"""Where: places as people type them, with and without a school's own names."""

import time
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from understanding import AssetWords, PlaceWords, Reader, Situation
from understanding.assets import Assets
from understanding.class_names import class_key
from understanding.normalise import fold, read_in
from understanding.numerals import arabic
from understanding.place_patterns import Kind
from understanding.places import Location, Places, place_key


def room(code: str, name: str, *aliases: str, building: str = "", floor: str = "", number: str = "") -> PlaceWords:
    return PlaceWords(code=code, name=name, building=building, floor=floor, room=number, aliases=aliases)


NOWHERE = Places(())
SCHOOL = Places(
    [
        room("M", "明志楼", "主楼", building="明志楼"),
        room("M-301", "初一1班", building="明志楼", floor="3", number="301"),
        room("M-302", "高二3班", building="明志楼", floor="3", number="302"),
        room("M-3EM", "三楼东头男厕所", building="明志楼", floor="3"),
        room("M-3WF", "三楼西头女厕所", building="明志楼", floor="3"),
        room("M-3C", "明志楼三楼走廊", building="明志楼", floor="3"),
        room("M-4O", "高一办公室", building="明志楼", floor="4", number="405"),
        room("K", "科学楼", building="科学楼"),
        room("K-302", "化学实验室", building="科学楼", floor="3", number="302"),
        room("K-M", "二楼男厕所", building="科学楼", floor="2"),
        room("K-H", "第一会议室", building="科学楼", floor="2"),
        room("YARD", "东门"),
    ]
)


def places(text: str, school: Places = NOWHERE) -> Sequence[Location]:
    read = read_in(text)
    return school.locations(read, school.tokens(read.plain))


def first(text: str) -> str | None:
    found = places(text)
    return found[0].words if found else None


def code(text: str) -> str | None:
    return places(text, SCHOOL)[0].code


# ------------------------------------------------------------------------------------------------- no school is known


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("二号宿舍楼3层水房热水器坏了", "二号宿舍楼3层水房"),
        ("女生宿舍3栋412灯不亮", "女生宿舍3栋412"),
        ("男寝302床板断了", "男寝302"),
        ("宿舍楼2单元301马桶堵了", "宿舍楼2单元301"),
        ("行政楼三楼东侧男厕感应器坏", "行政楼三楼东侧男厕"),
        ("知行楼四楼西南角空调滴水", "知行楼四楼西南角"),
        ("田家炳楼三楼热水器坏了", "田家炳楼三楼"),
        ("A座302灯闪", "A座302"),
        ("东校区图书馆二楼自习区太暗", "东校区图书馆二楼自习区"),
        ("负一楼配电间跳闸了", "负一楼配电间"),
        ("扶手松了，三楼到四楼之间", "三楼到四楼之间"),
        ("二楼走廊尽头那间储藏室门打不开", "二楼走廊尽头那间储藏室"),
        ("三楼第二间教室投影不亮", "三楼第二间教室"),
    ],
)
def test_the_whole_phrase_of_a_place_is_taken(text: str, words: str) -> None:
    assert first(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("302旁边的男厕灯坏了", "302旁边的男厕"),
        ("医务室隔壁的卫生间马桶堵了", "医务室隔壁的卫生间"),
        ("食堂门口路灯不亮", "食堂门口"),
        ("行政楼前面井盖碎了", "行政楼前面"),
        ("操场边的厕所没水", "操场边的厕所"),
        ("教学楼和实验楼之间的连廊灯不亮", "教学楼和实验楼之间的连廊"),
        ("篮球场东边围栏破了", "篮球场东边"),
        ("校门口左边的路灯不亮", "校门口左边"),
    ],
)
def test_what_is_beside_a_place_is_kept_as_said(text: str, words: str) -> None:
    assert first(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("阅览室靠窗那排灯不亮", "阅览室"),
        ("初二3班最后一排的椅子散了", "初二3班"),
        ("三楼女厕最里面那个门关不上", "三楼女厕"),
        ("高三办公室后面的窗帘掉了", "高三办公室"),
        ("302左边那盏灯不亮", "302"),
    ],
)
def test_where_a_thing_is_within_a_room_is_not_the_place(text: str, words: str) -> None:
    assert first(text) == words


@pytest.mark.parametrize(
    "words",
    [
        "初一(3)班", "初一（3）班", "七3班", "高一3班", "701班", "七年级三班", "三年二班", "一(2)班", "六3班",
        "2023级5班", "小班", "大一班", "4-2班", "2B班", "高二（12）班",
    ],
)  # fmt: skip
def test_classes_in_all_spellings(words: str) -> None:
    assert first(f"{words}的灯坏了") == words


@pytest.mark.parametrize(
    "words",
    ["305", "３０５", "三零五", "三〇五", "幺零二", "三百零五教室", "B201", "J3-302", "1204", "305教室", "502室"],
)
def test_numbers_of_rooms_in_all_styles(words: str) -> None:
    assert first(f"{words}灯坏了") == words
    assert first(f"灯坏了 {words}") == words


@pytest.mark.parametrize(
    "words",
    [
        "语文组办公室", "张老师办公室", "王副校长办公室", "校长室", "高一办", "八年级数学组", "无人机实训室",
        "音乐教室（二）", "微机一室", "计算机教室二", "琴房3", "二食堂", "第三会议室", "学生第二食堂", "3号窗口",
        "操场主席台", "校门口", "保安亭", "男更衣室",
    ],
)  # fmt: skip
def test_rooms_by_what_they_are_for(words: str) -> None:
    assert first(f"{words}空调坏了") == words


@pytest.mark.parametrize(
    "text",
    [
        "3楼层板松了",
        "12号电脑坏了",
        "第三节要用投影",
        "预算302元买灯管",
        "要302套桌椅",
        "今天305个人吃饭",
        "希沃86寸屏黑屏",
        "食堂阿姨说热水器坏了",
        "13812345678打我电话",
        "10月12日前修好",
        "分机302没声音",
        "打印机型号惠普1020",
        "500W的灯管",
        "旁边的人说灯坏了",
        "到处都在漏水",
        "报404错误",
        "含税一千二百六",
        "看 https://shop.example/item/302?n=201 这种",
    ],
)
def test_what_is_no_place(text: str) -> None:
    assert places(text) == []


def test_pieces_far_apart_are_joined_in_the_order_of_an_address() -> None:
    assert first("卫生间那个开关没弹回来，按了没用，二楼西边") == "二楼西边卫生间"
    assert first("405的网断了，就在综合楼") == "综合楼405"
    assert first("水房龙头坏了 在宿舍三楼") == "宿舍三楼水房"


def test_a_floor_of_which_more_is_said_completes_no_corridor() -> None:
    assert first("宿舍三楼烟感一直响关不掉，走廊里有点呛") == "宿舍三楼"


def test_several_places_stay_apart_and_share_their_building() -> None:
    assert [place.words for place in places("301灯坏了，302窗户破了，四楼水房漏水")] == ["301", "302", "四楼水房"]
    assert [place.words for place in places("宿舍一楼没热水，三楼灯不亮，五楼水房门打不开")] == [
        "宿舍一楼",
        "宿舍三楼",
        "宿舍五楼水房",
    ]
    said = places("男厕龙头坏了女厕门锁坏了，都是实验楼二楼的")
    assert [place.words for place in said] == ["实验楼二楼男厕", "实验楼二楼女厕"]


def test_where_something_only_went_is_not_the_place() -> None:
    assert [place.words for place in places("302空调水往一楼窗台滴")] == ["302"]
    assert [place.words for place in places("我在三楼，不对，是四楼开水间的灯坏了")] == ["四楼开水间"]


def test_a_named_room_goes_before_any_room_and_before_the_senders_own() -> None:
    assert first("教室后面插座松了，初二(3)班") == "初二(3)班"
    assert first("咱们办公室空调坏了，高二物理组") == "高二物理组"


@pytest.mark.parametrize(("text", "open_"), [("厕所灯坏了", True), ("三楼厕所灯坏了", False), ("食堂灯坏了", False)])
def test_a_place_of_which_there_are_many_says_too_little(text: str, open_: bool) -> None:
    assert places(text)[0].open is open_


def test_english_places() -> None:
    assert first("the projector in Room 204 is broken") == "204"
    assert first("3rd floor corridor light is out") == "3rd floor corridor"
    assert first("window broken in Grade 7 Class 3") == "Grade 7 Class 3"


# ------------------------------------------------------------------------------------------------------ a known school


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("301灯坏了", "M-301"),
        ("302灯坏了", None),  # two buildings have one
        ("主楼302灯坏了", "M-302"),
        ("科学楼三零二灯坏了", "K-302"),
        ("三楼男厕堵了", "M-3EM"),
        ("3层东侧男卫生间堵了", "M-3EM"),
        ("三楼西头男厕所堵了", None),  # the men's is in the east
        ("男厕堵了", None),
        ("科学楼男厕堵了", "K-M"),
        ("三楼走廊尽头灯不亮", "M-3C"),
        ("科学楼二楼会议室投影坏了", "K-H"),
        ("科学楼三楼会议室投影坏了", None),
        ("高一办打印机卡纸", "M-4O"),
        ("302旁边的厕所堵了", None),
        ("301隔壁灯坏了", None),
        ("301班灯坏了", "M-301"),
        ("高二(3)班灯坏了", "M-302"),
        ("东门岗亭空调坏了", None),
    ],
)
def test_a_room_is_told_only_where_one_fits(text: str, wanted: str | None) -> None:
    assert code(text) == wanted


@pytest.mark.parametrize(
    "own", ["我们班", "我班", "咱班", "本班", "我们教室", "我办公室", "我们办公室", "俺们班", "我哋班房"]
)
def test_the_senders_own_room(own: str) -> None:
    reader = Reader((), ())
    known = reader.read(f"{own}灯坏了", Situation(own_place="M-301")).parts[0]
    unknown = reader.read(f"{own}灯坏了").parts[0]
    assert (known.place, unknown.location, unknown.place) == ("M-301", None, None)


@pytest.mark.parametrize(
    "text",
    [
        "M-302",
        "ｍ-302",
        "https://desk.example/p/M-302",
        "https://desk.example/m-302/?from=wecom",
        "https://desk.example/scan?place=M-302&n=301",
        "https://desk.example/scan?n=301&p=m-302 灯坏了",
        "https://desk.example/scan?code=M-302",
    ],
)
def test_a_scanned_code_tells_the_place(text: str) -> None:
    assert [place.code for place in places(text, SCHOOL)] == ["M-302"]


def test_a_code_of_letters_counts_in_a_link_only() -> None:
    assert places("in the yard", SCHOOL) == []
    assert places("https://desk.example/scan?place=YARD", SCHOOL)[0].code == "YARD"


def test_a_scanned_code_tells_the_device() -> None:
    assets = Assets([AssetWords(code="PC-01", name="电脑", place="M-301"), AssetWords(code="PC-02", name="电脑")])
    for text in ("pc-01", "ＰＣ-01 黑屏", "https://desk.example/a/PC-01", "https://pc-02.example/?asset=pc-01"):
        assert [found.value.code for found in assets.coded(fold(text))] == ["PC-01"], text


# ----------------------------------------------------------------------------------------------------- keys, cost


@pytest.mark.parametrize(
    "spellings",
    [
        ("三楼东侧男卫生间", "3层东头男厕所", "三楼东边男厕", "3楼东面男卫"),
        ("三零五教室", "３０５", "305室", "三百零五"),
        ("高一办", "高一办公室"),
        ("七年级三班", "初一3班", "七(3)", "703班", "Grade 7 Class 3"),
    ],
)
def test_spellings_of_one_place_share_a_key(spellings: Sequence[str]) -> None:
    assert len({place_key(words) for words in spellings}) == 1


def test_a_year_and_a_name_are_no_class() -> None:
    assert class_key("2023年") is None
    assert class_key("三班主任") is None
    assert arabic("初一") == "初一"


@given(st.text(alphabet="一二三楼层东西头室办公教302号栋班的那旁边门口男女厕所，. (a-)b", max_size=60))
def test_words_of_places_are_in_order_and_apart(text: str) -> None:
    plain = read_in(text).plain
    found = NOWHERE.tokens(plain)
    assert all(0 <= token.start < token.end <= len(plain) for token in found)
    assert all(left.end <= right.start for left, right in pairwise(found))
    assert all(token.kind in Kind for token in found)


@settings(max_examples=20, deadline=None)
@given(
    st.sampled_from(["室", "一", "1", "a ", "东", "楼", "一楼", "语文", "(", "302", "旁边", "三百", "那", "b1", "里"])
)
def test_two_thousand_characters_of_one_kind_are_read_at_once(words: str) -> None:
    text = read_in(words * (2_000 // len(words)))
    begun = time.process_time()
    NOWHERE.locations(text, NOWHERE.tokens(text.plain))
    assert time.process_time() - begun < 0.5


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("财务旁边走廊灯不亮", "Z-3C"),
        ("财务室对面的走廊灯坏了", "Z-3C"),
        ("综合楼305对面的走廊灯坏了", "Z-3C"),
        ("财务隔壁的男厕所堵了", None),  # there are two
        ("财务旁边灯坏了", None),  # never the room that is named
        ("财务旁边财务室灯坏了", None),
        ("门卫旁边走廊灯坏了", None),  # a room that nobody knows the floor of
    ],
)
def test_what_is_beside_a_room_is_found_where_its_floor_has_one_only(text: str, meant: str | None) -> None:
    school = Places(
        [
            room("Z", "综合楼", building="综合楼"),
            room("Z-304", "财务室", "会计室", building="综合楼", floor="3", number="304"),
            room("Z-305", "会议室", building="综合楼", floor="3", number="305"),
            room("Z-3C", "综合楼三楼走廊", building="综合楼", floor="3"),
            room("Z-2C", "综合楼二楼走廊", building="综合楼", floor="2"),
            room("Z-3E", "三楼东头男厕所", building="综合楼", floor="3"),
            room("Z-3W", "三楼西头男厕所", building="综合楼", floor="3"),
            room("G", "门卫"),
        ]
    )
    assert places(text, school)[0].code == meant
