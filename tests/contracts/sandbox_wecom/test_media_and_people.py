"""Media, the address book and the web login, as strict as at the vendor."""

from __future__ import annotations

import io
import json
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from sandbox.samples import photo, voice
from tests.contracts.sandbox_wecom.town import AGENT, CORP, Json, Town


async def _upload(town: Town, kind: str, data: bytes, field_name: str = "media") -> Json:
    form = aiohttp.FormData()
    form.add_field(field_name, io.BytesIO(data), filename="照片.png", content_type="image/png")
    params = {"access_token": town.token, "type": kind}
    async with town.http.post(f"{town.base}/cgi-bin/media/upload", params=params, data=form) as response:
        answer: Json = json.loads(await response.read())
        return answer


async def test_media_are_checked_kept_three_days_and_delivered(town: Town) -> None:
    answer = await _upload(town, "image", photo())
    assert (answer["errcode"], answer["type"], answer["created_at"].isdecimal()) == (0, "image", True)
    assert (await town.send("image", {"media_id": answer["media_id"]}))["errcode"] == 0
    assert (await town.send("voice", {"media_id": answer["media_id"]}))["errcode"] == 40007
    await town.order("clock", move=3 * 86_400)
    await town.sign_in()
    assert (await town.api("media/get", media_id=answer["media_id"]))["errcode"] == 40007


@pytest.mark.parametrize(
    ("kind", "data", "code"),
    [
        ("image", b"12345", 40006),
        ("image", b"GIF89a" + bytes(20), 40004),
        ("image", photo() + bytes(10 * 1024 * 1024), 40009),
        ("voice", voice(61), 45007),
        ("voice", b"RIFF" + bytes(20), 40004),
        ("song", photo(), 40005),
    ],
)
async def test_a_wrong_upload_is_refused(town: Town, kind: str, data: bytes, code: int) -> None:
    assert (await _upload(town, kind, data))["errcode"] == code


async def test_an_upload_needs_the_field_media(town: Town) -> None:
    assert (await _upload(town, "image", photo(), "file"))["errcode"] == 44001


async def test_a_file_above_20_megabytes_needs_a_range(town: Town) -> None:
    medium = town.sandbox.world.shelf.add("file", "大.bin", "application/octet-stream", bytes(21 * 1024 * 1024))
    assert (await town.api("media/get", media_id=medium.media_id))["errcode"] == 830002
    params = {"access_token": town.token, "media_id": medium.media_id}
    headers = {"Range": "bytes=5-9"}
    async with town.http.get(f"{town.base}/cgi-bin/media/get", params=params, headers=headers) as response:
        assert (response.status, response.headers["Content-Range"]) == (206, "bytes 5-9/22020096")
        assert await response.read() == bytes(5)


async def test_contacts_show_the_visible_range_only(town: Town) -> None:
    person = await town.api("user/get", userid="LIMING")
    assert (person["name"], person["position"], "mobile" in person) == ("李明", "电工", False)
    assert (await town.api("user/get", userid="outsider"))["errcode"] == 60111
    listed = await town.api("user/simplelist", department_id=str(person["main_department"]))
    assert [user["userid"] for user in listed["userlist"]] == ["liming", "zhaoqiang"]


async def _authorize(town: Town, changes: dict[str, str], status: int = 302) -> str:
    query = {
        "appid": CORP, "redirect_uri": "http://bot.example:8080/login?next=%2Fboard", "response_type": "code",
        "scope": "snsapi_base", "state": "abc123", "agentid": str(AGENT),
    }  # fmt: skip
    address = f"{town.base}/connect/oauth2/authorize"
    async with town.http.get(address, params=query | changes, allow_redirects=False) as response:
        assert response.status == status
        return response.headers.get("Location") or await response.text()


async def test_a_phone_that_opens_a_link_is_signed_in_by_a_one_use_code(town: Town) -> None:
    assert "李明" in await _authorize(town, {}, 200)
    opened = f"{town.base}/phones/liming/open"
    town.http.cookie_jar.clear()
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as phone:
        async with phone.get(opened, params={"url": "http://bot.example:8080/"}, allow_redirects=False) as response:
            assert (response.status, response.headers["Location"]) == (302, "http://bot.example:8080/")
        own, town.http = town.http, phone
        query = parse_qs(urlsplit(await _authorize(town, {})).query)
        town.http = own
    assert (query["next"], query["state"]) == (["/board"], ["abc123"])
    assert (await town.api("auth/getuserinfo", code=query["code"][0]))["userid"] == "liming"
    assert (await town.api("auth/getuserinfo", code=query["code"][0]))["errcode"] == 40029


async def test_a_login_code_lives_five_minutes(town: Town) -> None:
    location = await _authorize(town, {"as": "liming"})
    await town.order("clock", move=300)
    code = parse_qs(urlsplit(location).query)["code"][0]
    assert (await town.api("auth/getuserinfo", code=code))["errcode"] == 40029


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"redirect_uri": "http://evil.example/login"}, "50001"),
        ({"redirect_uri": "http://bot.example/login"}, "50001"),
        ({"redirect_uri": "javascript:alert(1)"}, "50001"),
        ({"appid": "ww0"}, "40013"),
        ({"agentid": "7"}, "40056"),
        ({"state": "with-dash"}, "40058"),
        ({"scope": "all"}, "40058"),
    ],
)
async def test_a_wrong_login_link_is_refused(town: Town, changes: dict[str, str], code: str) -> None:
    assert code in await _authorize(town, changes, 400)
