"""What members do with their phones: write, send pictures, press buttons. Each becomes a callback to the bot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox import samples
from sandbox.wecom import envelope, presses
from sandbox.wecom.callbacks import Caller, Delivery
from sandbox.wecom.chats import Message
from sandbox.wecom.media import picture_type
from sandbox.wecom.replies import apply_reply
from sandbox.wecom.shelf import Medium
from sandbox.wecom.world import World

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Manner:
    """How a callback is delivered: how many copies, at the same time or not, and whether to wait for the outcome."""

    copies: int = 1
    overlap: bool = False
    wait: bool = True


ONCE = Manner()


@dataclass(frozen=True, slots=True)
class Errand:
    """One callback to be made: whose, what about, its plain XML, and for a press the card and its response code."""

    userid: str
    about: str
    xml: str
    pressed: Message | None = None
    code: str = ""


class People:
    """The members' fingers. All methods answer how the callback went; `userid` must be a member's."""

    def __init__(self, world: World, caller: Caller) -> None:
        """Act in one world through one caller."""
        self._world, self._caller = world, caller
        self._photos = 0

    async def say(self, userid: str, text: str, manner: Manner = ONCE) -> Json:
        """Write a text."""
        return await self._tell(userid, "text", {"Content": text}, {"content": text}, manner)

    async def photo(
        self, userid: str, data: bytes | None = None, name: str = "photo.png", manner: Manner = ONCE
    ) -> Json:
        """Send a picture; without `data` a sample, each another."""
        if data is None:
            self._photos += 1
            data = samples.photo(self._photos)
        return await self._file(userid, "image", name, data, manner)

    async def voice(self, userid: str, data: bytes | None = None, manner: Manner = ONCE) -> Json:
        """Send a voice (AMR); without `data` three seconds of silence."""
        return await self._file(userid, "voice", "voice.amr", data or samples.voice(), manner)

    async def file(self, userid: str, kind: str, name: str, data: bytes, manner: Manner = ONCE) -> Json:
        """Send a video or another file."""
        return await self._file(userid, kind, name, data, manner)

    async def location(self, userid: str, place: Json, manner: Manner = ONCE) -> Json:
        """Send a place: latitude, longitude in degrees, label."""
        fields = {
            "Location_X": place.get("latitude", 39.9),
            "Location_Y": place.get("longitude", 116.4),
            "Scale": 15,
            "Label": str(place.get("label", "学校")),
            "AppType": "wxwork",
        }
        return await self._tell(userid, "location", fields, {"label": fields["Label"]}, manner)

    async def link(self, userid: str, link: Json, manner: Manner = ONCE) -> Json:
        """Send a link: title, description, url."""
        title, description, url = (str(link.get(name, "")) for name in ("title", "description", "url"))
        fields = {"Title": title, "Description": description, "Url": url, "PicUrl": ""}
        return await self._tell(
            userid, "link", fields, {"title": title, "description": description, "url": url}, manner
        )

    async def press(
        self, userid: str, task_id: str, key: str, selected: presses.Selected | None = None, *, stale: bool = False,
        manner: Manner = ONCE,
    ) -> Json:  # fmt: skip
        """Press a button of a card, with what is selected on it. Raises ImpossibleError as the client would refuse."""
        message = presses.find_card(self._world, userid, task_id)
        version = presses.version_for(message, key, stale=stale)
        menu = presses.is_menu(version, key)
        answers = {} if menu else presses.complete(version.card, selected or {})
        fields = self._press_fields(message, key, version.card, answers, menu=menu)
        if message.copy and answers:
            message.copy.selected = answers
            self._world.chats.touch(message)
        return await self._call(userid, self._event_head(userid) | fields, manner, message)

    async def event(self, userid: str, event: str, fields: Json, manner: Manner = ONCE) -> Json:
        """Any other event, with fields by their XML names; `sys` stands for the vendor itself (change_contact)."""
        head = self._event_head(userid) | {"Event": event, "EventKey": ""}
        return await self._call(userid, head | fields, manner)

    async def raw(self, userid: str, xml: str, manner: Manner = ONCE) -> Json:
        """A plain XML of the test's own, sealed as it stands."""
        return await self._run(Errand(userid, "raw", xml), manner)

    def _press_fields(self, message: Message, key: str, card: Json, answers: presses.Selected, *, menu: bool) -> Json:
        task_id = message.copy.task_id if message.copy else ""
        sending = self._world.tasks.of_task(task_id)
        fields: Json = {
            "Event": "template_card_menu_event" if menu else "template_card_event",
            "EventKey": key,
            "TaskId": task_id,
            "CardType": card["card_type"],
            "ResponseCode": self._world.tasks.code(sending) if sending else "",
        }
        if answers:
            items = [{"QuestionKey": k, "OptionIds": {"OptionId": options}} for k, options in answers.items()]
            fields["SelectedItems"] = {"SelectedItem": items}
        return fields

    async def _file(self, userid: str, kind: str, name: str, data: bytes, manner: Manner) -> Json:
        content_type = {"image": picture_type(data), "voice": "audio/amr", "video": "video/mp4"}
        medium = self._world.shelf.add(kind, name, content_type.get(kind, "application/octet-stream"), data)
        fields = {"MediaId": medium.media_id} | self._extras(medium)
        return await self._tell(
            userid, kind, fields, {"media_id": medium.media_id, "name": name, "size": len(data)}, manner
        )

    def _extras(self, medium: Medium) -> Json:
        if medium.kind == "image":
            return {"PicUrl": f"{self._world.base_url}/media/{medium.media_id}"}
        if medium.kind == "voice":
            return {"Format": "amr"}
        return (
            {"ThumbMediaId": ""} if medium.kind == "video" else {"FileName": medium.name, "FileSize": len(medium.data)}
        )

    async def _tell(self, userid: str, kind: str, fields: Json, content: Json, manner: Manner) -> Json:
        number = self._world.message_id()
        self._world.chats.post(userid, "member", kind, content, str(number))
        head = self._head(userid) | {"MsgType": kind}
        outcome = await self._call(userid, head | fields | {"MsgId": number}, manner)
        return outcome | {"msgid": str(number)}

    def _head(self, userid: str) -> Json:
        return {
            "ToUserName": self._world.config.corp_id,
            "FromUserName": userid,
            "CreateTime": int(self._world.clock.now()),
        }

    def _event_head(self, userid: str) -> Json:
        return self._head(userid) | {"MsgType": "event"}

    async def _call(self, userid: str, fields: Json, manner: Manner, pressed: Message | None = None) -> Json:
        xml = envelope.document(fields | {"AgentID": self._world.config.agent_id})
        about = str(fields.get("Event") or fields.get("MsgType") or "")
        return await self._run(Errand(userid, about, xml, pressed, str(fields.get("ResponseCode", ""))), manner)

    async def _run(self, errand: Errand, manner: Manner) -> Json:
        work = self._finish(errand, manner)
        if manner.wait:
            return await work
        self._caller.background(work)
        return {"delivered": None}

    async def _finish(self, errand: Errand, manner: Manner) -> Json:
        begun = self._world.clock.now()
        delivery = await self._caller.deliver(errand.xml, manner.copies, overlap=manner.overlap)
        outcome = delivery.as_json() | {"reply": self._reply(errand, delivery)}
        entry = {"at": begun, "user": errand.userid, "what": errand.about, "xml": errand.xml}
        self._world.note_callback(entry | outcome)
        return outcome

    def _reply(self, errand: Errand, delivery: Delivery) -> Json:
        answer = delivery.answer
        if answer is None:
            return {}
        return apply_reply(self._world, errand.userid, errand.pressed, errand.code, answer.body)
