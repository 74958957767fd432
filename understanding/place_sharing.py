"""What a place has in common with the one before, and leaves out: building, grade, floor."""

from itertools import takewhile

from understanding.patterns import late
from understanding.place_patterns import Kind
from understanding.place_tokens import Run, Token


def inherited(plain: str, found: list[list[Run]]) -> list[list[Run]]:
    """What is named shortly after a building is in it: "宿舍一楼没热水，三楼灯不亮", "女寝502…，503…"."""
    house: Run = []
    first: Run = []
    before: list[Run] = []
    for place, runs in enumerate(found):
        begins = _house(runs[0])
        if shared := _shared(plain, before, runs[0]):
            found[place] = [shared, *runs]
            house, first = begins and shared, runs[0]
        elif begins:
            house, first = begins, runs[0]
        elif house and _is_likewise(plain, runs[0], first):
            found[place] = [house, *runs]
        before = found[place]
    return found


def _shared(plain: str, before: list[Run], run: Run) -> Run:
    """What a place has in common with the one before: the grade of a class, or where the other side is."""
    tokens = [token for known in before for token in known]
    words = plain[run[0].start : run[0].end]
    if run[0].kind is Kind.OPEN and A_CLASS.fullmatch(words):
        grade = next((found for t in tokens if (found := GRADE_OF.match(plain, t.start, t.end))), None)
        return [Token(*grade.span(), Kind.NUMBER)] if grade else []
    for place, token in enumerate(tokens):
        if is_the_other(plain, token, run[0]):
            return tokens[:place]
        if token.kind is run[0].kind in {Kind.BUILDING, Kind.ROOM} and (
            stem := _stem(plain[token.start : token.end], words)
        ):
            return [*tokens[:place], Token(token.start, token.start + stem, token.kind)]
    return []


def _stem(known: str, words: str) -> int:
    """How much of a name the next one leaves out: 3 of "教学楼A栋" before "B栋", 2 of "机电实训室1" and "实训室2"."""
    kind, same = (_NUMBERS.sub("#", name) for name in (known, words))
    ahead = kind.removesuffix(same)
    return len(ahead) if "#" in same and "#" not in ahead and ahead != kind else 0


def is_the_other(plain: str, known: Token, token: Token) -> bool:
    """Whether two words tell two ends or kinds of one place: "东头" and "西头", "男厕" and "女厕", "机房1" and "2"."""
    if known.kind is token.kind is Kind.SIDE:
        return known != token
    one, other = plain[known.start : known.end], plain[token.start : token.end]
    counted = known.kind is token.kind is Kind.ROOM and _NUMBERS.sub("", one) == _NUMBERS.sub("", other)
    return one != other and (
        counted or any(k.fullmatch(one) and k.fullmatch(other) for k in (_FOR_ONE_SEX, _GATE, _HAND))
    )


_NUMBERS = late(r"[一二三四五六七八九十\d]{1,2}号?|(?<![a-z])[a-f](?![a-z])")
_FOR_ONE_SEX = late(r"[男女]生?(?:厕所?|卫生间|洗手间|更衣室|更衣间|浴室|淋浴间|澡堂|宿舍)")
_HAND = late(r"[左右](?:手边|手|边|侧)")
_GATE = late(r"[东西南北前后正侧大][大侧]?门")
A_CLASS = late(r"[(]?(?:[一二三四五六七八九十]{1,2}|\d{1,2})[)]?班")
GRADE_OF = late(r"[初高]中?[一二三123](?:年级)?|[一二三四五六七八九1-9]年级|[一二三四五六七八九1-9](?=[(])")


def belongs_to(plain: str, run: Run, known: Run) -> bool:
    """Whether a toilet is that of a room people live in: "宿舍301灯坏了，厕所门也关不上"."""
    lived_in = _HAS_OWN_TOILETS.search(plain, known[0].start, known[-1].end)
    return bool(lived_in and known[-1].kind is Kind.NUMBER and _TOILET.match(plain, run[0].start))


def _house(run: Run) -> Run:
    """The building that a place begins with: of its name, or a hall of which a floor is told ("图书馆一楼")."""
    named = list(takewhile(lambda token: token.kind is Kind.BUILDING, run))
    storeyed = len(run) > 1 and run[0].kind in {Kind.ROOM, Kind.GROUND} and run[1].kind is Kind.FLOOR
    return named or (run[:1] if storeyed else [])


def _is_likewise(plain: str, run: Run, first: Run) -> bool:
    """Whether a place is named as short as one can be after another in the same building."""
    if run[0].start < first[-1].end:
        return False
    words, kinds = plain[run[0].start : run[-1].end], {token.kind for token in first}
    number = run[0].kind is Kind.NUMBER and _BARE_NUMBER.fullmatch(words) and kinds & {Kind.NUMBER, Kind.ROOM}
    everywhere = _IN_EVERY_HOUSE if _HAS_OWN_TOILETS.search(plain, first[0].start, first[-1].end) else _IN_A_HOUSE
    passage = run[0].kind is Kind.OPEN and everywhere.match(words) and kinds & {Kind.NUMBER, Kind.FLOOR}
    return bool(run[0].kind is Kind.FLOOR or number or passage)


_BARE_NUMBER = late(
    r"(?:[a-f]?-?\d{3}|[一二三四五六七八九幺][零〇一二三四五六七八九幺]{2})(?:室|房间?|教室|宿舍|寝室)?.{0,6}"
)
_IN_EVERY_HOUSE = late(r"走廊|楼道|过道|楼梯|电梯")
_IN_A_HOUSE = late(r"走廊|楼道|过道|楼梯|电梯|[男女]?生?厕|卫生间|洗手间|水房|大厅")
_TOILET = late(r"厕|卫生间|洗手间|阳台")
_HAS_OWN_TOILETS = late(r"宿舍|公寓|[男女]生|寝|舍|栋")
