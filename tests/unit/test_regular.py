"""Text made regular: other forms, dialects, slips by sound, numbers, pictures, quotations, forms."""

import time
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from understanding import AssetWords, Intent, PlaceWords, Reader, Situation
from understanding.characters import free, said, simplified, words
from understanding.hearing import Hearing, hearing
from understanding.learning.material import common, examples
from understanding.normalise import fold, read_in
from understanding.sounds import Sounds, own_names, trade_words
from understanding.spelling import misspelt
from understanding.words import table

STRANGER = Reader([], [])


def put_right(plain: str, sounds: Sounds) -> str:
    """The text as its sounds mean it."""
    for meant in sounds.meant(plain):
        plain = plain[: meant.start] + meant.word + plain[meant.end :]
    return plain


# ----------------------------------------------------------------------------------------------------- other forms


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("教學樓三樓廁所的水龍頭壞了", "教学楼三楼厕所的水龙头坏了"),
        ("螢幕、滑鼠、印表機、網路、課室", "屏幕、鼠标、打印机、网络、教室"),
        ("插蘇冇電，光管唔着", "插座没电,灯管不亮"),
        ("投影機開唔到，喺音樂室", "投影机开不到,在音乐室"),
        ("呒没水了，灯勿亮", "没有水了,灯不亮"),
        ("坏脱了", "坏掉了"),
        ("莫得电，啷个办", "没有电,怎么办"),
        ("気になる図書館", "气になる图书馆"),
        ("ＡＢＣ３０５", "abc305"),
    ],
)
def test_other_forms_and_words_of_elsewhere_become_the_usual_ones(typed: str, plain: str) -> None:
    assert read_in(typed).plain == plain


def test_words_of_elsewhere_are_shown_as_they_were_typed() -> None:
    text = read_in("課室的冷氣壞咗")
    assert (text.plain, text.shown) == ("教室的空调坏了", "課室的冷氣壞咗")
    assert STRANGER.read("課室302的冷氣壞咗").parts[0].location == "課室302"


@pytest.mark.parametrize(
    "ordinary",
    ["早点解决", "都系统崩了", "联系我", "什么事", "请调整好角度", "需要得急", "需要得到批准", "砍伐树木", "完成日期"],
)
def test_words_of_elsewhere_are_not_found_across_ordinary_ones(ordinary: str) -> None:
    assert read_in(ordinary).plain == fold(ordinary)


def test_every_word_of_elsewhere_is_found_and_becomes_what_it_means() -> None:
    told = table("slips")["elsewhere"] | table("slips")["slips"]
    read = {word: read_in(f"（{word}）").plain for word in told}
    assert {word: plain for word, plain in read.items() if plain != f"({told[word]})"} == {}


def test_usual_characters_stay() -> None:
    usual = "".join(word for word in sorted(trade_words()))
    assert fold(usual) == usual
    assert not simplified().keys() & set(simplified().values())


# ---------------------------------------------------------------------------------------------------- slips by sound


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("希卧", "希沃"),
        ("插作", "插座"),
        ("水笼头", "水龙头"),
        ("投影议", "投影仪"),
        ("电子白版", "电子白板"),
        ("多煤体", "多媒体"),
        ("空掉", "空调"),
        ("教食", "教室"),
        ("厕锁", "厕所"),
        ("打引机", "打印机"),
        ("麦克疯", "麦克风"),
        ("抽替", "抽屉"),
        ("摄相头", "摄像头"),
        ("天花版", "天花板"),
        ("waifai", "wifi"),
        ("wify", "wifi"),
        ("歪fai", "wifi"),
    ],
)
def test_a_slip_is_put_right_in_both_texts(typed: str, meant: str) -> None:
    text = read_in(f"三楼的{typed}坏了")
    assert text.plain == text.shown == f"三楼的{meant}坏了"


