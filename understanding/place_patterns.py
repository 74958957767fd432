"""Patterns of the words of a place that follow a rule: buildings, floors, sides, and what lies beside a place."""

from enum import IntEnum

from understanding.patterns import late
from understanding.words import table


class Kind(IntEnum):
    """What a word of a place says; the order is that of a written address.

    `GROUND` is a place outside, `ROOM` a room by its name, `NUMBER` one by its number or a class, `OPEN` one of which a
    school has many, `OWN` the sender's; `NEAR` is beside what was named, `SPOT` within it.
    """

    BUILDING = 0
    FLOOR = 1
    SIDE = 2
    GROUND = 3
    ROOM = 4
    NUMBER = 5
    OPEN = 6
    OWN = 7
    NEAR = 8
    SPOT = 9


WITHIN = frozenset({Kind.NEAR, Kind.SPOT, Kind.SIDE})
"""Words that are no place by themselves."""
ROOMS = frozenset({Kind.GROUND, Kind.ROOM, Kind.NUMBER, Kind.OPEN, Kind.OWN})
"""Words that say which place is meant, where buildings, floors and sides only say where it is."""


def _any(words: str) -> str:
    """A group of these words, the longer ones first: of two words that begin alike the longer is meant."""
    return f"(?:{'|'.join(sorted(words.split(), key=len, reverse=True))})"


NUMERAL = "一二三四五六七八九十"
"""Chinese numerals as they stand in the names of floors, classes and buildings."""
_NUMBER = rf"(?:[{NUMERAL}]{{1,2}}|\d{{1,2}})"
SURNAMES = f"[{table('rooms')['surnames'].strip()}]"
"""Whose room a room may be."""
_COMPASS = _any("东南 东北 西南 西北 东 西 南 北")

