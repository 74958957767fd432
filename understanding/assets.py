"""Devices of the school: by code, or as the only one of its kind in a room."""

from collections import defaultdict
from collections.abc import Sequence

from understanding.normalise import fold, squeeze
from understanding.place_links import Link, LinkedCodes
from understanding.reading import AssetWords
from understanding.words import Found, WordTable


class Assets:
    """The devices of one school."""

    def __init__(self, assets: Sequence[AssetWords]) -> None:
        """Index devices by code and by room."""
        self._by_code = WordTable({fold(asset.code): asset for asset in assets if asset.code})
        self._links = LinkedCodes([asset.code for asset in assets if asset.code])
        self._by_place: defaultdict[str, list[tuple[str, AssetWords]]] = defaultdict(list)
        for asset in assets:
            self._by_place[asset.place].append((squeeze(asset.name), asset))

    def coded(self, plain: str) -> list[Found[AssetWords]]:
        """The devices whose codes stand in the text, and where; in a scanned link only the code that it carries."""
        found = list(self._by_code.scan(plain))
        links = self._links.within(plain) if found else []
        return [code for code in found if all(_is_carried(code, link) for link in links)]

    def in_room(self, place: str | None, item: str | None) -> AssetWords | None:
        """The only device in this room that bears the thing's name."""
        if not place or not item:
            return None
        name = squeeze(item)
        found = [asset for words, asset in self._by_place.get(place, ()) if words.endswith(name)]
        return found[0] if len(found) == 1 else None


def _is_carried(code: Found[AssetWords], link: Link) -> bool:
    """Whether a code lies outside a link, or is the one that the link is about."""
    return code.end <= link.start or code.start >= link.end or (code.start, code.end) in link.codes
