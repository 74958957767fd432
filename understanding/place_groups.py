"""From words of places to places: what stands side by side is one, and pieces that lie apart are put together."""

from collections.abc import Sequence

from understanding.patterns import late
from understanding.place_asides import aside, is_another, is_next_door
from understanding.place_patterns import INSIDE, ROOMS, WITHIN, Kind
from understanding.place_sharing import A_CLASS, GRADE_OF, belongs_to, inherited, is_the_other
from understanding.place_tokens import Run, Token, is_a_side

_MOST = 24
"""Places that are taken from one message; more is a list for the office, not a report."""
_FIRM = frozenset({Kind.GROUND, Kind.ROOM, Kind.NUMBER, Kind.BUILDING, Kind.FLOOR, Kind.NEAR, Kind.SIDE})
_FILLER = late(
    r"(?:\s|(?<=[楼栋座幢馆舍])-|就是|那旮[沓旯]|的|那个|那间空?|那边|这个|里面|里头|里|那|那[栋幢座层条片排]|一?进门的?|嗰个|个(?=[男女]?厕)|,(?=[^,]{2,12}$))*"
)
_TIGHT = late(r"的?(?:那个|那间|那条|那片|那排|那|嗰个|小)?")
_NAMED = frozenset({Kind.BUILDING, Kind.ROOM, Kind.NUMBER})
_OF = frozenset({"的", "那个", "那间", "的那个", "的那间"})
_BOTH = frozenset("和与跟到")
_BETWEEN_THEM = late(r"之间|中间|那[条段]小?路")
_DESCRIBES = late(
    r"的|第|那(?!边|头|里|儿|块|旮)|这(?!边|里|儿)|有|[一二两三四五六七八九十几\d]+(?:根|张|把|扇|个|台|盏|块|只|排|组|条|套)"
)


def groups(plain: str, tokens: Sequence[Token]) -> list[Run]:
    """The places of a text, each as the words that stand side by side, without positions within a room."""
    found: list[Run] = []
    for token in tokens:
        if found and _continues(plain, found[-1], token):
            found[-1].append(token)
        else:
            found.append([token])
    cut = [_cut(plain, group) for group in found]
    return [g for g in cut if any(token.kind not in WITHIN for token in g) or is_a_side(plain, g[0], tokens)]


def _continues(plain: str, group: Run, token: Token) -> bool:
    last = group[-1]
    gap = plain[last.end : token.start]
    kinds = {t.kind for t in group}
    between = gap in _BOTH and _BETWEEN_THEM.match(plain, token.end) is not None
    if (token.kind is last.kind is Kind.BUILDING) or (
        between and token.kind in ROOMS and last.kind in ROOMS | {Kind.BUILDING}
    ):
        return between or not gap or (gap == " " and _is_a_wing(plain, last, token))
    completes = token.kind is Kind.BUILDING and gap and last.kind in ROOMS | {Kind.FLOOR}  # "251 实验楼"
    if completes or Kind.OWN in kinds or not _FILLER.fullmatch(gap):
        return False
    if kinds <= WITHIN and (gap.strip() != gap or token.kind not in ROOMS):
        return False
    if token.kind in WITHIN:
        return token.kind is not Kind.NEAR or bool(_TIGHT.fullmatch(gap)) or gap == " "
    if token.kind in ROOMS and kinds & ROOMS:
        return _goes_on(plain, last, token)
    return token.kind not in kinds


def _is_a_wing(plain: str, house: Token, token: Token) -> bool:
    """Whether a second building is a part of the first, which has no number of its own: "致远楼 A座"."""
    return bool(_WING.fullmatch(plain, token.start, token.end) and not _NUMBERED.search(plain, house.start, house.end))


_WING = late(r"(?:[a-f一二三四五六七八九十]|\d{1,2})号?[栋座区幢]")
_NUMBERED = late(r"[a-f\d一二三四五六七八九十]")


