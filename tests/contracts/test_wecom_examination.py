"""The doctor's questions to a vendor whose console says odd things, or whose clock is not ours."""

from typing import Any

import pytest
from aiohttp import web

from bot.core.findings import Level
from channels.wecom.examination import Examination
from tests.contracts.wecom_vendor import Vendor, running

AGENT: dict[str, Any] = {
    "errcode": 0,
    "name": "掌上后勤",
    "close": 0,
    "redirect_domain": "school.example",
    "allow_userinfos": {"user": [{"userid": "a"}]},
}
HOME = "https://school.example"


async def asked(vendor: Vendor) -> dict[str, Level]:
    """The findings, by key."""
    async with running(vendor) as given:
        return {finding.key: finding.level for finding in await Examination(given, HOME).run()}


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({}, "wecom.agent"),
        ({"close": 1}, "wecom.closed"),
        ({"allow_userinfos": {"user": []}, "allow_partys": {"partyid": []}}, "wecom.invisible"),
        ({"allow_userinfos": None, "allow_partys": {"partyid": [1]}}, "wecom.agent"),
        ({"redirect_domain": ""}, "wecom.domain"),
    ],
)
async def test_the_console_is_read(changed: dict[str, Any], key: str) -> None:
    vendor = Vendor()
    vendor.tell("agent/get", {**AGENT, **changed})
    assert key in await asked(vendor)


@pytest.mark.parametrize(
    ("date", "key"),
    [("Mon, 01 Jan 2024 00:00:00 GMT", "wecom.clock"), ("rubbish", None), ("", None)],
)
async def test_the_vendors_time_is_compared_with_ours(date: str, key: str | None) -> None:
    vendor = Vendor()
    answer = web.json_response({"errcode": 0, "access_token": "t", "expires_in": 7200}, headers={"Date": date})
    vendor.tell("gettoken", answer)
    found = await asked(vendor)
    assert ("wecom.clock" in found) is (key is not None)
    assert "wecom.clock_ok" not in found


async def test_an_answer_that_is_no_object_is_no_answer() -> None:
    vendor = Vendor()
    vendor.tell("gettoken", web.Response(text='["errcode"]', content_type="application/json"))
    assert await asked(vendor) == {"wecom.unreachable": Level.ERROR}
