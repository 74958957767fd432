"""Readers: the reader of sentences that knows the school's present words."""

from domain.school_days import SchoolDays
from services.places import Places
from understanding import Reader
from understanding.reading import AssetWords, PlaceWords


class Readers:
    """Keeps one reader and makes a new one when places, devices or people have changed."""

    def __init__(self, places: Places, days: SchoolDays) -> None:
        """Made on first use."""
        self._places = places
        self._days = days
        self._reader: tuple[int, Reader] | None = None

    async def current(self) -> Reader:
        """A reader for now; one small query when nothing has changed."""
        edition = await self._places.edition()
        if self._reader is None or self._reader[0] != edition:
            self._reader = (edition, await self._build())
        return self._reader[1]

    async def _build(self) -> Reader:
        words = await self._places.words()
        return Reader(
            [PlaceWords(**{**place, "aliases": tuple(place["aliases"])}) for place in words.places],  # type: ignore[arg-type]
            [AssetWords(**asset) for asset in words.assets],  # type: ignore[arg-type]
            words.people,
            days=self._days,
        )
