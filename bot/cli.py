"""The one console command, `houqin`."""

import argparse
import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import structlog
from dotenv import dotenv_values
from pydantic import ValidationError

from bot import demo, drawings, logs
from bot.app import House, build, opened, readiness, served
from bot.core.broker import open_broker
from bot.core.texts import Catalogue, Texts
from channels import CHANNELS
from channels.base import Channel
from config.data import DEMO_SCHOOL, load_catalog, load_roles, own_file, read_school
from config.settings import Settings, SettingsError, problems_of
from domain.errors import Refusal
from domain.work_orders import REPAIR
from handlers import FOLDER
from models.schema import migrate, open_database
from sandbox import Sandbox
from services.database import transaction
from services.loading import Loading, Report
from services.places import Places
from understanding import AssetWords, PlaceWords, Reader
from understanding.lines import answer_line

log = structlog.get_logger(__name__)
Environment = Mapping[str, str]
DOCS = Path("docs/workflows.md")
ADVICE = {
    "database": "连不上数据库，请检查 HOUQIN_DATABASE_URL / the database does not answer: check HOUQIN_DATABASE_URL",
    "migrations": "数据库结构不是最新，请运行 houqin migrate / run houqin migrate",
    "inbox": "有消息等了很久没有处理，请看日志，确认 worker 在运行 / events wait: is a worker running?",
    "outbox": "有卡片等了很久没有发出，请看日志和企业微信的错误码 / cards wait: see the log for the vendor's codes",
    "redis": "连不上 Redis，请检查 HOUQIN_REDIS_URL / Redis does not answer: check HOUQIN_REDIS_URL",
    "channels": "没有启用任何渠道，请设置 HOUQIN_CHANNELS=wecom / no channel is on: set HOUQIN_CHANNELS=wecom",
    "public_url": "手机打不开 127.0.0.1，请把 HOUQIN_PUBLIC_URL 设为外网地址 / phones cannot reach 127.0.0.1",
}
"""What to do about each thing that `doctor` finds."""
WRONG = 2
"""Exit code for a command line or an environment that cannot be used."""


class CommandError(Exception):
    """Something that the caller can put right; its text says how."""


def environment() -> Environment:
    """The environment, completed by a .env file in the working folder."""
    from_file = {key: value for key, value in dotenv_values(".env").items() if value is not None}
    return {**from_file, **os.environ}


def settings_of(environ: Environment) -> tuple[Settings, list[str]]:
    """The settings and the names of the channels that are on; `SettingsError` with everything that is wrong."""
    settings = Settings.read(environ)
    if unknown := [name for name in settings.channel_names if name not in CHANNELS]:
        raise SettingsError([f"HOUQIN_CHANNELS: {', '.join(unknown)}: there are only {', '.join(CHANNELS)}"])
    return settings, settings.channel_names


def house_of(environ: Environment, *, framed_by: tuple[str, ...] = ()) -> House:
    """The house that an environment describes; all problems of all settings at once."""
    problems: list[str] = []
    settings: Settings | None = None
    try:
        settings, names = settings_of(environ)
    except SettingsError as error:
        problems += error.problems
        names = [name.strip() for name in environ.get("HOUQIN_CHANNELS", "").split(",") if name.strip() in CHANNELS]
    broker = open_broker(settings.redis_url if settings else "memory://")
    channels: dict[str, Channel] = {}
    for name in names:
        try:
            channels[name] = CHANNELS[name](environ, broker, settings.public_url if settings else "")
        except ValidationError as error:
            problems += problems_of(error)
    if settings is None or problems:
        raise SettingsError(problems)
    return build(settings, broker, channels, framed_by=framed_by)


async def until_stopped() -> None:
    """Return when the process is asked to end (Ctrl-C, SIGTERM)."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    await stop.wait()


# -- commands


async def serve(args: argparse.Namespace) -> None:
    """The bot from its environment."""
    environ = environment()
    house = house_of(environ)
    logs.configure(house.settings.log_format)
    async with served(house, pages=args.only != "worker", workers=args.only != "web") as address:
        log.info("serving", address=address, only=args.only or "all", channels=list(house.channels))
        await until_stopped()
        log.info("stopping")


async def run_demo(args: argparse.Namespace) -> None:
    """The bot with the demo school, and the city outside it."""
    environ = environment()
    logs.configure("console")
    data = Path(environ.get("HOUQIN_DATA_DIR") or "data") / "demo"
    public_url = f"http://127.0.0.1:{args.port}"
    config = demo.vendor(public_url, Catalogue((FOLDER,))["zh_CN"])
    sandbox = Sandbox(config)
    base = await listening(sandbox.start("127.0.0.1", args.sandbox_port), args.sandbox_port)
    try:
        own = {
            "HOUQIN_DATA_DIR": str(data),
            "HOUQIN_DATABASE_URL": f"sqlite://{data}/houqin.db",
            "HOUQIN_SECRET_KEY": demo.kept_secret(data),
            "HOUQIN_PUBLIC_URL": public_url,
            "HOUQIN_PORT": str(args.port),
            **demo.environment(config, base),
        }
        house = house_of(own, framed_by=(base,))
        await migrate(house.settings.database_url)
        await load_demo_school(house)
        await run_both(house, sandbox, base)
    finally:
        await sandbox.stop()


async def load_demo_school(house: House) -> None:
    """The demo's people, places and devices; again changes nothing."""
    context = await open_database(house.settings.database_url)
    try:
        await loading(house.settings).load_school(DEMO_SCHOOL)
    finally:
        await context.close_connections()


