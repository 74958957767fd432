"""What the vendor demands of each kind of message that is not a card (WeCom: 发送应用消息).

Each check takes the world and the object named like the kind, and answers what the phone shows, with warnings about
what was cut off.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from sandbox.wecom.errors import VendorError
from sandbox.wecom.fields import cut, items, link, optional_text, text
from sandbox.wecom.world import World

Json = dict[str, Any]
Checked: TypeAlias = tuple[Json, list[str]]

TEXT_BYTES, TITLE_BYTES, DESCRIPTION_BYTES = 2048, 128, 512


def _cut(value: str, limit: int, name: str) -> Checked:
    short = cut(value, limit)
    return {name: short}, [f"{name} cut at {limit} bytes"] if short != value else []


def _text(_world: World, content: Json) -> Checked:
    return _cut(text(content, "content", "text", 44004), TEXT_BYTES, "content")


def _markdown(_world: World, content: Json) -> Checked:
    value = text(content, "content", "markdown", 44004)
    if len(value.encode()) > TEXT_BYTES:
        raise VendorError(45002, f"markdown.content is longer than {TEXT_BYTES} bytes")
    return {"content": value}, []


def _medium(kind: str) -> Callable[[World, Json], Checked]:
    def check(world: World, content: Json) -> Checked:
        medium = world.shelf.find(content.get("media_id"))
        if medium is None or medium.kind != kind:
            raise VendorError(40007, f"{kind}.media_id")
        extra = {name: optional_text(content, name, kind) for name in ("title", "description") if name in content}
        return {"media_id": medium.media_id, "name": medium.name, "size": len(medium.data)} | extra, []

    return check


def _words(block: Json, where: str) -> Checked:
    """Title and description, cut at their limits."""
    title, first = _cut(text(block, "title", where, 41016), TITLE_BYTES, "title")
    description, second = _cut(optional_text(block, "description", where), DESCRIPTION_BYTES, "description")
    return title | description, first + second


def _textcard(_world: World, content: Json) -> Checked:
    words, warnings = _words(content, "textcard")
    text(content, "description", "textcard", 44004)
    button = optional_text(content, "btntxt", "textcard") or "详情"
    if len(button) > 4:
        warnings.append("btntxt cut at 4 characters")
    return words | {"url": link(content, "url", "textcard", 41010), "btntxt": button[:4]}, warnings


def _news(_world: World, content: Json) -> Checked:
    articles, warnings = [], []
    for article in items(content, "articles", "news", 8, least=1, code=45008):
        words, cuts = _words(article, "articles")
        if not article.get("appid"):
            words["url"] = link(article, "url", "articles", 41010)
        articles.append(words | {"picurl": optional_text(article, "picurl", "articles")})
        warnings += cuts
    return {"articles": articles}, warnings


CONTENTS: dict[str, Callable[[World, Json], Checked]] = {
    "text": _text,
    "markdown": _markdown,
    "textcard": _textcard,
    "news": _news,
    "image": _medium("image"),
    "voice": _medium("voice"),
    "video": _medium("video"),
    "file": _medium("file"),
}
