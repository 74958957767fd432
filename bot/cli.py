"""The one console command, `houqin`."""

import argparse
import asyncio
import errno
import socket
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.arguments import arguments
from bot import logs
from bot.commands import CommandError
from config.settings import SettingsError
from domain.errors import Refusal

WRONG = 2
"""Exit code for a command line or an environment that cannot be used."""
SCHOOLLESS = frozenset({"bench", "demo", "relay", "workflows"})
"""Commands that are about no school of the environment."""


def loaded(name: str) -> Callable[[argparse.Namespace], Any]:
    """The command `name` (module.function) of bot.commands. Loaded when it is run: none waits for what others need."""
    module, _, function = name.partition(".")
    command: Callable[[argparse.Namespace], Any] = getattr(import_module(f"bot.commands.{module}"), function)
    return command


def plainly(error: OSError) -> str:
    """What the machine refuses, in words: a file, a port, or somebody who does not answer."""
    if error.filename is not None:
        return f"打不开或写不进 / cannot be read or written: {error.filename} ({error.strerror})"
    if error.errno == errno.EADDRINUSE:
        return f"端口被占用，请改 HOUQIN_PORT 或先停掉另一个 / the port is taken: {error}"
    if isinstance(error, (ConnectionError, FileNotFoundError, TimeoutError, socket.gaierror)):
        return f"连不上，请用 houqin doctor 查是哪一个 / no answer, houqin doctor says from whom: {error}"
    return str(error)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    whole = argparse.ArgumentParser(
        prog="houqin", description="掌上后勤：学校的后勤台 / the logistics desk of a school"
    )
    commands = whole.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: str, about: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=about, description=about)
        one.set_defaults(run=run)
        if name not in SCHOOLLESS:
            one.add_argument("--school", metavar="NAME", help="多所学校中的一所 / one of several schools")
            one.add_argument("--schools", metavar="FOLDER", type=Path, help="每所学校一个 .env / one .env a school")
        return one

    one = command("demo", "demo.run_demo", "演示：机器人加手机页面 / the bot and a page of phones, for trying")
    one.add_argument("--port", type=int, default=8080)
    one.add_argument("--sandbox-port", type=int, default=8090)
    one = command("serve", "serving.serve", "正式运行 / the bot from its environment")
    one.add_argument("--only", choices=("web", "worker"))
    command("understand", "understanding.understand", "逐行理解句子 / what sentences mean, JSON lines")
    _training(command("train", "training.train", "重新训练读懂句子的模型 / make the model of understanding anew"))
    command("confusion", "lessons.confused", "哪些话听错了 / what was taken for what, by week").add_argument(
        "--weeks", type=int, default=8, metavar="N", help="往回看几周 / weeks to look back"
    )
    command("migrate", "care.run_migrate", "更新数据库结构 / schema up to date")
    one = command("seed", "school.seed", "载入学校数据 / load a school's TOML")
    one.add_argument("file", type=Path, nargs="?")
    for name, run, about in (
        ("import", "school.bring_in", "导入表格 / people, places or assets from a sheet"),
        ("export", "school.bring_out", "导出表格 / people, places, assets or examples out"),
    ):
        _sheets(command(name, run, about), out=name == "export")
    one = command("leave", "school.leave", "某人离校或返校 / somebody leaves, or comes back")
    one.add_argument("staff_no")
    one.add_argument("--back", action="store_true")
    command("relay", "serving.relay", "校内网关（本版本尚无）/ the agent on campus (not in this version)")
    one = command("doctor", "doctor.examine", "体检 / check this installation")
    one.add_argument("--json", action="store_true", help="给程序读 / for programs")
    one.add_argument(
        "--send", metavar="ACCOUNT", default="", help="发一张真卡片给此人试按 / a real card to this person"
    )
    command("replay", "care.replay", "重试放弃的 / try again what was given up")
    command("audit", "audit.verified", "核对历史有没有被改过 / has anybody changed the history?").add_argument(
        "what", choices=("verify",), help="逐条核对封存 / walk the chain of seals"
    )
    one = command("backup", "moving.take_backup", "备份全校，运行中也可以 / everything of the school into a new folder")
    one.add_argument("folder", type=Path, metavar="DIR")
    one.add_argument("--verify", action="store_true", help="只检查已有的备份 / only look a backup through")
    one = command("restore", "moving.put_back", "把备份恢复到空数据库 / a backup into an empty database")
    one.add_argument("folder", type=Path, metavar="DIR")
    arguments(command("bench", "bench.measure", "测速 / how quick it is, on this machine"))
    command("workflows", "words.workflows", "生成流程图文档 / draw docs/workflows.md").add_argument(
        "--check", action="store_true"
    )
    return whole


def _training(one: argparse.ArgumentParser) -> None:
    one.add_argument("--with", dest="use", type=Path, metavar="FILE", help="加上用出来的例子 / examples from use")
    one.add_argument(
        "--apart", type=Path, metavar="FILE", help="只查这些句子在不在材料里 / are these sentences in the material?"
    )


def _sheets(one: argparse.ArgumentParser, *, out: bool) -> None:
    """Import and export take the same sheets; examples from use only go out."""
    one.add_argument("kind", choices=("people", "places", "assets", *(("examples",) if out else ())))
    one.add_argument("file", type=Path)
    if out:
        one.add_argument("--since", default="", metavar="YYYY-MM-DD", help="只要这周以来的例子 / examples since")
    else:
        one.add_argument("--dry-run", action="store_true")


def main(argv: Sequence[str] | None = None) -> None:
    """Run a command; what the caller can put right is said without a trace."""
    args = parser().parse_args(argv)
    logs.configure("console")
    try:
        result = loaded(args.run)(args)
        if asyncio.iscoroutine(result):
            asyncio.run(result)
    except SettingsError as error:
        print("设置有误 / these settings are wrong:", *error.problems, sep="\n  ", file=sys.stderr)
        raise SystemExit(WRONG) from error
    except Refusal as no:
        from bot.commands.words import own_texts  # noqa: PLC0415 - words are loaded when there is something to say

        print(own_texts()(no.key, **no.params), file=sys.stderr)
        raise SystemExit(1) from no
    except CommandError as error:
        print(error, file=sys.stderr)
        raise SystemExit(1) from error
    except OSError as error:
        print(plainly(error), file=sys.stderr)
        raise SystemExit(1) from error
    except KeyboardInterrupt:
        raise SystemExit(130) from None