def _goes_on(plain: str, last: Token, token: Token) -> bool:
    """Whether a second room belongs to the first: "教务处隔壁文印室", "操场主席台", "体育馆里面那个更衣室"."""
    gap = plain[last.end : token.start]
    if last.kind in {Kind.NEAR, Kind.SIDE}:
        return bool(_TIGHT.fullmatch(gap)) and token.kind is not Kind.OWN
    if token.kind is Kind.NUMBER:
        return not gap and last.kind in {Kind.GROUND, Kind.ROOM, Kind.OPEN, Kind.FLOOR, Kind.BUILDING}
    if last.kind is Kind.OPEN and token.kind is Kind.ROOM and plain[last.start : last.end] in {"办公室", "教室"}:
        return False  # "我们办公室学生处" says twice where
    of_it = gap in _OF and plain[token.start : token.end] not in {"教室", "班级"}
    inside = not gap or gap.startswith("里") or "进门" in gap or of_it
    return inside and token.kind in {Kind.GROUND, Kind.ROOM, Kind.OPEN}


def _cut(plain: str, group: Run) -> Run:
    """A group without the position of a thing within its room: "教务处靠窗" + "的电脑" is at 教务处."""
    if group[0].kind is Kind.NEAR and group[1:] and _has_a_name(plain, group[1]):
        group = group[1:]  # "隔壁历史教室" says where that is seen from here
    if not _kinds(group[:-1]) <= WITHIN and plain[group[-1].start : group[-1].end] in _THINGS:
        group = group[:-1]
    while len(group) > 1 and (_describes_a_thing(plain, group) or _is_said_twice(plain, group)):
        group = group[:-1]
    return group


def _has_a_name(plain: str, token: Token) -> bool:
    """Whether a room is told by its name alone: of 准备室 a school has many, and what lies beside it tells which."""
    if token.kind is Kind.OPEN:
        return A_CLASS.fullmatch(plain, token.start, token.end) is not None
    return token.kind in _NAMED and not _SIDE_ROOM.fullmatch(plain, token.start, token.end)


_SIDE_ROOM = late(
    r"(?:准备|仪器|储[藏物]|休息|更衣|器材|办公|值班|设备|水|工具|杂物|保洁)[室间房]|(?:会议|活动)室|大厅"
)


def _is_said_twice(plain: str, group: Run) -> bool:
    """Whether a toilet is named again by a narrower word: "西侧厕所男厕"."""
    before, last = (plain[token.start : token.end] for token in group[-2:])
    return "厕" in last and ("厕" in before or "卫生间" in before)


_THINGS = frozenset({"公告栏", "宣传栏", "阅报栏", "化粪池", "快递柜", "垃圾房", "围墙", "喷泉"})
"""Where to go by themselves; behind another place they are what is broken there."""


def _describes_a_thing(plain: str, group: Run) -> bool:
    last = group[-1]
    before = next((token for token in reversed(group[:-1]) if token.kind is not Kind.SPOT), group[0])
    words = plain[last.start : last.end]
    if last.kind is Kind.NEAR:
        return _is_near_a_thing(plain, group)
    if before.kind is Kind.NUMBER:
        return last.kind in {Kind.SIDE, Kind.SPOT}
    if last.kind is not Kind.SPOT or before.kind not in ROOMS:
        return False
    passage = before.kind is Kind.OPEN and plain[before.start : before.end] in {"走廊", "楼道", "过道", "大厅"}
    if passage or (before.kind is Kind.GROUND and not words.startswith("靠")):
        return False  # outside there is no other way to say where
    return (words.endswith(("排", "组")) and last.end < len(plain)) or _DESCRIBES.match(plain, last.end) is not None


def _is_near_a_thing(plain: str, group: Run) -> bool:
    """Whether the neighbour is no place: behind a desk within a room, or where something is only seen from."""
    last = group[-1]
    words = plain[last.start : last.end]
    if _PERCEIVED.match(plain, last.end) and not _CAME_TO.search(plain, max(0, group[0].start - 3), group[0].start):
        return True
    if words == "上面" and _DESCRIBES.match(plain, last.end):
        return True
    within = group[-2].kind in {Kind.NUMBER, Kind.OPEN, Kind.SPOT}
    within = within or (group[-2].kind is Kind.ROOM and _IN_A_ROOM.search(plain, group[-2].start, last.end) is not None)
    return within and INSIDE.match(words) is not None and len(words) <= 3


_CAME_TO = late(r"(?:[走跑来去回]到|路过|经过)了?$")
_PERCEIVED = late(r"[就都]?能?(?:闻|听|看)(?:得?见|得?到|着)")
"""What is seen, heard or smelt from beside a room is in it: "配电房门口能闻见糊味"."""
_IN_A_ROOM = late(r"[室办组处][前后]\w$")