async def run_both(house: House, sandbox: Sandbox, base: str) -> None:
    """Serve until stopped, and say when both answer."""
    async with contextlib.AsyncExitStack() as stack:
        bot = await listening(stack.enter_async_context(served(house)), house.settings.port)
        sandbox.connect(f"{bot}/channels/wecom/callback")
        if not await demo.answers(f"{bot}/readyz", base):
            raise CommandError("机器人没有就绪，请看上面的日志。 / The bot is not ready; see the log above.")
        print(demo.greeting(sandbox.config, bot, base), flush=True)
        await until_stopped()


async def listening(start: Awaitable[str], port: int) -> str:
    """Start listening; a port that is taken is said in plain words."""
    try:
        return await start
    except OSError as error:
        raise CommandError(
            f"端口 {port} 被占用，请换一个：houqin demo --port 8081 --sandbox-port 8091 / port {port} is taken"
        ) from error


def loading(settings: Settings) -> Loading:
    """Seed and import, by the school's own roles and categories."""
    roles = load_roles(own_file(settings.school, "roles.toml"))
    catalog = load_catalog(own_file(settings.school, "catalog.toml"))
    return Loading(Places(), set(roles), {category.key for category in catalog})


async def with_database(work: Callable[[Settings], Coroutine[Any, Any, None]]) -> None:
    """Run something that needs only the database of the environment."""
    settings, _ = settings_of(environment())
    logs.configure(settings.log_format)
    context = await open_database(settings.database_url)
    try:
        await work(settings)
    finally:
        await context.close_connections()


async def run_migrate(_: argparse.Namespace) -> None:
    """The schema up to date."""
    settings, _names = settings_of(environment())
    await migrate(settings.database_url)
    print("数据库已是最新。 / The database is up to date.")


async def seed(args: argparse.Namespace) -> None:
    """Load a school's TOML."""

    async def work(settings: Settings) -> None:
        say(await loading(settings).load_school(args.file or settings.school or DEMO_SCHOOL))

    await with_database(work)


async def bring_in(args: argparse.Namespace) -> None:
    """Load people, places or assets from a sheet."""

    async def work(settings: Settings) -> None:
        say(await loading(settings).import_sheet(args.kind, args.file, dry_run=args.dry_run))

    await with_database(work)


async def bring_out(args: argparse.Namespace) -> None:
    """Write people, places or assets to a sheet."""

    async def work(settings: Settings) -> None:
        await loading(settings).export_sheet(args.kind, args.file)
        print(args.file)

    await with_database(work)


def own_texts() -> Texts:
    """The words of whoever sits at the terminal: English where the shell says so, else Chinese."""
    language = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return Catalogue((FOLDER,))["en" if language.startswith("en") else "zh_CN"]


def say(report: Report) -> None:
    """Print what was loaded; with problems, name each and fail."""
    texts = own_texts()
    for problem in report.problems:
        print(problem.told(texts))
    if report.problems:
        raise CommandError(texts("loading.refused", count=len(report.problems)))
    key = "loading.dry_run" if report.dry_run else "loading.done"
    print(texts(key, added=report.added, changed=report.changed, unchanged=report.unchanged))


async def leave(args: argparse.Namespace) -> None:
    """Somebody leaves the school, and what they had in hand goes back; or they return."""
    house = house_of(environment())
    logs.configure(house.settings.log_format)
    async with opened(house), transaction():
        person = await house.services.people.leaves(args.staff_no, back=args.back)
        if not args.back:
            await house.services.work_orders.release(person)
    print(own_texts()("people.is_back" if args.back else "people.has_left", name=person.name))


async def replay(_: argparse.Namespace) -> None:
    """Try again what was given up or set aside."""
    house = house_of(environment())
    async with opened(house):
        print(await house.services.mailroom.replay())


