"""`python -m understanding.learning.characters`: makes words/characters.txt from well-kept libraries.

Simplified forms come from OpenCC (Apache-2.0), readings from pypinyin (MIT), words from the dictionary of jieba (MIT):
all three are of the extra `train` and needed here only. The characters are those of GB 2312-80.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

import jieba
import opencc
import pypinyin

from understanding.characters import FILE, READ, written
from understanding.folding import fold
from understanding.hearing import Hearing
from understanding.learning.material import blocks, common
from understanding.sounds import trade_words

READINGS, SHARE = 2, 0.05
"""Readings of a character that are kept, and in which part of what is written they must be meant."""
USUAL = 100
"""How often a word is in the dictionary's texts that counts as an ordinary one."""
HEARD = 5
"""How often, if it sounds like a word of the trade: "插班" is no socket."""
FREE = 30_000
"""How often a character is in them as a word of its own, that may stand anywhere."""
SAID = 3
"""Patterns of the material that two characters are in to be taken for ordinary neighbours: slips are more various."""
OUTDONE = 12
"""How much more often a word of the trade stands there that sounds so: then those two characters are its slip."""
RARE = 8
"""Patterns that a word of two characters is in, if slips are to be told by its sound: who meant 会堂 by 会烫?"""
_CHARACTERS = range(0x4E00, 0xA000)
_BY_HAND = {"著": "着", "妳": "你", "牠": "它", "囉": "啰", "係": "是", "櫈": "凳"}
"""What converters leave alone, because it is another word in print, and what people type for the common one."""
_SOUNDS = frozenset({"e", "o", "u", "ug", "uj", "ul", "uv", "uz", "y"})
_SMALL, SMALL = frozenset({"c", "d", "p", "r"}), 8_000
"""Kinds of words by the dictionary's own letters: sounds and particles are never slips, and adverbs, pronouns and
prepositions are none if they are met so often."""
_THEMSELVES = frozenset({"白班", "结单", "试机", "省水"})
"""What neither the dictionary nor the material has often enough to be known as itself."""
_HEAD = """# Written by `python -m understanding.learning.characters`; do not edit.
# Other forms: OpenCC (Apache-2.0). Readings: pypinyin (MIT). Words and free characters: the dictionary of jieba (MIT).
"""

Entry = tuple[str, int, str]
"""A word of the dictionary, how often it was met, and its kind."""


def main() -> None:
    """Write the file anew."""
    plain, entries = simplified(), list(_entries())
    syllables = sounds(entry for entry in entries if entry[1] >= HEARD)
    hearing, counts = Hearing(syllables), neighbours()
    words = {word for word, count, _ in entries if len(word) == 2 and count >= USUAL}
    said = (ordinary(counts, hearing) | alike(entries, hearing) | _THEMSELVES) - words
    lines = {"other forms": plain, "usual forms": plain.values(), "words": sorted(words), "said": sorted(said)}
    lines |= {"free": sorted({w for w, count, kind in entries if len(w) == 1 and _is_free(count, kind)})}
    lines |= {"rare": sorted(word for word in trade_words() if len(word) == 2 and counts[word] < RARE)}
    lines |= {READ + syllable: characters for syllable, characters in syllables.items()}
    FILE.write_text(written(lines, _HEAD), encoding="utf-8")
    print(f"{FILE.name}: {FILE.stat().st_size} bytes; {len(plain)} forms, {len(words)} words, {len(said)} said")


def _is_free(count: int, kind: str) -> bool:
    return count >= (SMALL if kind in _SMALL else FREE) or kind in _SOUNDS


@cache
def _is_usual(characters: str) -> bool:
    """Whether all characters are of GB 2312-80, the 6,763 that a school's messages are written in."""
    try:
        return len(characters.encode("gb2312")) == 2 * len(characters)
    except UnicodeEncodeError:
        return False


def simplified() -> Mapping[str, str]:
    """Every other form of a usual character: traditional ones, those of Hong Kong and Taiwan, and Japanese ones."""
    plain = opencc.OpenCC("t2s")
    others = [opencc.OpenCC(name) for name in ("hk2s", "tw2s", "jp2t")]
    found = {}
    for character in map(chr, _CHARACTERS):
        means = plain.convert(character)
        if means == character and not _is_usual(character):
            means = next((m for other in others if (m := plain.convert(other.convert(character))) != character), means)
        if means != character and _is_usual(means):
            found[character] = means
    return found | _BY_HAND


def sounds(entries: Iterable[Entry]) -> Mapping[str, str]:
    """The usual characters by syllable, first readings before second ones: a syllable's name ends in 2 for those.

    How a character is read is told by the words that it is in, each as often as it is met.
    """
    met: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for word, count, _ in entries:
        for character, syllable in zip(word, pypinyin.lazy_pinyin(word), strict=True):
            met[character][syllable] += count
    found: defaultdict[str, str] = defaultdict(str)
    for character in filter(_is_usual, map(chr, _CHARACTERS)):
        read = met[character] or Counter(pypinyin.lazy_pinyin(character))
        for place, (syllable, count) in enumerate(read.most_common(READINGS)):
            if count >= SHARE * read.total():
                found[syllable + "2" * place] += character
    return {syllable: found[syllable] for syllable in sorted(found, key=lambda name: (name.endswith("2"), name))}


def _entries() -> Iterator[Entry]:
    with jieba.get_dict_file() as dictionary:
        for line in dictionary:
            word, count, kind = line.decode().split()
            if _is_usual(word):
                yield word, int(count), kind


def alike(entries: Iterable[Entry], hearing: Hearing) -> set[str]:
    """Rare words of two characters that sound like a word of the trade."""
    heard = {sound for _, sounds in hearing.of_each(trade_words()) for sound in sounds}
    return {w for w, count, _ in entries if len(w) == 2 and count >= HEARD and hearing.of(w) in heard} - trade_words()


def neighbours() -> Counter[str]:
    """Two characters that stand side by side, and in how many patterns of the material."""
    chance = random.Random(1)  # noqa: S311 - no secret
    found: Counter[str] = Counter()
    for say in blocks():
        for line in say.lines:
            text = fold(say.patterns.draw(line, chance) + " " + say.patterns.draw(line, chance))
            found.update({pair for pair in map(str.__add__, text, text[1:]) if _is_usual(pair)})
    return found


def ordinary(counts: Mapping[str, int], hearing: Hearing) -> set[str]:
    """Neighbours in several patterns, less those that are slips of the material itself."""
    slips = set(common()["ways"]["homophones"])
    trade = {pair for word in trade_words() for pair in map(str.__add__, word, word[1:])}
    most: defaultdict[tuple[str, str], int] = defaultdict(int)
    for pair in trade:
        for key in _kept(pair, hearing):
            most[key] = max(most[key], counts.get(pair, 0))
    usual = {pair for pair, count in counts.items() if count >= SAID} - slips
    return {p for p in usual if p in trade or max(most[k] for k in _kept(p, hearing)) < OUTDONE * counts[p]}


def _kept(pair: str, hearing: Hearing) -> tuple[tuple[str, str], tuple[str, str]]:
    """What a pair keeps when one of its characters is written otherwise: its sound and the other character."""
    heard = hearing.of(pair)
    return (heard, "^" + pair[0]), (heard, pair[1] + "$")


if __name__ == "__main__":
    main()