@pytest.mark.parametrize(
    "ordinary",
    [
        "等管理员来开门",
        "我们所有人都在",
        "电脑是好的",
        "空调关了没",
        "平板等着用",
        "学生出不来",
        "教师办公室",
        "今天上白班",
        "谁管这个",
        "抱歉打扰了",
        "窗边的同学",
        "老师他叫什么",
        "保修期过了没有",
        "这个单子可以结单了",
        "试机正常",
        "厨师在做饭",
        "他在讲台上讲",
        "一期工程",
        "这个做法不对",
        "黑板上写的是什么",
    ],
)
def test_ordinary_words_that_sound_alike_stay(ordinary: str) -> None:
    assert read_in(ordinary).plain == ordinary


def test_of_the_sentences_of_the_material_next_to_none_is_changed() -> None:
    """The material has slips on purpose; of all that the sounds change, most must be those."""
    sounds, slips = Sounds(), set(common()["ways"]["homophones"].values())
    texts = [fold(example.text) for example in examples(1)]
    assert len(texts) > 5_000
    changed = [meant for text in texts for meant in sounds.meant(text)]
    unforeseen = [meant for meant in changed if not any(word in slips for word in _parts(meant.word))]
    assert len(unforeseen) / len(texts) < 0.004


def _parts(word: str) -> Iterable[str]:
    return (word[start:end] for start in range(len(word)) for end in range(start + 2, len(word) + 1))


def test_most_slips_of_the_input_method_are_heard() -> None:
    slips = common()["ways"]["homophones"]
    right = [typed for typed, meant in slips.items() if meant and read_in(typed).plain == read_in(meant).plain]
    assert len(right) / len(slips) > 0.7


def test_the_names_of_a_school_are_heard() -> None:
    reader = Reader(
        [PlaceWords(code="M1-304", name="明德楼304", building="明德楼"), PlaceWords(code="G-1", name="格致报告厅")],
        [AssetWords(code="CZ-1", name="墨香校车", place="G-1")],
        ["欧阳建华"],
    )
    part = reader.read("名德楼304的灯不亮").parts[0]
    assert (part.location, part.place) == ("明德楼304", "M1-304")
    assert reader.read("格志报告厅的话筒没声音").parts[0].place == "G-1"
    assert STRANGER.read("名德楼304的灯不亮").parts[0].location == "名德楼304"


def test_a_name_behind_figures_is_no_word() -> None:
    assert set(Sounds(["3号楼"])._known) == set(Sounds()._known)
    assert "明德楼" in Sounds(own_names([PlaceWords(code="1", name="明德楼")], [], ["王芳"]))._known
    assert "王芳" not in Sounds(own_names([], [], ["王芳"]))._known


def test_sounds_that_speakers_do_not_tell_apart_are_one() -> None:
    alike = [("老", "脑"), ("灯", "登"), ("是", "四"), ("虎", "府"), ("热", "乐"), ("京", "今")]
    assert [pair for pair in alike if hearing().of(pair[0]) != hearing().of(pair[1])] == []
    assert hearing().of("灯") != hearing().of("东")
    assert len(hearing().of("302的灯abc")) == len("302的灯abc")


def test_a_second_reading_counts_for_the_word_that_is_meant() -> None:
    heard = Hearing({"diao": "调掉", "tiao": "条", "tiao2": "调"})
    assert {heard.of("条"), heard.of("掉")} == {sound for _, sounds in heard.of_each(["调"]) for sound in sounds}


# ------------------------------------------------------------------------------------------------------ Latin words


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("projecter", "projector"),
        ("seewoo", "seewo"),
        ("maxhab", "maxhub"),
        ("pritner", "printer"),
        ("lenvo", "lenovo"),
    ],
)
def test_a_letter_is_forgiven_in_the_name_of_a_thing(typed: str, meant: str) -> None:
    assert [word for _, _, word in misspelt(f"the {typed} is dead")] == [meant]


@pytest.mark.parametrize(
    "word", ["class", "right", "waiter", "printers", "tables", "stood", "header", "house", "serve"]
)
def test_english_words_that_lie_near_stay(word: str) -> None:
    assert list(misspelt(f"the {word} of 302")) == []


