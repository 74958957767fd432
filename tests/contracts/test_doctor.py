"""The doctor, over a whole installation and its vendor: what is well is said, and each trouble has its own finding."""

import asyncio
import os
import ssl
import sys
from asyncio.subprocess import PIPE
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from structlog.testing import capture_logs

import channels
import dev
import handlers
from bot import doctor
from bot.app import opened
from bot.commands.houses import house_of
from bot.core.findings import Finding, Level
from bot.core.texts import Catalogue
from bot.doctor import examination, told
from bot.doctor.patient import Patient
from bot.doctor.trial import trial
from channels.wecom import examination as vendor_side
from channels.wecom import ringing
from models import Account, InboxEvent, Membership, OutboxItem, Person, ShownCard
from tests.clinic import HOUSE_KEY, KEY, SECRET, TOKEN, Clinic, clinic, environment
from tests.databases import MakeDatabase
from tests.servers import free_port
from web import health

WORDS = Catalogue((handlers.FOLDER, doctor.FOLDER, channels.FOLDER))
USUAL = {"settings.local_url", "database.not_durable", "redis.slow"}
"""What a test's own installation is not ashamed of: it is local, its database quick rather than safe, its host busy."""

Admit = Callable[..., AbstractAsyncContextManager[Clinic]]


@pytest.fixture
def admit(broker_url: str, tmp_path: Path) -> Admit:
    """Have an installation examined: settings as keywords, without their prefix."""

    def come(url: str, *, workers: bool = True, **changed: str) -> AbstractAsyncContextManager[Clinic]:
        given = {f"HOUQIN_{name.upper()}": value for name, value in changed.items()}
        return clinic(environment(url, broker_url, tmp_path), workers=workers, **given)

    return come


@pytest.fixture
async def url(fresh_database_url: MakeDatabase) -> str:
    """A fresh database with the present schema."""
    return await fresh_database_url()


def said(finding: Finding) -> str:
    """What it says and advises, in both languages."""
    return " ".join(f"{told.what(finding, WORDS[name])} {told.todo(finding, WORDS[name])}" for name in ("zh_CN", "en"))


# -- all is well


async def test_a_sound_installation_is_well_and_nobody_is_disturbed(admit: Admit, url: str) -> None:
    async with admit(url) as here:
        found = await here.found()
        bad = {key for key, finding in found.items() if finding.level is not Level.OK}
        assert bad <= USUAL, bad
        well_known = {"wecom.token", "wecom.agent", "wecom.clock_ok", "wecom.callback", "wecom.press", "workers.alive"}
        assert well_known <= set(found)
        assert {"storage.works", "migrations.current", "disk.enough", "public_url.open", "staff.complete"} <= set(found)
        rows = await InboxEvent.all()
        assert [(row.state, row.body["kind"]) for row in rows] == [("done", "check")]
        assert (await OutboxItem.all().count(), await ShownCard.all().count()) == (0, 0)
        assert not here.sandbox.world.chats.of("li")


async def test_nothing_that_is_told_holds_a_secret(admit: Admit, url: str) -> None:
    async with admit(url) as here:
        here.sandbox.world.faults.order({"untrusted_ip": True})
        report = await here.house.doctor.examine()
        text = orjson.dumps([told.as_json(report, WORDS[name]) for name in ("zh_CN", "en")]).decode() + report.pack()
        for secret in (HOUSE_KEY, SECRET, TOKEN, KEY):
            assert secret not in text


async def test_who_asks_meanwhile_gets_the_examination_that_is_under_way(admit: Admit, url: str) -> None:
    async with admit(url) as here:
        first, second = await asyncio.gather(here.house.doctor.examine(), here.house.doctor.examine())
        assert first is second
        latest = await here.house.doctor.latest()
        assert latest is not None
        assert latest.pack() == first.pack()


# -- the vendor


