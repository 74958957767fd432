"""The channel against a vendor that misbehaves: tokens, codes, rubbish, silence, and a broker that is away."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.core.broker import MemoryBroker
from bot.core.cards import Button, Card
from bot.core.carrier import GiveUp, Spent, TryLater
from channels.wecom import WeCom, transport
from tests.contracts.wecom_vendor import DEAD, SECRET, Json, Vendor, running, settings

RECORDINGS = Path(__file__).parents[1] / "recordings" / "wecom"
HOME = "https://school.example/"
CARD = Card(key="work_order:12", title="新报修", buttons=(Button("接单", "work_order:12:accept"),))
JPEG = b"\xff\xd8\xff\xe0" + bytes(100)


def recording(name: str) -> Json:
    body: Json = json.loads((RECORDINGS / f"{name}.json").read_text())
    return body


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()


@pytest.fixture
async def wecom(vendor: Vendor) -> AsyncIterator[WeCom]:
    async with running(vendor) as given:
        channel = WeCom(given, MemoryBroker(), HOME)
        yield channel
        await channel.close()


async def test_many_at_once_fetch_one_token(vendor: Vendor) -> None:
    broker = MemoryBroker()
    async with running(vendor) as given:
        channels = [WeCom(given, broker, HOME) for _ in range(4)]
        await asyncio.gather(*(channel.say("wangfang", f"{n}") for n in range(20) for channel in channels))
        assert (vendor.calls["gettoken"], vendor.calls["message/send"]) == (1, 80)
        vendor.live.clear()
        await asyncio.gather(*(channel.say("wangfang", f"{n}") for n in range(20) for channel in channels))
        assert vendor.calls["gettoken"] == 2
        for channel in channels:
            await channel.close()


async def test_a_token_that_stays_dead_is_fetched_once_more_and_no_further(vendor: Vendor, wecom: WeCom) -> None:
    vendor.tell("message/send", DEAD)
    outcomes = await asyncio.gather(*(wecom.say("a", "x") for _ in range(80)), return_exceptions=True)
    assert all(isinstance(error, TryLater) and error.whole_lane for error in outcomes)
    assert vendor.calls["gettoken"] == 2


async def test_the_same_dead_token_again_is_not_asked_for_in_a_loop(vendor: Vendor, wecom: WeCom) -> None:
    vendor.tell("gettoken", {"errcode": 0, "access_token": "for ever", "expires_in": 7200})
    vendor.tell("message/send", DEAD)
    outcomes = await asyncio.gather(*(wecom.say("a", "x") for _ in range(40)), return_exceptions=True)
    assert all(isinstance(error, TryLater) and error.whole_lane for error in outcomes)
    assert vendor.calls["gettoken"] == 2


@pytest.mark.parametrize("code", [40001, 40013, 45009])
async def test_refused_credentials_are_not_tried_in_a_loop(vendor: Vendor, wecom: WeCom, code: int) -> None:
    vendor.tell("gettoken", {"errcode": code, "errmsg": f"invalid credential {SECRET}"})
    with capture_logs() as logs:
        outcomes = await asyncio.gather(*(wecom.say("a", "x") for _ in range(50)), return_exceptions=True)
    assert vendor.calls["gettoken"] == 1
    assert all(isinstance(error, TryLater) and error.whole_lane for error in outcomes)
    assert [entry["code"] for entry in logs if entry["log_level"] == "error"] == ([] if code == 45009 else [code])
    assert SECRET not in str(logs) + str(outcomes)


async def test_a_mended_secret_works_at_once(vendor: Vendor) -> None:
    broker = MemoryBroker()
    async with running(vendor) as given:
        wrong, right = WeCom(given, broker, HOME), WeCom(settings(given.api_base, "mended"), broker, HOME)
        vendor.tell("gettoken", {"errcode": 40001, "errmsg": "invalid credential"})
        with pytest.raises(TryLater):
            await wrong.say("a", "x")
        vendor.answers.clear()
        await right.say("a", "x")
        await wrong.close()
        await right.close()


CODES = {
    **dict.fromkeys([-1, 45009, 45033, 41001, 42001, 60020, 48002, 50003, 301002], "lane"),
    **dict.fromkeys([40003, 60111, 60011, 81013, 42031, 42039, 42045, 45002, 82001], "hopeless"),
    **dict.fromkeys([60140, 42016], "spent"),
    99999: "item",
}


@pytest.mark.parametrize("code", CODES)
async def test_a_code_decides_what_is_done(vendor: Vendor, wecom: WeCom, code: int) -> None:
    vendor.tell("message/update_template_card", {"errcode": code, "errmsg": "no"})
    with pytest.raises((TryLater, GiveUp, Spent)) as raised:
        await wecom.update("wangfang", CARD, "CODE")
    outcome = raised.value
    if isinstance(outcome, TryLater):
        assert CODES[code] == ("lane" if outcome.whole_lane else "item")
    else:
        assert CODES[code] == ("spent" if isinstance(outcome, Spent) else "hopeless")


async def test_a_refused_address_is_an_alarm_that_names_it(vendor: Vendor, wecom: WeCom) -> None:
    vendor.tell("message/send", recording("address_refused"))
    with capture_logs() as logs, pytest.raises(TryLater):
        await wecom.say("wangfang", "很私密的话")
    alarms = [entry for entry in logs if entry["log_level"] == "error"]
    assert [(entry["code"], entry["ip"]) for entry in alarms] == [(60020, "203.0.113.7")]
    assert "很私密的话" not in str(logs)
    assert "token-1" not in str(logs)


RUBBISH = {
    "a page": web.Response(text="<html>busy</html>", content_type="text/html"),
    "a list": web.Response(text="[]"),
    "a code that is a word": web.Response(text='{"errcode":"0"}'),
    "nothing": web.Response(),
    "502": web.Response(status=502, text="{}"),
    "404": web.Response(status=404, text="{}"),
    "elsewhere": web.Response(status=302, headers={"Location": "https://evil.example/"}),
}


@pytest.mark.parametrize("path", ["gettoken", "message/send"])
@pytest.mark.parametrize("name", RUBBISH)
async def test_rubbish_holds_the_lane(vendor: Vendor, wecom: WeCom, path: str, name: str) -> None:
    vendor.tell(path, RUBBISH[name])
    with pytest.raises(TryLater) as held:
        await wecom.send("wangfang", CARD)
    assert held.value.whole_lane


@pytest.mark.parametrize("name", ["a page", "a code that is a word", "502", "404", "elsewhere"])
async def test_rubbish_is_not_taken_for_a_file(vendor: Vendor, wecom: WeCom, name: str) -> None:
    vendor.tell("media/get", RUBBISH[name])
    with pytest.raises(TryLater) as held:
        await wecom.fetch("MEDIA")
    assert held.value.whole_lane


async def test_nobody_there_holds_the_lane_and_names_no_secret() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        wecom = WeCom(settings(f"http://127.0.0.1:{taken.getsockname()[1]}"), MemoryBroker(), HOME)
        with pytest.raises(TryLater) as held:
            await wecom.say("wangfang", "x")
        await wecom.close()
    assert held.value.whole_lane
    assert SECRET not in repr(held.value)
    assert held.value.__cause__ is None


async def test_silence_holds_the_lane(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "PATIENCE", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        wecom = WeCom(settings(f"http://127.0.0.1:{mute.getsockname()[1]}"), MemoryBroker(), HOME)
        with pytest.raises(TryLater) as held:
            await wecom.say("wangfang", "x")
        await wecom.close()
    assert held.value.whole_lane


class AwayBroker(MemoryBroker):
    """Redis that cannot be reached."""

    async def recall(self, key: str) -> str | None:
        """Fail as the client library does."""
        raise ConnectionError(key)

    async def remember(self, key: str, value: str, seconds: float) -> None:  # noqa: ARG002 - the interface's names
        """Fail as a socket does."""
        raise OSError(key)

    @contextlib.asynccontextmanager
    async def lock(self, key: str, seconds: float) -> AsyncIterator[None]:  # noqa: ARG002 - the interface's names
        """Fail before the lock is held."""
        raise ConnectionError(key)
        yield


class LosingBroker(MemoryBroker):
    """Redis that goes away while a lock is held."""

    @contextlib.asynccontextmanager
    async def lock(self, key: str, seconds: float) -> AsyncIterator[None]:
        """Fail when the lock is given back."""
        async with super().lock(key, seconds):
            yield
        raise ConnectionError(key)


@pytest.mark.parametrize("broker", [AwayBroker(), LosingBroker()], ids=["away", "goes away"])
async def test_without_a_broker_each_process_has_its_own_token(vendor: Vendor, broker: MemoryBroker) -> None:
    async with running(vendor) as given:
        wecom = WeCom(given, broker, HOME)
        await asyncio.gather(*(wecom.say("a", f"{n}") for n in range(20)))
        assert vendor.calls["gettoken"] == 1
        await wecom.close()


async def test_a_yes_to_nobody_is_given_up(vendor: Vendor, wecom: WeCom) -> None:
    vendor.tell("message/send", recording("send_partial"))
    with pytest.raises(GiveUp):
        await wecom.send("wangfang", CARD)
    vendor.tell("message/update_template_card", recording("update_partial"))
    with pytest.raises(GiveUp):
        await wecom.update("wangfang", CARD, "CODE")


async def test_a_name_that_the_vendor_knows_was_shown_by_an_earlier_try(vendor: Vendor, wecom: WeCom) -> None:
    vendor.tell("message/send", recording("send_ok"), {"errcode": 42014, "errmsg": "taskid has existed"})
    first, again = [await wecom.send("wangfang", CARD, "work_order-12-abc") for _ in range(2)]
    assert [body["template_card"]["task_id"] for body in vendor.bodies] == ["work_order-12-abc"] * 2
    assert (first.ref, first.code) == ("work_order-12-abc", "xyz")
    assert (again.ref, again.code) == ("work_order-12-abc", "")
    with pytest.raises(GiveUp):
        await wecom.send("wangfang", CARD)


@pytest.mark.parametrize("account", ["@all", "a|b", "", "张三", "a" * 65, "a b"])
async def test_nobody_else_is_ever_reached(vendor: Vendor, wecom: WeCom, account: str) -> None:
    with pytest.raises(GiveUp):
        await wecom.say(account, "x")
    assert not vendor.bodies


async def test_a_line_is_plain_and_bounded(vendor: Vendor, wecom: WeCom) -> None:
    await wecom.say("wangfang", '<A href="https://evil.example">点我</a> 1 < 2' + "漏" * 2000)
    content = vendor.bodies[0]["text"]["content"]
    assert content.startswith('＜A href="https://evil.example">点我＜/a> 1 < 2漏')
    assert len(content.encode()) <= 2048
    with pytest.raises(GiveUp):
        await wecom.say("wangfang", " \x00")


async def test_without_a_code_there_is_no_call(vendor: Vendor, wecom: WeCom) -> None:
    with pytest.raises(Spent):
        await wecom.retire("wangfang", "已被接单", "")
    assert not vendor.calls


def attachment(body: bytes, kind: str, name: str) -> web.Response:
    disposition = f'attachment; filename="{name}"'
    return web.Response(body=body, headers={"Content-Type": kind, "Content-Disposition": disposition})


OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILES = {
    "a photo": (JPEG, "image/jpeg", "image/jpeg"),
    "a photo under another name": (JPEG, "text/html", "image/jpeg"),
    "a page that calls itself a photo": (b"<script>", "image/png", "application/octet-stream"),
    "a voice": (b"#!AMR\n\x04", "audio/amr", "audio/amr"),
    "a video": (b"\x00\x00\x00\x18ftypmp42", "video/mp4", "video/mp4"),
    "a document": (b"%PDF-1.7", "application/pdf", "application/pdf"),
    "a sheet": (b"PK\x03\x04", OFFICE, OFFICE),
    "an archive": (b"PK\x03\x04", "text/html", "application/zip"),
    "a JSON file": (b'{"errcode":40007}', "application/json", "application/octet-stream"),
}


@pytest.mark.parametrize("name", FILES)
async def test_a_file_is_what_its_bytes_say(vendor: Vendor, wecom: WeCom, name: str) -> None:
    body, claimed, kind = FILES[name]
    vendor.tell("media/get", attachment(body, claimed, "..\\\\..\\\\etc/pass wd.bin"))
    fetched = await wecom.fetch("MEDIA")
    assert (fetched.body, fetched.media_type, fetched.name) == (body, kind, "pass wd.bin")


@pytest.mark.parametrize("code", [40007, 830002])
async def test_a_file_that_is_gone_or_too_large_is_given_up(vendor: Vendor, wecom: WeCom, code: int) -> None:
    vendor.tell("media/get", {"errcode": code, "errmsg": "no"})
    with pytest.raises(GiveUp):
        await wecom.fetch("MEDIA")


async def test_an_endless_file_is_not_read_to_its_end(
    vendor: Vendor, wecom: WeCom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "FILE_LIMIT", 1000)
    vendor.tell("media/get", attachment(JPEG * 20, "image/jpeg", "x.jpg"))
    with pytest.raises(GiveUp):
        await wecom.fetch("MEDIA")


async def test_a_file_fetched_with_a_dead_token_is_fetched_again(vendor: Vendor, wecom: WeCom) -> None:
    vendor.tell("media/get", DEAD, attachment(JPEG, "image/jpeg", "x.jpg"))
    assert (await wecom.fetch("MEDIA")).body == JPEG
    assert vendor.calls["gettoken"] == 2
