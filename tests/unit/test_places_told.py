"""Where: wings, lettered rooms, a person's room, addresses misheard, and what lies beside a place of the map."""

import pytest

from understanding import PlaceWords, Reader, Situation
from understanding.learning.several import alike
from understanding.normalise import read_in
from understanding.places import Places

READER = Reader((), ())
TOLD = """
五教二〇三投影打不开|五教二〇三
南苑六舍118空调滴水|南苑六舍118
我是竹园4栋的，312灯闪|竹园4栋312
菊园1栋502水龙头关不紧|菊园1栋502
回字楼左翼三楼女厕堵了|回字楼左翼三楼女厕
前楼4F最东边的窗户掉了|前楼4F最东边
实训楼5F-503的插座冒火星|实训楼5F-503
B2-3-11的电脑蓝屏|B2-3-11
中(二)班的窗帘掉了|中(二)班
2024级会计二班投影不亮|2024级会计二班
G9A班的门关不上|G9A班
王主任屋里的打印机卡纸|王主任屋里
总务刘哥那儿座机没声|总务刘哥那儿
孙老师那屋空调不转|孙老师那屋
门卫室正上方那间办公室漏水|门卫室正上方那间办公室
食堂洗碗那边下水堵了|食堂洗碗那边
高一那栋三楼开水房没水|高一那栋三楼开水房
科技楼三楼半那个拐角灯不亮|科技楼三楼半那个拐角
机房二断网了|机房二
204 不对 是206 行政楼 门锁坏了|行政楼206
高尔三班插座没电|高二三班
公寓5洞411灯坏|公寓5栋411
综合楼二漏办公室空调漏水|综合楼二楼办公室
初二期班黑板掉了|初二七班
时验楼三楼水管爆了|实验楼三楼
东操场看台下面那个厕所冲不了水|东操场看台下面那个厕所
财务室旁边走廊灯不亮|财务室旁边走廊
图书馆后面那排平房漏雨|图书馆后面那排平房
三楼东头的灯闪|三楼东头
The projector in Lab 3 is dead|Lab 3
the 2nd floor hallway light is out|2nd floor hallway
空调不凉，我在大二班|大二班
宿舍楼B座六楼水房没热水|宿舍楼B座六楼水房
我刚从操场回来，发现初二4班窗户碎了|初二4班
高三(11)班后门把手掉了|高三(11)班
门坏了，艺术楼的，302|艺术楼302
艺术楼三楼舞蹈室镜子裂了|艺术楼三楼舞蹈室
灯坏了在那个信息楼二楼最里头那间|信息楼二楼最里头那间
北校区3号楼2单元501马桶漏|北校区3号楼2单元501
车棚充电桩旁边地砖翘了|车棚充电桩旁边
水从楼上漏到我们305来了|305
校史馆灯不亮|校史馆
女生宿舍三栋二楼洗漱间水管裂了|女生宿舍三栋二楼洗漱间
我们这层茶水间饮水机坏，行政楼五楼|行政楼五楼茶水间
九年级办公室打印机没墨|九年级办公室
地下车库入口道闸抬不起来|地下车库入口
五楼天台门锁锈死了|五楼天台
多媒体教室二投影有条纹|多媒体教室二
理化楼一层药品室通风不转|理化楼一层药品室
西配楼二层化验室的水槽堵了|西配楼二层化验室
风扇掉下来半截，德馨楼四楼第二间教室|德馨楼四楼第二间教室
刘老师办公室的空调遥控失灵|刘老师办公室
老师好，我们在六年级二班，投影不显示|六年级二班
电闸跳了，整个三号宿舍楼二楼没电|三号宿舍楼二楼
体育器材室门锁卡住了|体育器材室
小操场那个单杠松了|小操场
7栋一单元302漏水|7栋一单元302
男生公寓二号楼415床板断了|男生公寓二号楼415
北门门卫室的显示器花屏|北门门卫室
听力教室音箱没声|听力教室
初三年级办公室网断了|初三年级办公室
水龙头坏了，女厕，东楼三层|东楼三层女厕
从食堂过来看到篮球场的灯杆歪了|篮球场
思源楼六零二的黑板灯不亮|思源楼六零二
教学楼A座5楼西侧楼梯口灯坏|教学楼A座5楼西侧楼梯口
一楼大厅电子屏不亮|一楼大厅
尚学楼C204空调不制冷|尚学楼C204
明早开会，第二会议室麦克风没电|第二会议室
操场东北角的井盖翘了|操场东北角
二年1班的门掉漆开裂合不上|二年1班
校长办公室隔壁那间资料室灯管坏|校长办公室隔壁那间资料室
生物实验室(二)的水槽堵|生物实验室(二)
电工实训室3号台没电|电工实训室
Class 4B window broken|Class 4B
三楼女厕第二个坑堵了|三楼女厕第二个坑
汽修车间的灯不亮|汽修车间
学术交流中心三楼302门禁坏|学术交流中心三楼302
后勤楼103打印机坏|后勤楼103
心理辅导中心沙发腿断了|心理辅导中心
不是二楼，是三楼的男厕堵了|三楼的男厕
高三8班和高三9班之间的饮水机坏了|高三8班和高三9班之间
门口保安亭空调不转|门口保安亭
游泳馆男更衣室喷头坏了|游泳馆男更衣室
"""