def test_addresses_and_codes_are_not_spelt() -> None:
    assert list(misspelt("https://example.com/projecter mail@projecter.cn ib-projecter")) == []


def test_capitals_stay_capitals() -> None:
    assert read_in("MAXHAB不亮，Pritner卡纸").shown == "MAXHUB不亮，Printer卡纸"


# ---------------------------------------------------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("微机室Ⅲ", "微机室3"),
        ("初一⑶班", "初一3班"),
        ("③号楼", "3号楼"),
        ("叁楼贰零伍", "三楼二零五"),
        ("陆楼", "六楼"),
        ("３０５", "305"),
        ("3O5", "305"),
        ("3️⃣0️⃣5️⃣", "305"),
        ("出一四班", "初一四班"),
        ("三浩搂", "三号楼"),
        ("5动301", "5栋301"),
    ],
)
def test_numbers_of_every_style_are_regular(typed: str, plain: str) -> None:
    assert read_in(typed).plain == plain


@pytest.mark.parametrize("name", ["陆老师", "伍主任", "捡拾到一把钥匙", "移动301", "一般"])
def test_surnames_and_words_are_no_numbers(name: str) -> None:
    assert read_in(name).plain == name


# ---------------------------------------------------------------------------------- what is said beside the matter


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("嗯那个那个302的灯呃不亮了", "那个302的灯不亮了"),
        ("嗯", "嗯"),
        ("快快快快快快快", "快快"),
        ("那什么时候修", "那什么时候修"),
        ("灯坏了🙏🙏", "灯坏了"),
        ("302💡不亮", "302灯不亮"),
        ("302插座🔥", "302插座着火"),
        ("加油🔥", "加油"),
        ("💡", ""),
        ("👌", "好的"),
        ("[OK]", "好的"),
        ("修好了[微笑][玫瑰]", "修好了"),
        ("⭐⭐⭐⭐", "4星"),
        ("★★★☆☆", "3星"),
    ],
)
def test_sounds_of_thinking_and_pictures(typed: str, shown: str) -> None:
    assert read_in(typed).shown == shown


def test_a_line_break_ends_a_sentence() -> None:
    text = read_in("302\r\n灯不亮\u2028谢谢")
    assert (text.shown, text.plain) == ("302 灯不亮 谢谢", "302,灯不亮,谢谢")


# ----------------------------------------------------------------------------------------------- whose words they are

LINE = "- - - - - - - - - - - - - - -"


@pytest.mark.parametrize(
    ("typed", "own"),
    [
        (f"「李老师：302灯不亮」\n{LINE}\n收到，马上去", "收到，马上去"),
        (f"「李老师：302灯不亮」\n{LINE}\n麻烦师傅处理一下", "302灯不亮 麻烦师傅处理一下"),
        (f"「李老师：302灯不亮」\n{LINE}\n", "302灯不亮"),
        (f"「后勤：工单 W20261122-004 待验收」\n{LINE}\n好了", "好了 W20261122-004"),
        ("转发：302灯不亮", "302灯不亮"),
        ("【转】302灯不亮", "302灯不亮"),
        ("> 302灯不亮\n已经修好了", "已经修好了"),
        ("> 302灯不亮", "302灯不亮"),
        ("@后勤小助手 302灯不亮", "302灯不亮"),
        ("302灯不亮 @后勤小助手", "302灯不亮"),
        ("@王师傅 你去看302", "@王师傅 你去看302"),
        ("王老师 10:23\n302灯不亮\n10:25\n有人吗", "302灯不亮 有人吗"),
        ("302灯不亮\n此致\n敬礼\n王芳", "302灯不亮"),
        ("302灯不亮\n——王芳", "302灯不亮"),
        ("明天用录播室\n14:00", "明天用录播室 14:00"),
        ("302灯不亮，联系人王芳13812345678", "302灯不亮"),
        ("1. 302灯不亮\n2. 303门坏了", "302灯不亮 303门坏了"),
    ],
)
def test_the_senders_own_words_count(typed: str, own: str) -> None:
    assert read_in(typed).shown == own