def places(plain: str, tokens: Sequence[Token]) -> list[list[Run]]:
    """The places that a text names, in order, each as its runs of words in the order of an address."""
    found = groups(plain, tokens)[:_MOST]
    found = [group for group in found if not aside(plain, group)] or found
    if inside := _rooms_of_a_class(plain, found) or _class_of_a_grade(plain, found):
        return inside
    whole = [group for group in found if _kinds(group) & ROOMS]
    whole = whole if _are_all_there(plain, found) else _telling(plain, whole)
    said = {plain[token.start : token.end] for group in whole for token in group}
    pieces = [g for g in found if not _kinds(g) & ROOMS and plain[g[0].start : g[-1].end] not in said]
    placed = _placed(plain, whole, pieces)
    told = whole if any(_kinds(group) & _FIRM for group in whole) else []
    firm = [runs for runs in placed if any(_kinds(run) & _FIRM or run in told for run in runs)]
    return inherited(plain, firm or placed[:1])


def _are_all_there(plain: str, found: list[Run]) -> bool:
    """Whether a building or floor is said of all rooms: "厕所灯坏，水房龙头坏，全是四号楼三楼的"."""
    last = found[-1:]
    return any(
        not _kinds(group) & ROOMS and _ALL_ARE.search(plain, max(0, group[0].start - 4), group[0].start)
        for group in last
    )


_ALL_ARE = late(r"(?:都|全|均)部?[是在]$")


def _rooms_of_a_class(plain: str, found: list[Run]) -> list[list[Run]]:
    """A class of a kindergarten with the other rooms that are named, where classes have such rooms of their own."""
    rooms = [group for group in found if _kinds(group) & ROOMS]
    classes = [group for group in rooms if _LITTLE_ONES.fullmatch(plain, group[0].start, group[-1].end)]
    inner = [group for group in rooms if _INNER.fullmatch(plain, group[0].start, group[-1].end)]
    if len(classes) != 1 or not inner or len(rooms) != 1 + len(inner):
        return []
    by_itself = _OF_ALL.match(plain, classes[0][-1].end) is not None
    apart = not by_itself and _STOP.search(plain, classes[0][-1].end, inner[0][0].start)
    own = [classes] if apart else []
    return own + [[*classes, group] for group in inner]


_LITTLE_ONES = late(r"[小中大托](?:[一二三四五六\d]|[(][一二三四五六\d][)])?班")
_OF_ALL = late(r"的?[那这]?[边里儿]?(?:老师)?[\s,.:!]|的?$")
_INNER = late(r"盥洗室|(?:午?睡|活动|休息|洗漱|更衣|寝)室|卫生间|厕所|洗手间|衣帽间|阳台")


def _class_of_a_grade(plain: str, found: list[Run]) -> list[list[Run]]:
    """A grade and the only class or office that is named without its grade: "我在初一这边，六班", "办公室，高二的"."""
    grades = [group for group in found if _GRADE.fullmatch(plain, group[0].start, group[0].end)]
    classes = [group for group in found if _CLASS.fullmatch(plain, group[0].start, group[0].end)]
    rooms = [group for group in found if _kinds(group) & ROOMS]
    if len(grades) != 1 or not rooms:
        return []
    if rooms[1:] == grades and _OFFICE.search(plain, rooms[0][0].start, rooms[0][-1].end):
        return [[grades[0][:1], rooms[0]]] if _IT_IS_THAT.fullmatch(plain, rooms[0][-1].end, grades[0][0].start) else []
    if not classes or len(rooms) != 1 + len(classes):
        return []
    return [[grades[0][:1], group] for group in classes]


_OFFICE = late(r"(?:级部|年级组?)?办公室$")
_IT_IS_THAT = late(r"[\s,.]*(?:就是|是|在)?")


_GRADE = late(r"(?:[初高][一二三]|[一二三四五六七八九]年级)(?:年级|级部)?(?:那[头边儿])?")
_CLASS = late(r"(?:[一二三四五六七八九十]{1,2}|\d{1,2})班")


def _kinds(runs: Run) -> set[Kind]:
    return {token.kind for token in runs}


def _telling(plain: str, whole: list[Run]) -> list[Run]:
    """The rooms that say enough; where none does, the sender's own, or all: a building or floor may complete them."""
    firm = [group for group in whole if _kinds(group) & _FIRM and not _is_any_room(plain, group)]
    own = [group for group in whole if Kind.OWN in _kinds(group)]
    if not firm:
        return own[:1] or whole
    before = own[:1] if own and own[0][0].start < firm[0][0].start and is_next_door(plain, firm[0]) else []
    return [group for group in whole if group in before or group in firm or _is_told_too(plain, group, whole, firm)]