_WHOSE = _any("男生 女生 学生 教师 教工 老师 职工 男 女 师生 外教")
_HOUSE = _any(
    "教学 实验 综合 行政 办公 宿舍 寝室 公寓 科技 科学 艺术 图书 逸夫 理化 体育 信息 文科 理科 文综 理综 培训 国际 "
    "生活 实训 食堂 餐饮 活动 音乐 美术 美育 文体 校友 创新 初中 高中 小学 初一 初二 初三 高一 高二 高三 毕业班 教研 "
    "后勤 医务 图文 专用教室 功能室"
)
_BEFORE_HOUSE = (
    rf"(?:{_COMPASS}[面边侧]的?|第?{_NUMBER}号?|[东西南北新老旧主副前后大小a-f]"
    rf"|高中部?|初中部?|小学部?|中学部?|{_WHOSE})"
)
_NO_STOREY = "(?![下上梯道层房板主管里面长]|顶(?![楼层]))"
_UNIT = (
    rf"(?:(?:[a-f{NUMERAL}]|\d{{1,2}})(?:号?[栋座区幢舍]|号楼)|\d{{1,2}}#(?=楼|[a-f]?-?\d{{3}})楼?|[a-f]楼|[a-f](?![a-z\d\-]))?"
    rf"(?:[{NUMERAL}\d]{{1,2}}单元)?"
)
UNIT = late(_UNIT)
"""What may follow the name of a building: "A座", "3栋2单元", or nothing."""
_QUARTER = "(?:(?:宿舍|公寓|寝室|家属[院区楼]|生活区|宿舍区|教学区|实训区|教工小区) ?)"
BUILDING = late(
    rf"{_BEFORE_HOUSE}?{_HOUSE}{{1,2}}大?楼{_NO_STOREY}{_UNIT}"
    rf"|{_QUARTER}?(?:{_NUMBER}|[a-f])(?:号教学楼|号宿舍楼|号楼|#楼?|号?[栋座幢](?:楼(?![顶梯道上下]))?(?!楼?[都全]))(?:[{NUMERAL}\d]{{1,2}}单元)?"
    rf"|[校大正后侧前东西南北]门进[来去]?的?(?:[左右]手?边?)?的?第[{NUMERAL}\d][栋幢座]楼?"
    rf"|[a-f]楼|(?<![a-z])[g-z]楼|(?<![{NUMERAL}\d])[{NUMERAL}\d]教(?=[{NUMERAL}\d幺])|(?<![{NUMERAL}\d男女])[{NUMERAL}\d](?:舍|公寓|宿舍?)(?=[{NUMERAL}\d幺a-f])|[工回凹凸日山口]字[形型]?楼|[梅兰竹菊桂松柏荷桃李杏樱枫榕橘]园{_NUMBER}号?[栋幢座舍楼](?![都全])|(?:(?<=[在从到])|(?<![\u4e00-\u9fff]))[\u4e00-\u9fff][园苑庭居轩]{_NUMBER}(?:号?[栋幢座舍]|号楼)(?![都全])"
    rf"|(?<![{NUMERAL}\d])[东西南北中]苑(?:第?{_NUMBER}(?:号?[栋幢座舍]|号楼))?(?=[{NUMERAL}幺\d])|(?:[初高][一二三]|[{NUMERAL}1-9])年?级?那[栋幢座]楼?"
    rf"|附属?[小中][学部]?(?=[{NUMERAL}\d初高教办食门操])|附幼"
    r"|(?:实验|中心|第[一二三])?(?:小学|中学)[东西南北新老]校区"
    rf"|[男女](?:[{NUMERAL}]|\d{{1,2}})(?:舍|栋|号楼)|[男女学]生(?:[{NUMERAL}]|\d{{1,2}})(?:号楼|号?[栋舍])|[男女]?{_WHOSE}生?(?:宿舍|寝室?|公寓|宿)[楼区]?{_UNIT}"
    rf"|(?:宿舍|公寓|寝室)(?:楼{_NO_STOREY}{_UNIT}|区|{_UNIT}(?<![舍寓室]))|(?:宿舍|公寓)(?=[a-f]?\d{{3}}|[{NUMERAL}\d][楼层])"
    rf"|(?<![{NUMERAL}\d知日创维立求])[东西南北中新老旧主副前后]楼{_NO_STOREY}"
    rf"|(?:幼儿|学前|小学|初中|高中|国际|中学|职高|低年级|高年级)部|[东西南北新老旧主分本总中]校区"
    rf"|{_COMPASS}[头边侧面]?那[栋幢座]楼?|[前后新老旧]面?那[栋幢座]楼?"
    r"|(?:中职|职高|技工|成教|高职|大专|双语|寄宿|走读|护理|普高|托幼|国际)部|四合院|[东西南北左右][厢配]房"
    rf"|(?<![{NUMERAL}\d])(?:[{NUMERAL}]|\d)单元|(?:{_COMPASS}|(?<![a-z])[a-f]|[{NUMERAL}])区(?=[\d{NUMERAL}]|宿舍|公寓|食堂|餐厅|操场|教学|水房|图书|篮球|体育)"
)
FLOOR = late(
    rf"{_NUMBER}[楼层]?[到至跟和与拐通\-~]{_NUMBER}[楼层](?:之间|中间|当中)?(?:的?楼梯(?:间|口|拐角)?)?"
    rf"|(?:负|地下)?(?:[{NUMERAL}]{{1,3}}|(?<!\d)\d{{1,2}} ?)[楼层](?!梯(?!口|间|拐|转)|房|层?板)(?:半(?=[那的拐转]))?"
    r"|(?:负[一二三123]|地下[一二三]?|顶|最高|最顶|底)[楼层]|地下(?=[男女厕车卫书仓库活食])"
    r"|(?<![\da-z])[bf][1-9](?=[层楼]|[入出]口|车库|停车)|(?<![\da-z.])[1-9]f(?![a-z])(?:-(?=\d{3}))?"
    r"|(?:\d{1,2}(?:st|nd|rd|th)|first|second|third|fourth|fifth|ground) floor"
)
SIDE = late(
    rf"靠?[最朝正]?{_COMPASS}(?:头|边儿?|侧|面儿?|端|区|角|首|向|半边)(?:第[{NUMERAL}\d]间|[几两三]间)?|靠{_COMPASS}"
    r"|[东西南北左右]翼|(?<=[楼层头边侧翼端])[那这][几两三]间|(?<=[楼层])[左右](?:手边|手|边|侧)|[最正]?(?:尽头|尽里头|顶头)|走到(?:头|底|尽头)|[男女]生?那[边侧]"
    r"|(?<=[堂厅厨])(?:里面?)?(?:打饭|打菜|取餐|洗菜|洗碗|切菜|择菜|蒸饭|炒菜|收碗|收餐盘|倒剩饭)[那这](?:边|儿|里|块|旮[沓旯])"
    rf"|(?<=[场院园堂厅级])(?:洗手[台池槽]|饮水台)(?=.{{0,6}}龙头|那[边排])|(?<=跑道)(?:终点|起点)|(?<=场)(?:弯道|终点|起点)|(?<=[厅堂场])后台|(?<=场)[{NUMERAL}\d]号场地?"
    r"|拐角处?|拐弯处?|转角处?|转弯处|正中间?"
    rf"|第[{NUMERAL}\d]间(?:教室|办公室|屋子?|房间?)?"
    rf"|(?:往里走|进门|左手边?|右手边?|左边|右边|倒数|靠{_COMPASS}边?)的?第[{NUMERAL}\d]间"
)
SPOT = late(
    rf"(?:最后|倒数)第?[{NUMERAL}\d]+[排组]|[最紧](?:[里外后前左右边]|中间)[面头边侧上]?(?:排(?![风水气插])|的?那?一?间)?"
    r"|(?<!挨)靠近?着?(?:窗户?|围?墙|围栏|走廊|马路|楼梯|电梯|操场|厕所|[前后]?门|黑板|讲台|阳台|路|过道)口?"
    r"(?:[那这]头|[那这]边|那侧|边|侧|面)?(?:(?:的?那一?|一)?[排侧边间组头](?![风水气插]))?"
    rf"|第?[{NUMERAL}\d]+[排组]|第[{NUMERAL}\d]+个?(?:坑位?|蹲?位|隔间|蹲坑|格|窗口)|前排|后排|中间那?[排组]"
    rf"|[左右][前后上下][方角边侧]|[左右]手边?第[{NUMERAL}\d]个|[左右](?:手边|手|边|侧)|里屋|里间|外间|套间"
)
_BESIDE = _any(
    "对门 旁边 边上 隔壁 隔篱 隔篱间 侧边 对面 斜对面 对过 斜对过 正对面 门口 门前 门外 门边 前面 后面 后边 后头 "
    "正下方 正上方 斜下方 斜上方 下方 上方 "
    "后身 前边 前头 外面 外边 外头 外侧 上面 下面 底下 背后 背面 跟前 附近 周围 之间 中间 一侧 两侧 "
    "两边 正门 入口 出口 侧门"
)
NEAR = late(
    rf"(?:(?<![那这哪一两])[边旁](?=[的那有\s,.]|$)|(?<=门)[外前旁](?=[的那有\s,.]|$)|楼[上下](?!梯|掉|传|有人|的?人)|那[条段]小?路|{_BESIDE})[儿处]?"
    r"(?:的?[那嗰这]一?间(?:空?小?屋子?|空?小?房间|空?教室(?!里|的))?|的?[那这]?个?(?:小?屋子?|小?房间))?"
)
INSIDE = late(r"[前后上下底背中两]|一侧|外侧")
"""Words of `NEAR` that mean a part of a room where they follow one: "教室后面" is no other place."""

