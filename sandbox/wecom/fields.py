"""Reading a field of a request as strictly as the vendor does."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from sandbox.wecom.errors import VendorError

Json = dict[str, Any]


def text(block: Json, name: str, where: str, code: int = 40058, limit: int = 0) -> str:
    """A text that must be there. `limit` is in bytes of UTF-8; 0 is none. Raises VendorError(code)."""
    value = block.get(name)
    if not isinstance(value, str) or not value.strip():
        raise VendorError(code, f"{where}.{name} is empty")
    if limit and len(value.encode()) > limit:
        raise VendorError(code, f"{where}.{name} is longer than {limit} bytes")
    return value


def optional_text(block: Json, name: str, where: str) -> str:
    """A text that may be left out. Raises VendorError 40058 when it is something else than text."""
    value = block.get(name, "")
    if value is None or isinstance(value, str):
        return value or ""
    raise VendorError(40058, f"{where}.{name} is not a text")


def part(block: Json, name: str, where: str, *, needed: bool = False) -> Json | None:
    """An object inside. Raises VendorError 40058 when it is not an object, or is needed and missing."""
    value = block.get(name)
    if value is None or value == {}:
        if needed:
            raise VendorError(40058, f"{where}.{name} is missing")
        return None
    if not isinstance(value, dict):
        raise VendorError(40058, f"{where}.{name} is not an object")
    return value


def items(block: Json, name: str, where: str, most: int, *, least: int = 0, code: int = 40058) -> list[Json]:
    """A list of objects; the counts are hard. Raises VendorError(code)."""
    value = block.get(name)
    value = [] if value is None else value
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise VendorError(code, f"{where}.{name} is not a list of objects")
    if not least <= len(value) <= most:
        raise VendorError(code, f"{where}.{name} holds {len(value)}, allowed are {least} to {most}")
    return value


def number(block: Json, name: str, where: str, allowed: tuple[int, ...], default: int = 0, code: int = 40058) -> int:
    """A whole number out of a few. Raises VendorError(code)."""
    value = block.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or value not in allowed:
        raise VendorError(code, f"{where}.{name} is {value!r}, allowed are {allowed}")
    return value


def link(block: Json, name: str, where: str, code: int = 40058, limit: int = 2048) -> str:
    """A web address with its scheme. Raises VendorError(code)."""
    value = text(block, name, where, code, limit)
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise VendorError(code, f"{where}.{name} needs http:// or https://")
    return value


def cut(value: str, limit: int) -> str:
    """The longest beginning of at most `limit` bytes that ends between two characters."""
    return value.encode()[:limit].decode(errors="ignore")


def distinct(values: list[str], where: str, code: int = 40058) -> None:
    """Raises VendorError(code) when a value stands twice."""
    if len(set(values)) != len(values):
        raise VendorError(code, f"{where} stands twice")