def test_the_number_in_a_quotation_is_the_record_that_is_answered() -> None:
    reading = STRANGER.read(f"「工单 W20261122-004 已完工」\n{LINE}\n修好了，谢谢", Situation(role="teacher"))
    assert (reading.intent, reading.record) == (Intent.CONFIRM, "W20261122-004")


# ------------------------------------------------------------------------------------------------------------- forms


@pytest.mark.parametrize(
    "typed",
    [
        "地点：302\n物品：灯\n问题：不亮\n联系人：王芳 13812345678",
        "联系人：王芳 13812345678 问题:不亮 物品:灯 地点:302",
        "1、地点：302\n2、物品：灯\n3、问题：不亮",
        "1. 地点 302\n2. 物品 灯\n3. 问题 不亮\n4. 联系人 王芳 138 1234 5678",
        "【地点】302【物品】灯【问题】不亮",
        "报修人：王芳\n部门：语文组\n报修地点：302\n报修内容：灯不亮\n联系电话：8203\n报修时间：2026-11-22",
    ],
)
def test_a_form_is_read_as_place_thing_and_problem(typed: str) -> None:
    reading = STRANGER.read(typed)
    parts = [(part.category, part.location, part.item) for part in reading.parts]
    assert (reading.intent, parts, reading.record) == (Intent.REPAIR, [("water_electric", "302", "灯")], None)


def test_an_english_form_is_read_too() -> None:
    part = STRANGER.read("Item: projector\nProblem: no signal\nLocation: 302\nName: Fang").parts[0]
    assert (part.location, part.item, part.category) == ("302", "projector", "multimedia")


def test_what_a_form_has_besides_its_fields_is_kept() -> None:
    assert read_in("急！\n地点：302\n问题：灯不亮\n姓名：王芳\n请今天来").shown == "急！ 302 灯不亮 请今天来"


@pytest.mark.parametrize("text", ["物品：粉笔\n数量：3盒", "问题：灯不亮", "价格：甲120，乙115", "时间：明天 14:00"])
def test_one_field_makes_no_form(text: str) -> None:
    assert read_in(text).shown == text.replace("\n", " ")


# ------------------------------------------------------------------------------------------------------ all of it

_HARD = st.text(
    st.sampled_from(
        "灯坏了希我插作空掉冇唔喺莫得课室a3Oo①Ⅲ🔥💡[]OK「」:：\n-—>@转发地点联系人电话138,。嗯那个projectewfi"
    ),
    max_size=60,
)


@given(_HARD)
@settings(max_examples=300, deadline=None)
def test_both_texts_stay_aligned_and_a_regular_text_is_left_alone(raw: str) -> None:
    text = read_in(raw)
    assert len(text.shown) == len(text.plain)
    assert fold(text.plain) == text.plain


_SHORT_PIECES = (
    "灯",
    "a",
    "1",
    " ",
    "\n",
    "\u3000",
    "-",
    "「",
    "：\n",
    "> \n",
    "[",
    "嗯，",
    "插作",
    "投影",
    "1. ",
    "--a\n",
    "那个",
)
_LONG_PIECES = ("@后勤 ", "地点：", "联系人：", "电话138", "🔥插座", "转发：", "王 10:23\n", "projecto ", "13812345678")


@pytest.mark.parametrize("piece", _SHORT_PIECES + _LONG_PIECES)
def test_no_text_takes_long(piece: str) -> None:
    begun = time.perf_counter()
    read_in(piece * (2_000 // len(piece)))
    assert time.perf_counter() - begun < 0.5


def test_what_is_known_of_characters_is_whole() -> None:
    assert len(simplified()) > 2_500
    assert len(words()) > 20_000
    assert {"管理", "食堂"} <= words()
    assert words().isdisjoint(said())
    assert {"是", "吧", "谁"} <= free()
    assert {len(pair) for pair in words() | said()} == {2}