def _is_told_too(plain: str, group: Run, whole: list[Run], firm: list[Run]) -> bool:
    """Whether a room that says too little has a problem of its own beside those that say enough."""
    if Kind.OWN in _kinds(group) or belongs_to(plain, group, firm[0]):
        return False
    if A_CLASS.fullmatch(plain, group[0].start, group[-1].end):
        return GRADE_OF.match(plain, firm[0][0].start) is not None
    other = any(is_the_other(plain, token, group[0]) for known in firm for token in known)
    return other or (group is not whole[0] and is_another(plain, group))


def _is_any_room(plain: str, group: Run) -> bool:
    """Whether a group is "教室门口": beside a room that could be any."""
    if not _kinds(group) <= {Kind.OPEN, Kind.NEAR, Kind.SIDE}:
        return False
    return any(plain[token.start : token.end] in _ANY_ROOM for token in group)


_ANY_ROOM = frozenset({"教室", "办公室", "班级", "宿舍", "寝室"})


def _placed(plain: str, whole: list[Run], pieces: list[Run]) -> list[list[Run]]:
    """Each room with the building and floor that stand elsewhere; pieces that complete none are places themselves."""
    found = [[group] for group in whole]
    for piece in pieces:
        fitting = [runs for runs in found if _completes(plain, piece, runs)]
        other = any(is_the_other(plain, token, piece[0]) for group in whole for token in group)
        fitting = [] if other or _ONE_MORE.search(plain, max(0, piece[0].start - 5), piece[0].start) else fitting
        if sum(_kinds(other) == _kinds(piece) for other in pieces) > 1:
            fitting = [runs for runs in fitting if runs[0][0].start < piece[0].start][-1:] or fitting[:1]
        for runs in fitting:
            runs.append(piece)
        if not fitting:
            found.append([piece])
    ordered = [sorted(runs, key=lambda run: min(_kinds(run))) for runs in found]
    return sorted(ordered, key=lambda runs: min(run[0].start for run in runs))


_ONE_MORE = late(r"(?:[一另][处个][是在]|还有)$")


def _completes(plain: str, piece: Run, runs: list[Run]) -> bool:
    """Whether a piece says what a place still lacks: "综合楼" for "405", not "二楼" for "三楼走廊"."""
    kinds = {token.kind for run in runs for token in run}
    if kinds & {Kind.OWN, Kind.GROUND} or Kind.NEAR in _kinds(piece) or kinds & _kinds(piece):
        return False
    if Kind.NUMBER in kinds:
        return Kind.BUILDING in _kinds(piece) or _is_where_a_class_is(plain, piece, runs[0])
    if piece[0].start > runs[0][-1].end and Kind.BUILDING in _kinds(piece) and not _STOP.match(plain, piece[-1].end):
        return False  # "食堂下水堵了，宿舍三号楼热水没有" speaks of two places
    return bool(kinds & {Kind.ROOM, Kind.FLOOR, Kind.BUILDING}) or _is_said_of(plain, piece, runs[0])


def _is_where_a_class_is(plain: str, piece: Run, room: Run) -> bool:
    """Whether a class is named to say which room is meant, or where it is: "六楼最里面那间，六年级五班"."""
    if not plain.endswith("班", room[0].start, room[-1].end) or Kind.FLOOR in _kinds(room):
        return False
    first, last = sorted((piece, room), key=lambda run: run[0].start)
    return _AND_THAT_IS.fullmatch(plain, first[-1].end, last[0].start) is not None


_AND_THAT_IS = late(r"[\s,、.(]*(?:就是|也就是|[我咱]们?|是|在)?")


def _is_said_of(plain: str, piece: Run, room: Run) -> bool:
    """Whether a floor is said of a corridor or toilet: in one clause with it, or by itself and of nothing else."""
    first, last = sorted((piece, room), key=lambda run: run[0].start)
    between = plain[first[-1].end : last[0].start]
    return not _STOP.search(between) or _STOP.match(plain, piece[-1].end) is not None


_STOP = late(r"[那边间个的哈啊呢哦呀吧噢了\s]{0,3}(?:[,.!?;、~()]|$)|(?<![a-z\s])\s+")