async def doctor(_: argparse.Namespace) -> None:
    """Check settings, database and broker; say what is wrong and what to do."""
    house = house_of(environment())
    async with opened(house):
        problems = await readiness(house.services, house.broker)
    if not house.channels:
        problems.append("channels")
    elif house.settings.public_url.startswith("http://127.0.0.1"):
        problems.append("public_url")
    if problems:
        raise CommandError("\n".join(f"{name}: {ADVICE[name]}" for name in problems))
    print("一切正常。 / All is well.")


def workflows(args: argparse.Namespace) -> None:
    """Draw the tables into docs/workflows.md."""
    page = drawings.page([REPAIR], Catalogue((FOLDER,)))
    if not args.check:
        DOCS.write_text(page, encoding="utf-8")
    elif not DOCS.exists() or DOCS.read_text(encoding="utf-8") != page:
        raise CommandError(f"{DOCS} is not fresh: run houqin workflows")


def relay(_: argparse.Namespace) -> None:
    """The agent on campus: not part of this version."""
    raise CommandError(
        "校内网关（铃声、广播、监控）还不在这个版本里。 / The campus relay is not part of this version yet."
    )


def understand(_: argparse.Namespace) -> None:
    """JSON lines in, readings out, in order."""
    chosen = environment().get("HOUQIN_SCHOOL")
    reader = reader_of(read_school(Path(chosen) if chosen else DEMO_SCHOOL))
    for line in sys.stdin.buffer:
        if line.strip():
            sys.stdout.write(orjson.dumps(answer_line(line, reader)).decode() + "\n")
            sys.stdout.flush()


def reader_of(school: Mapping[str, Any]) -> Reader:
    """A reader that knows the words of a school's TOML."""
    places = [PlaceWords(**{**row, "aliases": tuple(row.get("aliases", ()))}) for row in school.get("places", ())]
    assets = [
        AssetWords(code=row["code"], name=row["name"], category=row.get("category", ""), place=row.get("place", ""))
        for row in school.get("assets", ())
    ]
    return Reader(places, assets, [row["name"] for row in school.get("people", ())])


def parser() -> argparse.ArgumentParser:
    """The command line."""
    whole = argparse.ArgumentParser(
        prog="houqin", description="掌上后勤：学校的后勤台 / the logistics desk of a school"
    )
    commands = whole.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], Any], about: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=about, description=about)
        one.set_defaults(run=run)
        return one

    one = command("demo", run_demo, "演示：机器人加手机页面 / the bot and a page of phones, for trying")
    one.add_argument("--port", type=int, default=8080)
    one.add_argument("--sandbox-port", type=int, default=8090)
    one = command("serve", serve, "正式运行 / the bot from its environment")
    one.add_argument("--only", choices=("web", "worker"))
    command("understand", understand, "逐行理解句子 / what sentences mean, JSON lines")
    command("migrate", run_migrate, "更新数据库结构 / schema up to date")
    one = command("seed", seed, "载入学校数据 / load a school's TOML")
    one.add_argument("file", type=Path, nargs="?")
    for name, run, about in (
        ("import", bring_in, "导入表格 / people, places or assets from a sheet"),
        ("export", bring_out, "导出表格 / people, places or assets to a sheet"),
    ):
        one = command(name, run, about)
        one.add_argument("kind", choices=("people", "places", "assets"))
        one.add_argument("file", type=Path)
        if name == "import":
            one.add_argument("--dry-run", action="store_true")
    one = command("leave", leave, "某人离校或返校 / somebody leaves, or comes back")
    one.add_argument("staff_no")
    one.add_argument("--back", action="store_true")
    command("relay", relay, "校内网关（本版本尚无）/ the agent on campus (not in this version)")
    command("doctor", doctor, "体检 / check this installation")
    command("replay", replay, "重试放弃的 / try again what was given up")
    one = command("workflows", workflows, "生成流程图文档 / draw docs/workflows.md")
    one.add_argument("--check", action="store_true")
    return whole


def main(argv: Sequence[str] | None = None) -> None:
    """Run a command; what the caller can put right is said without a trace."""
    args = parser().parse_args(argv)
    logs.configure("console")
    try:
        result = args.run(args)
        if asyncio.iscoroutine(result):
            asyncio.run(result)
    except SettingsError as error:
        print("设置有误 / these settings are wrong:", *error.problems, sep="\n  ", file=sys.stderr)
        raise SystemExit(WRONG) from error
    except Refusal as no:
        print(own_texts()(no.key, **no.params), file=sys.stderr)
        raise SystemExit(1) from no
    except (CommandError, aiohttp.ClientError, OSError) as error:
        print(error, file=sys.stderr)
        raise SystemExit(1) from error
    except KeyboardInterrupt:
        raise SystemExit(130) from None
