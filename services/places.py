"""The school's places and devices, and the words that people use for them."""

from dataclasses import dataclass

from models import Asset, Person, Place
from services.directory import Directory
from services.lessons.aliases import learnt_words


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

    def __init__(self, directory: Directory | None = None) -> None:
        """Labels come from the `directory`; who only says that something has changed needs none of their own."""
        self._directory = directory or Directory()

    async def edition(self) -> int:
        """Grows whenever places, devices or people were loaded anew."""
        return (await self._directory.pages()).edition

    async def changed(self) -> None:
        """Say, in the transaction of the change, that the words are new."""
        await self._directory.changed()

    async def words(self) -> Words:
        """The words as they are now, with those that use has taught."""
        edition, learnt = await self.edition(), await learnt_words()
        rows = await Place.all().values("code", "name", "building", "floor", "room", "aliases")
        return Words(
            edition=edition,
            places=tuple({**row, "aliases": [*row["aliases"], *learnt.get(row["code"], ())]} for row in rows),
            assets=tuple(await Asset.all().values("code", "name", "category", "place")),
            people=tuple(await Person.filter(active=True).values_list("name", flat=True)),  # type: ignore[arg-type]
        )

    async def labels(self, codes: set[str]) -> dict[str, str]:
        """What to call each place: building and name."""
        labels = (await self._directory.pages()).labels
        return {code: labels[code] for code in codes if code in labels}
