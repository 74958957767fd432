"""One form for each character: half width, lower case, simplified, numbers as figures."""

import unicodedata

from understanding.characters import simplified

# Stops that patterns need not tell apart, and numbers in one sign. NFKC would make several characters of these.
_SIGNS = dict(zip("。、【】〔〕「」『』“”", '.、()()""""""', strict=True))
_ROMAN = dict(zip("ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅰⅱⅲⅳⅴⅵⅶⅷⅸ", "123456789" * 2, strict=True))
_ENCLOSED = {chr(first + place): str(place + 1) for first in (0x2474, 0x2488, 0x2776, 0x2780) for place in range(9)}
_BRACKETED = {chr(0x3220 + place): character for place, character in enumerate("一二三四五六七八九十")}
# Of the numerals of finance those that are no surnames and in no word of a school (拾到, 陆老师, 伍老师).
_FINANCIAL = dict(zip("壹贰叁柒捌", "一二三七八", strict=True))


class _Fold(dict[int, str]):
    """A translation table that works each character out once."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        wide = unicodedata.normalize("NFKC", character).lower()
        folded = wide if len(wide) == 1 else character
        folded = simplified().get(folded, folded)
        self[code] = folded = _FINANCIAL.get(folded, folded)
        return folded


_FOLD = _Fold({ord(old): new for old, new in (_SIGNS | _ROMAN | _ENCLOSED | _BRACKETED).items()})


def fold(words: str) -> str:
    """Half width, lower case, simplified; as long as `words`."""
    return words.translate(_FOLD)
