"""The door of the REST interface: faults, token, method, handler, log (WeCom: 服务端API)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from aiohttp import BodyPartReader, web

from sandbox.wecom import contacts, media, send, updates
from sandbox.wecom.call import Api, Call, Upload
from sandbox.wecom.errors import VendorError, errmsg
from sandbox.wecom.shelf import Medium
from sandbox.wecom.world import World

Json = dict[str, Any]

APIS: dict[str, Api] = {
    "gettoken": Api("", contacts.gettoken, token=False),
    "message/send": Api("POST", send.send),
    "message/update_template_card": Api("POST", updates.update_template_card),
    "message/recall": Api("POST", updates.recall),
    "media/upload": Api("POST", media.upload),
    "media/get": Api("GET", media.fetch),
    "agent/get": Api("GET", contacts.agent_get),
    "user/get": Api("GET", contacts.user_get),
    "user/simplelist": Api("GET", contacts.user_simplelist),
    "user/list": Api("GET", contacts.user_list),
    "department/list": Api("GET", contacts.department_list),
    "department/simplelist": Api("GET", contacts.department_simplelist),
    "department/get": Api("GET", contacts.department_get),
    "getcallbackip": Api("GET", contacts.callback_ips),
    "auth/getuserinfo": Api("GET", contacts.getuserinfo),
    "user/getuserinfo": Api("GET", contacts.getuserinfo_old),
}
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")
_HIDDEN = frozenset({"access_token", "corpsecret"})


class Rest:
    """Answers /cgi-bin/ as the vendor does: HTTP 200 with an errcode, whatever happened."""

    def __init__(self, world: World) -> None:
        """Serve one world."""
        self._world = world

    def mount(self, app: web.Application) -> None:
        """Put the routes on an application."""
        app.router.add_route("*", "/cgi-bin/{path:.+}", self.handle)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One call; how many there are at once is counted."""
        with self._world.crowding:
            return await self._handle(request)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        path, faults = request.match_info["path"], self._world.faults
        await faults.delay()
        if faults.down:
            self._log(path, request, {}, {"cut": True})
            return _cut_off(request)
        plan = faults.plan_for(path)
        if plan and plan.status:
            self._log(path, request, {}, {"status": plan.status})
            return web.Response(status=plan.status, text="<html>bad gateway</html>", content_type="text/html")
        if faults.take("rubbish"):
            self._log(path, request, {}, {"rubbish": True})
            return web.Response(text="<html>busy", content_type="text/html")
        answer = await self._answer(path, request, plan.errcode if plan else 0)
        return _cut_off(request) if faults.take("lose_answers") else answer

    async def _answer(self, path: str, request: web.Request, planned: int) -> web.StreamResponse:
        call = await _read(request)
        try:
            answer = self._decide(path, request.method, call, planned)
        except VendorError as refused:
            reason = f"{call.notes.pop('malformed', '')}{refused.reason}"
            answer = {"errcode": refused.code, "errmsg": errmsg(refused.code, reason, call.ip)}
        if isinstance(answer, Medium):
            self._log(path, request, call.body, {"bytes": len(answer.data)})
            return self._file(request, answer)
        self._log(path, request, call.body, answer, call.notes)
        return web.json_response(answer, dumps=_dumps)

    def _decide(self, path: str, method: str, call: Call, planned: int) -> Json | Medium:
        api = APIS.get(path)
        if api is None:
            raise VendorError(404, path)
        if self._world.faults.untrusted_ip:
            raise VendorError(60020)
        if api.token:
            self._world.tokens.check(call.query.get("access_token"))
        if planned:
            raise VendorError(planned)
        if api.method and method != api.method:
            raise VendorError(43002 if api.method == "POST" else 43001)
        return api.handler(self._world, call)

    def _file(self, request: web.Request, medium: Medium) -> web.Response:
        """A file with its name; a large one only in ranges (WeCom: 获取临时素材, 830002)."""
        wanted = _RANGE.fullmatch(request.headers.get("Range", ""))
        data, size = medium.data, len(medium.data)
        if wanted is None and size > media.RANGE_ABOVE:
            return web.json_response({"errcode": 830002, "errmsg": errmsg(830002, "", request.remote or "")})
        name = quote(medium.name, safe="")
        headers = {"Content-Disposition": f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"}
        if wanted is None:
            return web.Response(body=data, content_type=medium.content_type, headers=headers)
        first = int(wanted[1])
        last = min(int(wanted[2]) if wanted[2] else size - 1, size - 1)
        if first > last:
            return web.Response(status=416, headers={"Content-Range": f"bytes */{size}"})
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
        return web.Response(status=206, body=data[first : last + 1], content_type=medium.content_type, headers=headers)

    def _log(self, path: str, request: web.Request, body: Json, answer: Json, notes: Json | None = None) -> None:
        query = {name: "…" if name in _HIDDEN else value for name, value in request.query.items()}
        shown = {name: "…" if name == "access_token" else value for name, value in answer.items()}
        entry = {"path": path, "method": request.method, "query": query, "body": body, "answer": shown}
        self._world.note(entry | (notes or {}))


def _dumps(answer: Mapping[str, Any]) -> str:
    return json.dumps(answer, ensure_ascii=False)


def _cut_off(request: web.Request) -> web.Response:
    """Close the connection without an answer."""
    if request.transport:
        request.transport.abort()
    return web.Response()


async def _read(request: web.Request) -> Call:
    """Query, and body as JSON or as a file. What is not JSON counts as empty, as at the vendor."""
    call = Call(request.query, {}, request.remote or "")
    if request.content_type.startswith("multipart/"):
        call.upload = await _read_upload(request)
        return call
    raw = await request.read()
    try:
        body = json.loads(raw) if raw else {}
    except ValueError:
        body = None
    if isinstance(body, dict):
        call.body = body
    else:
        call.notes["malformed"] = "Warning: wrong json format. "
    return call


async def _read_upload(request: web.Request) -> Upload | None:
    try:
        part = await (await request.multipart()).next()
        if not isinstance(part, BodyPartReader):
            return None
        data = bytes(await part.read(decode=True))
    except ValueError:
        return None
    return Upload(part.name or "", part.filename or "", part.headers.get("Content-Type", ""), data)
