"""Text catalogues: TOML beside the handlers, values are jinja2 one-liners, one file a locale."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, Template
from jinja2.runtime import Context

LOCALES = ("zh_CN", "en")
DEFAULT = LOCALES[0]


class Texts:
    """The words of one locale: `texts("work_order.card.title", number=…)`.

    Inside a text `t("other.key")` gives another text. A missing value raises jinja2's `UndefinedError`, a missing key
    `KeyError`: both are found by the tests of the house, not by users.
    """

    def __init__(self, locale: str, words: Mapping[str, str]) -> None:
        """Keep the texts; each is compiled when it is first said, and one without anything to fill in is not."""
        self.locale = locale
        self._environment = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701 - plain text, channels escape
        self._environment.globals["t"] = self
        self._given = dict(self._environment.globals)
        self._words = words
        self._compiled: dict[str, Template | str] = {}
        self.keys = frozenset(words)

    def __call__(self, key: str, **params: object) -> str:
        """The text of this key, filled in."""
        said = self._compiled.get(key)
        if said is None:
            said = self._compile(key)
        return said if isinstance(said, str) else self._filled(said, params)

    def _compile(self, key: str) -> Template | str:
        words = self._words[key]
        said = self._compiled[key] = self._environment.from_string(words) if "{" in words else words
        return said

    def _filled(self, said: Template, params: Mapping[str, object]) -> str:
        """What `said.render(**params)` gives; that would put together everything a text may use, for each one anew."""
        context = Context(self._environment, {**self._given, **params}, said.name, said.blocks)
        return "".join(said.root_render_func(context))


class Catalogue:
    """All locales of one house."""

    def __init__(self, folders: Iterable[Path]) -> None:
        """Read every `*.{locale}.toml` below the folders."""
        paths = [path for folder in folders for path in sorted(folder.rglob("*.toml"))]
        self._texts = {locale: Texts(locale, _read(p for p in paths if p.stem.endswith(locale))) for locale in LOCALES}

    def __getitem__(self, locale: str) -> Texts:
        """The texts of a locale; those of the first one where it is not known."""
        return self._texts.get(locale, self._texts[DEFAULT])


def _read(paths: Iterable[Path]) -> dict[str, str]:
    words: dict[str, str] = {}
    for path in paths:
        for key, text in _flat(tomllib.loads(path.read_text(encoding="utf-8"))):
            if key in words:
                raise ValueError(f"{path.name}: {key} is written twice")
            words[key] = text
    return words


def _flat(tree: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
