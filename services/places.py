"""The school's places and devices, and the words that people use for them."""

from dataclasses import dataclass

from tortoise.expressions import F

from models import Asset, Counter, Person, Place

EDITION = "words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """All that a reader of sentences needs to know of this school, in plain values.

    `places` and `assets` are rows as dictionaries, `people` names. `edition` grows with every change.
    """

    edition: int
    places: tuple[dict[str, object], ...]
    assets: tuple[dict[str, object], ...]
    people: tuple[str, ...]


class Places:
    """Looks places and devices up."""

    async def edition(self) -> int:
        """Grows whenever places, devices or people were loaded anew."""
        row = await Counter.get_or_none(name=EDITION)
        return row.value if row else 0

    async def changed(self) -> None:
        """Say that the words are new."""
        await Counter.get_or_create(name=EDITION)
        await Counter.filter(name=EDITION).update(value=F("value") + 1)

    async def words(self) -> Words:
        """The words as they are now."""
        return Words(
            edition=await self.edition(),
            places=tuple(await Place.all().values("code", "name", "building", "floor", "room", "aliases")),
            assets=tuple(await Asset.all().values("code", "name", "category", "place")),
            people=tuple(await Person.filter(active=True).values_list("name", flat=True)),  # type: ignore[arg-type]
        )

    async def place(self, code: str) -> Place | None:
        """The place of this code."""
        return await Place.get_or_none(code=code) if code else None

    async def asset(self, code: str) -> Asset | None:
        """The device of this code."""
        return await Asset.get_or_none(code=code) if code else None

    async def labels(self, codes: set[str]) -> dict[str, str]:
        """What to call each place: building and name."""
        rows = await Place.filter(code__in=codes - {""})
        return {row.code: label(row) for row in rows}


def label(place: Place) -> str:
    """A place as a stranger would find it: 教学楼 302 高一3班."""
    around = [part for part in (place.building, place.room) if part and part not in place.name]
    return " ".join([*around, place.name])
