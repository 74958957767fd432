"""Command words at the head of a line, and what is left when they and the number are taken away."""

from collections.abc import Sequence

from understanding.patterns import late

_WORDS = (
    "报修|保修|接单|抢单|认领|拒单|退单|派错|转单|转给|转派|改派|开工|到场|挂起|恢复|完工|修好了|搞定了?|弄好了|换好了|好了|完成了?"
    "|确认(?:修好)?|验收|评价|评分|没修好|没有修好|未修好|没弄好|返修|催办|催一下|催单|催|撤销|撤单|撤回|取消|不用修了|更正|补充(?:一下)?"
    "|不同意|同意|批准|驳回|退回|查看|查询|查单|进度|登记|申请|report|accept|done|confirm|cancel"
)
_HEAD = late(rf"^(?:我要|我想|请|麻烦)?(?:{_WORDS})(?:一下)?(?:[\s,:;.!、]+|$|(?=[^\W\d_]{{2}}))")
_EDGES = " ,.:;!，。：；！、"


def _without(words: str, spans: Sequence[tuple[int, int]]) -> str:
    if not spans:
        return words
    return "".join(c for i, c in enumerate(words) if not any(start <= i < end for start, end in spans))


def rest(shown: str, plain: str, spans: Sequence[tuple[int, int]]) -> str:
    """The sender's words without record numbers and without the command word at the head.

    "完工 W20261122-004 换了垫圈" and "W20261122-004 好了 换了垫圈" both leave "换了垫圈".
    """
    left, folded = _without(shown, spans), _without(plain, spans)
    lead = len(folded) - len(folded.lstrip(_EDGES))
    head = _HEAD.match(folded[lead:])
    cut = lead + (head.end() if head else 0)
    return " ".join(left[cut:].strip(_EDGES).split())
