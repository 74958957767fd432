"""The page of phones: members' chats side by side, live."""

from __future__ import annotations

import asyncio
import json
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from sandbox.pages import FOLDER, render
from sandbox.wecom.login import COOKIE
from sandbox.wecom.world import World

Json = dict[str, Any]
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_BEAT_SECONDS = 20.0


class Phones:
    """Serves the page, its feed of news, pictures, and links that a member opens."""

    def __init__(self, world: World) -> None:
        """Show one world."""
        self._world = world
        self._feeds: set[asyncio.Task[Any]] = set()

    def mount(self, app: web.Application) -> None:
        """Put the routes on an application."""
        app.on_shutdown.append(self._end_feeds)
        app.router.add_get("/", self.page)
        app.router.add_get("/pages/{name}", self.asset)
        app.router.add_get("/phones/feed", self.feed)
        app.router.add_get("/phones/{userid}/open", self.open)
        app.router.add_get("/media/{media_id}", self.medium)

    async def page(self, _request: web.Request) -> web.Response:
        """The page itself; everything moving is fetched by its script."""
        config = self._world.config
        people = self._world.directory.people()
        shown = [userid for userid in config.default_phones if self._world.directory.find(userid)]
        start = {
            "app": config.app_name,
            "members": [{"userid": p.userid, "name": p.name, "title": p.title} for p in people],
            "shown": shown or [person.userid for person in people[:4]],
            "phrases": list(config.phrases),
            "epoch": self._world.epoch,
        }
        return render("phones.html", app=config.app_name, start=start)

    async def asset(self, request: web.Request) -> web.Response:
        """A script or a style sheet of the page."""
        path = FOLDER / PurePosixPath(request.match_info["name"]).name
        if path.suffix not in _TYPES or not path.is_file():
            raise web.HTTPNotFound
        text = await asyncio.to_thread(path.read_text, encoding="utf-8")
        return web.Response(text=text, content_type=_TYPES[path.suffix], headers={"Cache-Control": "no-cache"})

    async def feed(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: first everything after `since`, then each change as it comes."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        if task := asyncio.current_task():
            self._feeds.add(task)
            task.add_done_callback(self._feeds.discard)
        seen = int(request.headers.get("Last-Event-ID") or request.query.get("since") or 0)
        epoch = request.query.get("epoch", str(self._world.epoch))
        try:
            # A page of an earlier start, or from before a reset, must begin anew: its numbers mean nothing now.
            while str(self._world.epoch) == epoch:
                fresh = self._world.chats.since(seen)
                seen = max([seen, *(message.revision for message in fresh)])
                await response.write(_event("messages", seen, [message.as_json() for message in fresh]))
                await self._next(response, self._world.chats.revision)
            await response.write(_event("reset", 0, []))
        except ConnectionResetError:
            pass
        return response

    async def _end_feeds(self, _app: web.Application) -> None:
        """End feeds when the server stops: they would go on for ever."""
        for task in self._feeds:
            task.cancel()

    async def _next(self, response: web.StreamResponse, seen: int) -> None:
        """Wait for news; say something now and then, so that a closed page is noticed."""
        while self._world.chats.revision == seen:
            try:
                async with asyncio.timeout(_BEAT_SECONDS):
                    await self._world.chats.news(seen)
            except TimeoutError:
                await response.write(b": still here\n\n")

    async def open(self, request: web.Request) -> web.Response:
        """A link that a member taps: the member's phone is remembered for the web login, then the page follows."""
        member = self._world.directory.find(request.match_info["userid"])
        url = request.query.get("url", "")
        if member is None or urlsplit(url).scheme not in {"http", "https"}:
            raise web.HTTPNotFound
        found = web.HTTPFound(url)
        found.set_cookie(COOKIE, member.userid, httponly=True, samesite="Lax", path="/")
        raise found

    async def medium(self, request: web.Request) -> web.Response:
        """A picture or another file of a chat; the address is secret enough, as at the vendor (PicUrl)."""
        medium = self._world.shelf.find(request.match_info["media_id"])
        if medium is None:
            raise web.HTTPNotFound
        headers = {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
        return web.Response(body=medium.data, content_type=medium.content_type, headers=headers)


def _event(name: str, number: int, body: object) -> bytes:
    return f"event: {name}\nid: {number}\ndata: {json.dumps(body, ensure_ascii=False)}\n\n".encode()
