"""Patterns of rooms by their number and of classes, and of the figures that are neither."""

from understanding.patterns import late
from understanding.place_patterns import NUMERAL
from understanding.words import table

_DIGIT = "[一二两三四五六七八九]"
_FIGURES = (
    r"(?:[1-9](?!00)\d\d|1[0-8][0-4]\d|[2-9][1-9](?!00)[0-4]\d"
    rf"|(?:{_DIGIT}|幺)[零〇○0o][一二三四五六七八九1-9]|(?<![千百十]){_DIGIT}百(?:零{_DIGIT}|{_DIGIT}十{_DIGIT}?)"
    rf"|(?<=[舍寝公楼栋][室寓舍楼栋])(?:{_DIGIT}|幺)[一二三幺](?:{_DIGIT}|零)"
    rf"|(?:{_DIGIT}|幺)[一二三幺](?:{_DIGIT}|零)(?=教室|室|的|房|班|办|宿舍|寝室|$|[\s,.!]))"
)
_COUNTED = (
    r"(?![\d含包元块台人支年月日度公千kw%vgm张份本分.*×x部箱盒套把只毫厘平斤瓶条颗克升米寸吨伏瓦位名页届级倍周天节次双卷桶袋筒根片间路错钱]"
    r"|:\d|个(?!教室)|[-~]\d{3,}|多(?!媒体|功能)|以[内上下]|左右|号[楼机桌位柜线窗球床]|\s?/|[一两]张|盏(?!灯)|扇(?!窗|门)|系列|型|版|rmb)"
)
NUMBERED = late(
    rf"(?<![\da-z.\-/])[a-z]?[1-9]\d?-\d-\d{{2,3}}(?![\d\-])|(?<=[楼栋座幢])\d-\d{{1,2}}(?=教室|室|班|的|[\s,.]|$)(?:教室|室)?|(?<=[1-9]f-){_FIGURES}{_COUNTED}|(?:(?<=[教舍栋楼室])[一二三四五六七八九1-9]?幺[零〇○\d一二三四五六七八九](?:[零〇\d一二三四五六七八九幺])?)|"
    r"(?:(?<![a-z])(?:room|classroom|rm)\.? ?(?=[a-f]?-?\d{1,2}-\d|[a-f]?\d)"
    r"|(?<=[楼栋座幢馆舍]-)|(?<![\da-z.\-*¥@_/=$~+])(?<!(?<!\d)#)(?<!\d:))"
    rf"(?:(?:[男女]?[a-f]-?|[男女东西南北]?[a-z]?[1-9]-)?{_FIGURES}|[a-f]-?0[1-9][0-4]\d(?!\d)"
    rf"|(?<=room )\d-\d{{1,2}}){_COUNTED}"
    r"(?:号?(?:普通)?(?:教室|室|房间|房(?!顶)|办公室|宿舍|寝室?|包间|班(?![级主长]))|(?:物理|化学|生物|科学)?(?:实验室|准备室))?"
)
NO_ROOM_BEFORE = late(
    r"(?:预算|价|型号|编号|共|约|尾号|￥|¥|电话|一共|总计|单号|工号|学号|pc-?|规格|分机|惠普|佳能|爱普生|联想|兄弟|得力|戴尔|hp"
    r"|布|要的|来的|打|拨|自营|旗舰|店|晨光|齐心|单价|报价|首页|网站|报错|错误|代码)\s*[:是]?\s*$"
)
"""What stands before an amount, a model or a number of something else: "预算302", "惠普1020"."""
_MAJORS = "|".join(sorted(table("rooms")["majors"].split(), key=len, reverse=True))
CLASS = late(
    rf"(?:(?:20)?[12]\d级?)?(?:{_MAJORS})(?:专业)?(?:(?:20)?[12]\d级?)?[(]?(?:[{NUMERAL}]|\d{{1,2}})[)]?班(?![级主长车会次干子])"
    rf"|(?:{_MAJORS})(?:20)?[12]\d-?\d\d班?(?![\d元块号年月台个.-])"
    r"|(?<![\da-z])[初高]?(?:20)?[12]\d级[(\s]*\d{1,2}[)]?班"
    rf"|(?<![\da-z])(?:20)?[12]\d级[\u4e00-\u9fff]{{2,6}}?[(]?(?:[{NUMERAL}]|\d{{1,2}})[)]?班(?![级主长车会次干])"
    rf"|[小中大](?:[(](?:[{NUMERAL}]|\d{{1,2}})[)])班|(?<![\da-z])[a-z]?[1-9]\d?[a-f]班"
    rf"|(?:[小中大](?:[{NUMERAL}]|\d{{1,2}})|托[{NUMERAL}\d]?|(?<![一二两几个各每全整])[小中大])班(?![级主长车会次干])"
    r"|(?<![\da-z])[1-9][a-f]班|学前班|亲子班|苗苗班"
    r"|(?<![\da-z])(?:grade|year|class) ?\d{1,2},? ?(?:(?:class|grade) ?\d{1,2}|[-.(]\d{1,2}[)]?)"
)
"""Classes of a kindergarten, of an intake year ("2023级3班"), of what is learnt (电商2302) and in English.

Those of a grade are in `class_names`.
"""
ENGLISH = late(
    r"(?<![a-z])(?:lab|laboratory|studio|gym|hall|office|workshop) ?(?:[1-9]\d{0,2}[a-f]?|[a-f])(?![a-z\d%:.])"
    r"|(?<![a-z])(?:(?:class)?room|rm|class)\.? ?(?:[1-9][a-f]|\d{1,2}(?![-.])|[a-f]\d{0,2})(?![a-z\d%:])"
    r"|(?:(?<=\bin )|(?<=classroom ))[1-9][a-f](?![a-z\d])"
)
"""Rooms and classes as an English speaker names them: "Lab 2", "Room 2B", "in 5A"."""
OPEN_CLASS = late(
    rf"(?<![{NUMERAL}\d年级初高)(.\-])(?:[{NUMERAL}]|\d{{1,2}}|[(](?:[{NUMERAL}]|\d{{1,2}})[)])班(?![级主长车会次干子])"
)
"""A class without its grade: "三班"."""
GRADE = late(
    rf"(?<![{NUMERAL}初高第])[{NUMERAL}]年级(?:那头|那边|那儿)?(?=[\s,.!]|$|[那这有]|的[娃小孩]|的?[东西南北][侧边头面]|的?大教室)"
    r"|[初高][一二三](?:年级|级部)?(?=的(?:[\s,.!]|$)|的?[东西南北][侧边头面]|[那这][边头]|的?大教室)"
)
"""A grade: "五年级那头"."""
