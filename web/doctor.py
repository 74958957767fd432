"""The check-up as a page for administrators: what was found, what to do, and what was given up, to be tried again."""

from dataclasses import dataclass

import structlog
from aiohttp import web as http

from bot.core.findings import Finding, Level
from bot.core.pipeline import INBOX
from bot.doctor import told
from bot.doctor.report import Report
from domain.grants import Permission
from web import page, seals, sessions
from web.login import sign_in_first
from web.site import SITE
from web.times import Moments
from web.visitor import Visitor

log = structlog.get_logger(__name__)

HERE = "/admin/doctor"
REPLAY = "/admin/replay"
REPLAYED = "replayed"
"""What the address says after a replay: how many."""
MOST_DIGITS = 9
WAYS = {
    "wecom": ("https://work.weixin.qq.com/wework_admin/frame#apps", "web.doctor.console"),
    "given_up": ("#given-up", "web.doctor.list"),
}
"""Where somebody can act, by group: address and words."""


def mount(app: http.Application) -> None:
    """Hang the check-up on an application."""
    app.router.add_get(HERE, show)
    app.router.add_post(HERE, examine)
    app.router.add_post(REPLAY, replay)


async def _administrator(request: http.Request) -> Visitor | None:
    """Who may look into the engine room; `HTTPForbidden` for everybody else who has signed in."""
    visitor = await sessions.signed_in(request)
    if visitor is not None and not visitor.actor.may(Permission.SCHOOL_ADMIN):
        raise http.HTTPForbidden
    return visitor


async def show(request: http.Request) -> http.Response:
    """The last report, and the list of what was given up."""
    visitor = await _administrator(request)
    if visitor is None:
        return sign_in_first(request, HERE)
    site, texts = request.app[SITE], page.texts_of(request)
    report = await site.doctor.latest()
    count = request.query.get(REPLAYED, "")
    values = {
        "report": report,
        "groups": _by_weight(report) if report else [],
        "summary": told.summary(report, texts) if report else "",
        "what": lambda finding: told.what(finding, texts),
        "todo": lambda finding: told.todo(finding, texts),
        "named": lambda group: told.group_name(group, texts),
        "ways": WAYS,
        "given_up": await site.services.checkup.given_up(),
        "replayed": int(count) if count.isdecimal() and len(count) <= MOST_DIGITS else None,
        "seal": seals.seal(request, visitor, HERE),
        "replay_seal": seals.seal(request, visitor, REPLAY),
        "when": Moments(texts, site.services.zone, site.services.clock()),
    }
    return page.render(request, "doctor.html", values)


@dataclass(frozen=True, slots=True)
class Group:
    """What was found about one thing: `open` needs somebody, `fine` does not."""

    name: str
    level: Level
    open: list[Finding]
    fine: list[Finding]


def _by_weight(report: Report) -> list[Group]:
    """The groups, the worst first."""
    groups = [
        Group(
            name,
            Report(report.at, findings).level,
            [finding for finding in findings if finding.level is not Level.OK],
            [finding for finding in findings if finding.level is Level.OK],
        )
        for name, findings in report.groups().items()
    ]
    order = (Level.ERROR, Level.WARNING, Level.OK)
    return sorted(groups, key=lambda group: order.index(group.level))


async def _sealed(request: http.Request, purpose: str) -> Visitor | None:
    """The administrator who sent one of our own forms; `BadSeal` for any other form."""
    seals.check_origin(request)
    visitor = await _administrator(request)
    if visitor is not None:
        seals.opened(request, visitor, purpose, (await request.post()).get("seal"))
    return visitor


async def examine(request: http.Request) -> http.Response:
    """Look at everything now, then show it."""
    if await _sealed(request, HERE) is None:
        return sign_in_first(request, HERE)
    await request.app[SITE].doctor.examine()
    return _to(HERE)


async def replay(request: http.Request) -> http.Response:
    """Let everything that was given up or set aside try again."""
    visitor = await _sealed(request, REPLAY)
    if visitor is None:
        return sign_in_first(request, HERE)
    site = request.app[SITE]
    count = await site.services.mailroom.replay()
    log.info("doctor.replayed", person=visitor.person, count=count)
    await site.broker.ring(INBOX)
    return _to(f"{HERE}?{REPLAYED}={count}")


def _to(address: str) -> http.Response:
    return http.Response(status=303, headers={"Location": address, "Cache-Control": "no-store"})