@pytest.mark.parametrize(
    ("order", "key"),
    [
        ({"untrusted_ip": True}, "wecom.ip"),
        ({"errcode": 60020, "path": "agent/get"}, "wecom.ip"),
        ({"errcode": 48002, "path": "agent/get"}, "wecom.forbidden"),
        ({"errcode": 50003, "path": "agent/get"}, "wecom.closed"),
        ({"errcode": 45033, "path": "gettoken"}, "wecom.busy"),
        ({"errcode": -1, "path": "agent/get"}, "wecom.busy"),
        ({"errcode": 40058, "path": "agent/get"}, "wecom.code"),
        ({"down": True}, "wecom.unreachable"),
        ({"status": 502}, "wecom.unreachable"),
        ({"rubbish": 1}, "wecom.unreachable"),
    ],
    ids=str,
)
async def test_each_trouble_with_the_vendor_has_its_finding(
    admit: Admit, url: str, order: dict[str, object], key: str
) -> None:
    async with admit(url) as here:
        here.sandbox.world.faults.order(order)
        found = await here.found()
        assert found[key].level is Level.ERROR
        assert "wecom.press" in found, "the own side is looked at all the same"
        if key == "wecom.ip":
            assert "127.0.0.1" in told.what(found[key], WORDS["zh_CN"])
            assert "127.0.0.1" in told.todo(found[key], WORDS["zh_CN"]), "the address to enter"


async def test_a_wrong_secret_is_said_and_not_tried_again(admit: Admit, url: str) -> None:
    async with admit(url, wecom_secret="another") as here:
        for _ in range(7):
            found = await here.found()
            assert "wecom.secret" in found
        asked = [call for call in here.sandbox.world.calls if call["path"] == "gettoken"]
        assert len(asked) == 1, "five would have this address banned for an hour"


async def test_a_ban_is_told_from_a_busy_hour(admit: Admit, url: str) -> None:
    async with admit(url) as here:
        here.sandbox.world.faults.order({"errcode": 45009, "path": "gettoken"})
        assert "wecom.banned" in await here.found()


@pytest.mark.parametrize(
    ("setting", "value", "key"), [("wecom_corp_id", "wwother", "wecom.corp"), ("wecom_agent_id", "7", "wecom.agent_id")]
)
async def test_credentials_of_another_app_are_recognised(
    admit: Admit, url: str, setting: str, value: str, key: str
) -> None:
    async with admit(url, **{setting: value}) as here:
        assert (await here.found())[key].level is Level.ERROR


async def test_a_trusted_domain_that_is_not_ours_is_named_with_ours(admit: Admit, url: str) -> None:
    async with admit(url) as here:
        here.sandbox.world.trusted_host = "old.example.edu.cn"
        finding = (await here.found())["wecom.domain"]
        assert finding.level is Level.WARNING
        assert "old.example.edu.cn" in said(finding)
        assert here.environ["HOUQIN_PUBLIC_URL"].removeprefix("http://") in said(finding)


# -- our own door


async def test_a_press_that_no_worker_takes_is_said(admit: Admit, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ringing, "HEARD", 0.2)
    async with admit(url, workers=False) as here:
        found = await here.found()
        assert {"wecom.press_waiting", "workers.never", "wecom.callback"} <= set(found)


async def test_a_press_into_another_database_is_said(admit: Admit, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ringing, "HEARD", 0.2)

    async def nowhere(*_: object) -> str:
        return ""

    async with admit(url) as here:
        monkeypatch.setattr(type(here.house.services.checkup), "state_of", nowhere)
        assert "wecom.press_elsewhere" in await here.found()


async def test_a_bot_with_another_token_behind_the_address_is_said(admit: Admit, url: str) -> None:
    async with admit(url) as here:
        changed = house_of({**here.environ, "HOUQIN_WECOM_TOKEN": "changedandnotrestarted"})
        found = {finding.key for finding in (await changed.doctor.examine()).findings}
        assert "wecom.callback_refused" in found
        await changed.close()


async def test_an_address_that_nobody_answers_is_said(admit: Admit, url: str) -> None:
    async with admit(url, public_url=f"http://127.0.0.1:{free_port()}") as here:
        assert {"public_url.closed", "wecom.callback_unreachable"} <= set(await here.found())


async def test_an_address_that_is_somebody_elses_is_said(admit: Admit, url: str) -> None:
    async with admit(url) as here:
        base = here.environ["HOUQIN_WECOM_API_BASE"]
        other = house_of({**here.environ, "HOUQIN_PUBLIC_URL": base})
        found = {finding.key for finding in (await other.doctor.examine()).findings}
        assert {"public_url.stranger", "wecom.callback_status"} <= found
        await other.close()


# -- what it stands on


async def examined(environ: dict[str, str], **instruments: object) -> dict[str, Finding]:
    """The findings about an installation that nobody serves."""
    house = house_of(environ)
    async with opened(house):
        patient = replace(house.doctor.patient, **instruments)  # type: ignore[arg-type]
        report = await examination.Doctor(patient).examine()
    return {finding.key: finding for finding in report.findings}


