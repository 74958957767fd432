"""Members, departments and the web login's second half (WeCom: 通讯录管理, 获取访问用户身份)."""

from __future__ import annotations

from typing import Any

from sandbox.config import Member
from sandbox.wecom.call import Call
from sandbox.wecom.errors import VendorError
from sandbox.wecom.world import World

Json = dict[str, Any]
_OK: Json = {"errcode": 0, "errmsg": "ok"}


def agent_get(world: World, call: Call) -> Json:
    """What the console says of the app (WeCom: 获取指定的应用详情). Raises VendorError 40056, 301002."""
    asked = call.query.get("agentid", "")
    if not asked.isdecimal():
        raise VendorError(40056, f"agentid {asked!r}")
    if int(asked) != world.config.agent_id:
        raise VendorError(301002, f"agentid {asked}")
    return _OK | {
        "agentid": world.config.agent_id,
        "name": world.config.app_name,
        "description": "",
        "allow_userinfos": {"user": [{"userid": member.userid} for member in world.directory.people()]},
        "allow_partys": {"partyid": []},
        "allow_tags": {"tagid": []},
        "close": 0,
        "redirect_domain": world.trusted_host or "",
        "report_location_flag": 0,
        "isreportenter": 1,
        "home_url": "",
    }


def user_get(world: World, call: Call) -> Json:
    """One member."""
    return _OK | world.directory.profile(world.directory.get(call.query.get("userid", "")))


def _line(world: World, member: Member) -> Json:
    return {"userid": member.userid, "name": member.name, "department": [world.directory.department_of(member)]}


def user_simplelist(world: World, call: Call) -> Json:
    """Direct members of a department, by name."""
    people = world.directory.people(world.directory.department(call.query.get("department_id")))
    return _OK | {"userlist": [_line(world, member) for member in people]}


def user_list(world: World, call: Call) -> Json:
    """Direct members of a department, in full."""
    people = world.directory.people(world.directory.department(call.query.get("department_id")))
    return _OK | {"userlist": [world.directory.profile(member) for member in people]}


def department_list(world: World, call: Call) -> Json:
    """Departments in full."""
    return _OK | {"department": world.directory.branches(call.query.get("id"))}


def department_simplelist(world: World, call: Call) -> Json:
    """Departments by number."""
    branches = world.directory.branches(call.query.get("id"))
    return _OK | {
        "department_id": [{name: branch[name] for name in ("id", "parentid", "order")} for branch in branches]
    }


def department_get(world: World, call: Call) -> Json:
    """One department."""
    return _OK | {"department": world.directory.branch(world.directory.department(call.query.get("id")))}


def callback_ips(_world: World, call: Call) -> Json:
    """Where callbacks come from: the machine that asks, because the sandbox runs beside the bot."""
    return _OK | {"ip_list": [call.ip]}


def getuserinfo(world: World, call: Call) -> Json:
    """Who opened the page. Raises VendorError 40029 for a code that is used, unknown or older than five minutes."""
    return _OK | {"userid": world.logins.redeem(call.query.get("code", ""))}


def getuserinfo_old(world: World, call: Call) -> Json:
    """The same under its old path, which spells the field with a capital."""
    return _OK | {"UserId": world.logins.redeem(call.query.get("code", ""))}


def gettoken(world: World, call: Call) -> Json:
    """A fresh access token for the app's secret. Raises VendorError 40013, 40001, 45009."""
    corp_id, secret = call.query.get("corpid", ""), call.query.get("corpsecret", "")
    if not corp_id or not secret:
        raise VendorError(40013 if not corp_id else 40001)
    token = world.tokens.issue(corp_id, secret, call.ip)
    return _OK | {"access_token": token, "expires_in": 7200}