@pytest.mark.parametrize("line", TOLD.strip().splitlines())
def test_place_is_read_as_a_caretaker_notes_it(line: str) -> None:
    text, _, wanted = line.rpartition("|")
    told = READER.read(text).parts[0].location
    assert alike(told).removesuffix("教室") == alike(wanted).removesuffix("教室")


@pytest.mark.parametrize(
    "text", ["初一班牌不亮", "三漏水点都查过了", "初一把班牌拆了", "失败三次了", "漏水三天了", "石头掉下来了"]
)
def test_what_only_sounds_like_an_address_stays(text: str) -> None:
    assert read_in(text).plain == text


SCHOOL = Places(
    [
        PlaceWords(code="M-3", name="明志楼三楼", building="明志楼", floor="3", room="", aliases=()),
        PlaceWords(code="M-305", name="财务处", building="明志楼", floor="3", room="305", aliases=("财务",)),
        PlaceWords(code="M-2C", name="二楼走廊", building="明志楼", floor="2", room="", aliases=()),
        PlaceWords(code="M-205", name="德育处", building="明志楼", floor="2", room="205", aliases=()),
    ]
)


@pytest.mark.parametrize(
    ("text", "words", "code"),
    [
        ("财务处旁边走廊灯不亮", "财务处旁边走廊", "M-3"),
        ("财务处门口地砖翘了", "财务处门口", "M-3"),
        ("德育处旁边走廊灯不亮", "德育处旁边走廊", "M-2C"),
        ("德育处旁边漏水", "德育处旁边", None),
        ("明志楼三楼东头灯闪", "明志楼三楼东头", "M-3"),
        ("财务处灯不亮", "财务处", "M-305"),
    ],
)
def test_what_lies_beside_a_room_is_on_its_floor_and_never_that_room(text: str, words: str, code: str | None) -> None:
    said = read_in(text)
    [found] = SCHOOL.locations(said, SCHOOL.tokens(said.plain))
    assert (found.words, found.code) == (words, code)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("二楼女厕水龙头关不上，还有走廊灯也不亮", ["二楼女厕", "走廊"]),
        ("302投影坏了，另外楼道里地砖翘了", ["302", "楼道"]),
        ("302投影坏了，学生都站到走廊来了", ["302"]),
    ],
)
def test_a_corridor_that_is_named_for_a_problem_of_its_own(text: str, wanted: list[str]) -> None:
    assert [part.location for part in READER.read(text, Situation(role="teacher")).parts] == wanted