async def test_a_database_that_is_away_hides_nothing_else(database_kind: str, broker_url: str, tmp_path: Path) -> None:
    away = {"sqlite": f"sqlite://{tmp_path}", "postgres": f"asyncpg://nobody@127.0.0.1:{free_port()}/none"}
    found = await examined(environment(away[database_kind], broker_url, tmp_path))
    assert found["database.away"].level is Level.ERROR
    assert {"storage.works", "disk.enough", "check.unseen", "settings.no_channels", "public_url.closed"} <= set(found)


async def test_an_old_schema_is_said_with_what_is_missing(
    fresh_database_url: MakeDatabase, broker_url: str, tmp_path: Path
) -> None:
    found = await examined(environment(await fresh_database_url(migrated=False), broker_url, tmp_path))
    assert "0001_initial" in str(found["migrations.behind"].params["names"])
    assert "houqin migrate" in said(found["migrations.behind"])


async def test_a_redis_that_is_away_is_said(url: str, tmp_path: Path) -> None:
    found = await examined(environment(url, f"redis://127.0.0.1:{free_port()}/0", tmp_path))
    assert found["redis.away"].level is Level.ERROR
    assert "staff.empty" in found


async def test_a_storage_that_cannot_be_written_is_said(url: str, broker_url: str, tmp_path: Path) -> None:
    (tmp_path / "a file").touch()
    given = environment(url, broker_url, tmp_path, HOUQIN_STORAGE_URL=f"file://{tmp_path}/a file/files")
    assert (await examined(given))["storage.broken"].level is Level.ERROR


@dataclass(frozen=True)
class Room:
    """Room on a disk that nobody has."""

    free: int
    total: int = 100 << 30


@pytest.mark.parametrize(
    ("free", "key", "level"),
    [
        (1 << 20, "disk.short", Level.ERROR),
        (5 << 30, "disk.little", Level.WARNING),
        (50 << 30, "disk.enough", Level.OK),
    ],
)
async def test_a_disk_is_told_before_it_is_full(
    url: str, broker_url: str, tmp_path: Path, free: int, key: str, level: Level
) -> None:
    found = await examined(environment(url, broker_url, tmp_path), space=lambda _: Room(free))
    assert found[key].level is level


async def test_settings_that_work_and_should_not_stay(url: str, broker_url: str, tmp_path: Path) -> None:
    given = environment(
        url, broker_url, tmp_path, HOUQIN_SECRET_KEY="aaaaaaaaaaaaaaaa", HOUQIN_PUBLIC_UR="https://a.example",
        HOUQIN_PUBLIC_URL="http://school.invalid",
    )  # fmt: skip
    (tmp_path / "data").chmod(0o755)
    found = await examined(given)
    assert {"settings.weak_key", "settings.unknown", "settings.plain_url", "settings.no_channels"} <= set(found)
    assert found["settings.unknown"].params == {"name": "HOUQIN_PUBLIC_UR"}


async def test_what_waits_and_what_was_given_up_is_told(admit: Admit, url: str) -> None:
    async with admit(url, workers=False) as here:
        now = here.house.services.clock()
        for state, error in (("waiting", ""), ("dead", "message/send: 81013")):
            await OutboxItem.create(
                lane="wecom", account="li", subject="work_order", subject_id=7, step="accept", state=state,
                error=error, due_at=now, created_at=now.replace(year=now.year - 1),
            )  # fmt: skip
        found = await here.found()
        assert found["queues.stuck"].params["items"] == 1
        assert found["given_up.some"].params == {"items": 1, "events": 0}
        assert "81013" in said(found["given_up.one"])


async def test_gaps_in_the_schools_own_lists_are_told(admit: Admit, url: str) -> None:
    async with admit(url) as here:
        await Membership.filter(team="furniture").delete()
        await Account.filter(account="mei").delete()
        await Person.filter(name="侯主任").update(roles=["teacher"])
        await here.house.services.directory.changed()
        found = await here.found()
        assert found["staff.no_mender"].params == {"category": "furniture"}
        assert found["staff.unreachable"].params == {"count": 1, "names": "梅老师"}
        assert {"staff.no_head", "staff.no_admin"} <= set(found)


# -- the examination itself


