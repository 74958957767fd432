"""The school's own data in TOML, loaded into domain objects; a name that nobody knows stops the start."""

import tomllib
from pathlib import Path

from domain.catalog import Catalog, Category
from domain.grants import Grants, Permission

FOLDER = Path(__file__).parent
DEMO_SCHOOL = FOLDER / "demo"


def load_catalog(path: Path = FOLDER / "catalog.toml") -> Catalog:
    """The categories of repair."""
    rows = _toml(path)["categories"]
    return Catalog(tuple(Category(key=row["key"], labels=row["labels"]) for row in rows))


def load_roles(path: Path = FOLDER / "roles.toml") -> dict[str, Grants]:
    """What each role may do; `ValueError` names the role with an unknown permission."""
    return {role: _permissions(role, names) for role, names in _toml(path).items()}


def _permissions(role: str, names: list[str]) -> Grants:
    known = {p.value: p for p in Permission}
    if unknown := [name for name in names if name not in known]:
        raise ValueError(f"roles.toml: {role} has unknown permissions: {', '.join(unknown)}")
    return frozenset(known[name] for name in names)


def _toml(path: Path) -> dict:  # type: ignore[type-arg]
    with path.open("rb") as file:
        return tomllib.load(file)
