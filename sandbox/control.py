"""/control/: what a test orders the stand-in to do, and what it may ask (docs/sandbox.md)."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeAlias

from aiohttp import web

from sandbox.config import Member
from sandbox.wecom.callbacks import Caller
from sandbox.wecom.chats import Message
from sandbox.wecom.people import Manner, People
from sandbox.wecom.presses import ImpossibleError, keys
from sandbox.wecom.world import World

Json = dict[str, Any]
Order: TypeAlias = Callable[[Json], Awaitable[Json]]
_MOST_COPIES = 100
_LONGEST_WAIT = 60.0  # seconds


class Control:
    """Orders by POST, questions by GET. A wrong order is answered with 400 and the reason."""

    def __init__(self, world: World, people: People, caller: Caller) -> None:
        """Rule one world."""
        self._world, self._people, self._caller = world, people, caller
        self._orders: dict[str, Order] = {
            "say": self._say,
            "image": self._image,
            "voice": self._voice,
            "file": self._file,
            "location": self._location,
            "link": self._link,
            "press": self._press,
            "event": self._event,
            "raw": self._raw,
            "faults": self._faults,
            "clock": self._clock,
            "settings": self._settings,
            "callback-check": self._check_url,
            "reset": self._reset,
        }
        self._questions: dict[str, Callable[[web.Request], Awaitable[Any]]] = {
            "messages": self._messages,
            "cards": self._cards,
            "calls": self._calls,
            "callbacks": self._callbacks,
            "members": self._members,
            "faults": self._fault_state,
            "clock": self._time,
        }

    def mount(self, app: web.Application) -> None:
        """Put the routes on an application."""
        app.router.add_post("/control/{order}", self.order)
        app.router.add_get("/control/{question}", self.question)

    async def order(self, request: web.Request) -> web.Response:
        """Carry out one order."""
        handler = self._orders.get(request.match_info["order"])
        if handler is None:
            return _json({"error": f"orders: {', '.join(self._orders)}"}, 404)
        try:
            raw = await request.read()
            wish = json.loads(raw) if raw.strip() else {}
            if not isinstance(wish, dict):
                raise ValueError("a JSON object is wanted")
            return _json(await handler(wish))
        except ImpossibleError as impossible:
            return _json({"error": str(impossible)}, 409)
        except (ValueError, TypeError, KeyError) as wrong:
            return _json({"error": f"{type(wrong).__name__}: {wrong}"}, 400)

    async def question(self, request: web.Request) -> web.Response:
        """Answer one question."""
        handler = self._questions.get(request.match_info["question"])
        if handler is None:
            return _json({"error": f"questions: {', '.join(self._questions)}"}, 404)
        try:
            return _json(await handler(request))
        except ValueError as wrong:
            return _json({"error": str(wrong)}, 400)

    def _member(self, wish: Json) -> Member:
        if member := self._world.directory.find(wish.get("user")):
            return member
        raise ValueError(f"no member {wish.get('user')!r}")

    async def _say(self, wish: Json) -> Json:
        return await self._people.say(self._member(wish).userid, str(wish["text"]), _manner(wish))

    async def _image(self, wish: Json) -> Json:
        name = str(wish.get("name") or "photo.png")
        return await self._people.photo(self._member(wish).userid, _data(wish), name, _manner(wish))

    async def _voice(self, wish: Json) -> Json:
        return await self._people.voice(self._member(wish).userid, _data(wish), _manner(wish))

    async def _file(self, wish: Json) -> Json:
        kind, name = str(wish.get("kind", "file")), str(wish.get("name") or "file.bin")
        if kind not in {"file", "video"}:
            raise ValueError("kind: file or video")
        return await self._people.file(self._member(wish).userid, kind, name, _data(wish) or b"", _manner(wish))

    async def _location(self, wish: Json) -> Json:
        return await self._people.location(self._member(wish).userid, wish, _manner(wish))

    async def _link(self, wish: Json) -> Json:
        return await self._people.link(self._member(wish).userid, wish, _manner(wish))

    async def _press(self, wish: Json) -> Json:
        chosen = {
            str(key): [ids] if isinstance(ids, str) else list(ids) for key, ids in (wish.get("selected") or {}).items()
        }
        task_id, key, stale = str(wish["task_id"]), str(wish["key"]), bool(wish.get("stale"))
        userid = self._member(wish).userid
        return await self._people.press(userid, task_id, key, chosen, stale=stale, manner=_manner(wish))

    async def _event(self, wish: Json) -> Json:
        fields = wish.get("fields") or {}
        return await self._people.event(str(wish.get("user", "sys")), str(wish["event"]), dict(fields), _manner(wish))

    async def _raw(self, wish: Json) -> Json:
        return await self._people.raw(str(wish.get("user", "")), str(wish["xml"]), _manner(wish))

    async def _faults(self, wish: Json) -> Json:
        if wish.get("kill_tokens"):
            self._world.tokens.kill()
        self._world.faults.order(wish)
        return self._world.faults.as_json()

    async def _clock(self, wish: Json) -> Json:
        clock = self._world.clock
        if "set" in wish:
            clock.set(_moment(wish["set"]))
        if "move" in wish:
            clock.move(float(wish["move"]))
        if "freeze" in wish:
            clock.freeze() if wish["freeze"] else clock.run()
        return {"now": clock.now()}

    async def _settings(self, wish: Json) -> Json:
        world = self._world
        world.callback_url = str(wish.get("callback_url", world.callback_url))
        world.trusted_host = wish.get("trusted_host", world.trusted_host)
        return {"callback_url": world.callback_url, "trusted_host": world.trusted_host}

    async def _check_url(self, _wish: Json) -> Json:
        return await self._caller.check_url()

    async def _reset(self, _wish: Json) -> Json:
        self._world.reset()
        return {"epoch": self._world.epoch}

    async def _messages(self, request: web.Request) -> Json:
        """Entries of a chat, or of all; with `since` and `wait` it waits for news."""
        found = await self._entries(request)
        return {"rev": self._world.chats.revision, "messages": [message.as_json() for message in found]}

    async def _cards(self, request: web.Request) -> Json:
        """Cards with all versions and the keys that can be pressed at present."""
        found = await self._entries(request)
        wanted = request.query.get("task_id")
        cards = [_card(message) for message in found if message.copy and wanted in {None, message.copy.task_id}]
        return {"rev": self._world.chats.revision, "cards": cards}

    async def _entries(self, request: web.Request) -> list[Message]:
        since, wait = int(request.query.get("since", 0)), float(request.query.get("wait", 0))
        found = self._now(request, since)
        try:
            async with asyncio.timeout(min(wait, _LONGEST_WAIT)):
                seen = self._world.chats.revision
                while not found and wait:
                    await self._world.chats.news(seen)
                    seen, found = self._world.chats.revision, self._now(request, since)
        except TimeoutError:
            return []
        return found

    def _now(self, request: web.Request, since: int) -> list[Message]:
        user = request.query.get("user")
        chats = self._world.chats
        found = chats.since_of(self._member({"user": user}).userid, since) if user else chats.since(since)
        return sorted(found, key=lambda message: message.number)

    async def _calls(self, request: web.Request) -> Json:
        """REST calls received, oldest first; `path` and `since` (a call's n) narrow it, `limit` keeps the newest."""
        path, since = request.query.get("path"), int(request.query.get("since", 0))
        found = [c for c in self._world.calls if c["n"] > since and path in {None, c["path"]}]
        crowding = self._world.crowding
        newest = found[-int(request.query.get("limit", 200)) :]
        return {"calls": newest, "at_once": crowding.now, "most_at_once": crowding.most}

    async def _callbacks(self, request: web.Request) -> Json:
        """Callbacks made, oldest first; narrowed like calls."""
        since, user = int(request.query.get("since", 0)), request.query.get("user")
        found = [c for c in self._world.callbacks if c["n"] > since and user in {None, c["user"]}]
        return {"callbacks": found[-int(request.query.get("limit", 200)) :]}

    async def _members(self, _request: web.Request) -> Json:
        return {"members": [_person(member) for member in self._world.directory.members.values()]}

    async def _fault_state(self, _request: web.Request) -> Json:
        return self._world.faults.as_json()

    async def _time(self, _request: web.Request) -> Json:
        return {"now": self._world.clock.now()}


def _json(body: object, status: int = 200) -> web.Response:
    return web.json_response(body, status=status, dumps=lambda value: json.dumps(value, ensure_ascii=False))


def _manner(wish: Json) -> Manner:
    copies = int(wish.get("copies", 1))
    if not 1 <= copies <= _MOST_COPIES:
        raise ValueError(f"copies: 1 to {_MOST_COPIES}")
    return Manner(copies, bool(wish.get("overlap")), bool(wish.get("wait", True)))


def _data(wish: Json) -> bytes | None:
    """Bytes in base64 (an address of the form data:…;base64,… too); none asks for a sample."""
    text = str(wish.get("bytes") or "")
    try:
        return base64.b64decode(text.rpartition(",")[2], validate=True) if text else None
    except binascii.Error as wrong:
        raise ValueError("bytes: base64 is wanted") from wrong


def _moment(value: object) -> float:
    """Seconds since the epoch, from a number or an ISO 8601 text with its offset."""
    if isinstance(value, int | float):
        return float(value)
    moment = datetime.fromisoformat(str(value))
    if moment.tzinfo is None:
        raise ValueError("set: the time needs its offset, such as +08:00")
    return moment.timestamp()


def _person(member: Member) -> Json:
    return {
        "userid": member.userid,
        "name": member.name,
        "title": member.title,
        "department": member.department,
        "visible": member.visible,
    }


def _card(message: Message) -> Json:
    copy = message.copy
    if copy is None:
        return {}
    versions = [{"at": v.at, "cause": v.cause, "card": v.card, "replaced": v.replaced} for v in copy.versions]
    pressable = [] if message.recalled else keys(copy.present)
    return message.as_json() | {"task_id": copy.task_id, "keys": pressable, "versions": versions}