async def test_a_check_that_hangs_or_breaks_is_a_finding(
    url: str, broker_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hangs(_: Patient) -> list[Finding]:
        await asyncio.Event().wait()
        return []

    async def breaks(_: Patient) -> list[Finding]:
        raise ValueError("postgres://user:password@host")

    checks: dict[str, Callable[[Patient], Awaitable[list[Finding]]]] = {"one": hangs, "two": breaks}
    monkeypatch.setattr(examination, "ALONE", checks)
    monkeypatch.setattr(examination, "PATIENCE", 0.5)
    with capture_logs() as logs:
        found = await examined(environment(url, broker_url, tmp_path))
    assert found["check.slow"].params["name"] == "one"
    assert found["check.failed"].params == {"name": "two", "why": "ValueError"}
    assert "password" not in str(logs)


# -- a real card for a real person


async def test_a_trial_card_is_pressed_and_thanked_for(admit: Admit, url: str) -> None:
    async with admit(url) as here:
        chats = here.sandbox.world.chats
        asked = asyncio.create_task(
            trial(here.house.channels["wecom"], "li", here.house.doctor.patient, WORDS["zh_CN"], 20)
        )
        async with asyncio.timeout(10):
            while not chats.of("li"):  # noqa: ASYNC110 - the sandbox rings no bell of ours
                await asyncio.sleep(0.01)
        (message,) = chats.of("li")
        assert message.copy is not None
        key = str(message.copy.present.card["button_list"][0]["key"])
        await here.sandbox.people.press("li", message.copy.task_id, key)
        assert (await asked).key == "trial.pressed"
        assert "谢谢" in str(message.copy.present.card)
        assert await OutboxItem.all().count() == 0


async def test_a_trial_that_nobody_presses_ends(admit: Admit, url: str) -> None:
    async with admit(url) as here:
        ended = await trial(here.house.channels["wecom"], "li", here.house.doctor.patient, WORDS["en"], 0.2)
        assert ended.key == "trial.silent"
        refused = await trial(here.house.channels["wecom"], "stranger", here.house.doctor.patient, WORDS["en"], 0.2)
        assert (refused.key, refused.params["account"]) == ("trial.refused", "stranger")


def test_every_meaning_of_a_code_has_its_advice() -> None:
    for meaning in {*vendor_side.MEANINGS.values(), "banned", "code"}:
        assert f"doctor.wecom.{meaning}.todo" in WORDS["en"].keys


# -- the certificate


def certified(folder: Path, days: int, *, known: bool, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's side of TLS with a certificate that ends in so many days; `known` if this machine trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days, hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(made.public_bytes(Encoding.PEM) + plain)
    if known:
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


@pytest.mark.parametrize(
    ("days", "known", "key"),
    [(80, True, "public_url.trusted"), (5, True, "public_url.expiring"), (80, False, "public_url.certificate")],
)
async def test_a_certificate_is_looked_at(
    url: str,
    broker_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    days: int,
    known: bool,
    key: str,
) -> None:
    context = certified(tmp_path, days, known=known, monkeypatch=monkeypatch)
    app = web.Application()
    app.router.add_get("/healthz", health.alive)
    server = TestServer(app, host="localhost", scheme="https")
    await server.start_server(ssl=context)
    try:
        given = environment(url, broker_url, tmp_path, HOUQIN_PUBLIC_URL=f"https://localhost:{server.port}")
        found = await examined(given)
    finally:
        await server.close()
    assert key in found
    if known:
        assert found[key].params["days"] == days


# -- the command


async def test_the_command_says_all_beside_a_running_bot(admit: Admit, url: str, tmp_path: Path) -> None:
    async with admit(url) as here:
        environ = {**here.environ, "PATH": os.environ["PATH"], "LANG": "en_US.UTF-8", "PYTHONPATH": str(dev.ROOT)}
        ran = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "doctor", "--json", cwd=tmp_path, env=environ, stdout=PIPE, stderr=PIPE
        )
        told_all, complaints = await ran.communicate()
    report = orjson.loads(told_all)
    assert not complaints
    errors = {finding["key"] for finding in report["findings"] if finding["level"] == "error"}
    assert errors <= USUAL
    assert ran.returncode == (1 if errors else 0)
    assert "wecom.press" in {finding["key"] for finding in report["findings"]}
    for secret in (HOUSE_KEY, SECRET, TOKEN, KEY):
        assert secret.encode() not in told_all


async def test_the_command_names_every_bad_setting_and_fails(tmp_path: Path) -> None:
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(dev.ROOT), "HOUQIN_TZ": "Mars/Olympus"}
    ran = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "doctor", cwd=tmp_path, env=environ, stdout=PIPE, stderr=PIPE
    )
    told_all, _ = await ran.communicate()
    assert ran.returncode == 1
    for name in ("HOUQIN_SECRET_KEY", "HOUQIN_TZ"):
        assert name in told_all.decode()