THAT_ROOM = late(r"那(?:一?间|个|边)?小?(?:屋子?|房间|房子)(?![顶檐])|那一?间(?=的(?!隔|厕)|[\s,.])")
"""How a room is told by who or what is in it, behind that word: "服务器那屋"."""

_OFFICE = _any("教务 总务 政教 德育 财务 文印 后勤 保卫 教导 学工 人事 党办 校办 团委 工会 图书馆 门卫 医务 教研")
_NO_NAME = "the in at our my of is a an this that from to and on for next please fix no not with near"
BY_RULE = late(
    rf"(?:第?{_NUMBER}号?|打饭)?(?:售饭|打饭|打菜|取餐|打汤)(?:\d号)?窗口|打饭{_NUMBER}号窗口"
    rf"|(?:(?<=[楼堂厅])|(?<=[楼堂厅]的))(?:(?![楼层的{NUMERAL}])[\u4e00-\u9fff]){{2,4}}?窗口|(?:民族|清真|回民|特色|面食|米饭|自助|小炒|早餐|汤粉|风味|教工|快餐|水果|饮品|充值|补卡|服务|缴费)窗口|[卖打][\u4e00-\u9fff]{{1,4}}?的?那?[个边]?窗口|[{NUMERAL}1-9]号门(?![禁锁把牌])|(?:第?[{NUMERAL}\d]号)?岗亭"
    rf"|{_NUMBER}号窗(?:口|(?![户帘台框扇锁玻]))|第?[{NUMERAL}\d]{{1,2}}考场|考场[{NUMERAL}\d]{{1,2}}"
    rf"|(?:[初高][一二三]|[{NUMERAL}]年级)(?:年级)?(?:走廊|大厅|过道|连廊|楼道)"
    rf"|{_OFFICE}(?=[那这]台|[那这]边|旁边|隔壁|对面|斜对面|门口|楼[上下](?!来|去)|的(?:打印|电脑|空调|门|灯|键盘))"
    r"|(?:^|(?<=[\s,.]))大门(?=的(?!锁|把)|道闸|门禁|岗亭|闸机|伸缩|电动|监控|摄像|[电显大]?屏)"
    r"|(?<=[楼栋座馆苑舍寓堂园])(?:大门|正门|后门|侧门)(?=的|那|.{0,3}[锁灯禁机屏铃闸])"
    rf"|阶梯[{NUMERAL}1-9](?![级步节个块])|(?<![台\u4e00-\u9fff])阶[{NUMERAL}1-6](?=教室|的|那|[\s,.]|$)|后门(?:围墙|岗亭|花坛|停车场|车棚|公告栏)"
    r"|[校大正后侧前]门进来[左右]手边?第[一二三四五]个门"
    rf"|(?<=[楼厅堂])包[间厢]|车间[{NUMERAL}\d](?!号)|[{NUMERAL}\d]号车间|(?<![\u4e00-\u9fff])后台(?=的?灯|化妆|更衣|的?门)"
    r"|[前后]山(?:坡|脚)?|湖边|竹林|果园|苗圃|茶园|菜地|鱼塘|[鸡猪牛羊兔]舍|羊圈|石桥|[\d一二三四]?号?灶[屋间]|伙房|[大小]?梯教(?=[一二三四五\d楼里那的门投音空])"
    rf"|从[^,.!?\s]{{1,8}}?[往到去][^,.!?\s的]{{1,6}}?(?:走的?|去的?|的)?(?:那[条段]|的|这条)小?(?:路|道|连廊|台阶|坡)(?!灯)"
    rf"|[从打由][^,.!?\s]{{1,8}}?[进上下出]来?[^\d,.!?的]{{0,14}}?第[{NUMERAL}\d](?:间(?:教室|办公室|屋子?|房间?)?|个(?:门|房间|教室|窗口|路口))"
    rf"|(?:单杠|双杠|篮球架|足球门|球门|乒乓球台|健身器材|充电桩|滑滑?梯|秋千|旗杆|雕[像塑]|[大老][槐榕柳]?树|影壁|照壁)(?:的?{_BESIDE})"
    r"|[前后侧小大]门(?:那边|那儿|那里|口|外面?|附近)"
    rf"|(?:{_OFFICE})?{SURNAMES}[小老]?(?:校长|副?书记|副?主任|老师|园长|会计|师傅|阿姨|姐|哥)(?:的|他|她)?(?:屋里?头?|屋子|那屋|办公室|宿舍)"
    rf"|{_OFFICE}的?{SURNAMES}[小老]?(?:校长|书记|主任|老师|会计|干事|姐|哥)(?:那儿|那里|那边|这儿|这边|处)"
    r"|(?<=[\s,.;])(?:录播|微机|阶教|阶梯|语音|舞蹈|美术|音乐|书法|物理实验|化学实验|生物实验|多功能|图书|创客|演播)(?=[\s,.!~]*$)"
    rf"|(?<![a-z])(?:(?!{_any(_NO_NAME)} )[a-z']+ ){{1,2}}(?:office|lab|room|hall|building|canteen|restroom)(?![a-z])"
    r"|(?<![a-z])(?:grade|year|g) ?\d{1,2} (?:homeroom|classroom|office|staff ?room|corridor|hallway)(?![a-z])"
)
