#!/usr/bin/env python3
"""All there is to remember for working on 掌上后勤 (Houqin).

    python3 dev.py run      start the demo school: the bot, and phones to try it with in the browser
    python3 dev.py test     the whole suite, once on SQLite and once on PostgreSQL with Redis
    python3 dev.py check    formatting, lint, types, import contracts, generated pages
    python3 dev.py setup    only what the others do first: fill .venv from requirements.lock

Arguments after the command go to `houqin demo` or to pytest. Needs Python 3.11 to 3.13 and a package index, nothing
else: uv where it is installed, else venv and pip. Standard library only; safe to interrupt and to run again.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    sys.exit(
        "需要 Python 3.11 至 3.13，例如：python3.12 dev.py run\n"
        f"Python 3.11 to 3.13 is needed, this is {sys.version.split()[0]}; for example: python3.12 dev.py run"
    )

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".stamp"
LOCK = ROOT / "requirements.lock"

DATABASE_KINDS = ("sqlite", "postgres")
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_INSTALL = ("apt-get", "install", "--yes", "--no-install-recommends", "chromium")
APT_SECONDS = 300
NO_TESTS_COLLECTED = 5  # pytest's exit code; fine in one pass if the other pass found some

Command = list[str | Path]


def main() -> int:
    """Carry out one command; the exit code is 0 if all of it went well."""
    commands = {"run": run, "test": test, "check": check, "setup": no_more}
    name, *arguments = sys.argv[1:] or ["--help"]
    if name not in commands:
        print(__doc__)
        return 0 if name in {"--help", "-h", "help"} else 2
    set_up()
    return commands[name](arguments)


def no_more(_: list[str]) -> int:
    """Do nothing: every command begins with the set-up, and `setup` ends there."""
    return 0


def run(arguments: list[str]) -> int:
    """Become `houqin demo`, so that signals and the exit code are its own; does not return."""
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), "-m", "bot", "demo", *arguments])  # noqa: S606 - no shell is wanted


def test(arguments: list[str]) -> int:
    """Run the suite once a database kind: the ORM keeps compiled SQL a process, so the kinds never share one."""
    has_browser = provide_chromium()
    codes = [run_suite(kind, arguments) for kind in DATABASE_KINDS]
    if not has_browser:
        say_chromium_is_missing()
    for kind, code in zip(DATABASE_KINDS, codes, strict=True):
        say(f"{kind}: {'passed' if code == 0 else f'pytest ended with {code}'}")
    return 0 if 0 in codes and set(codes) <= {0, NO_TESTS_COLLECTED} else 1


def run_suite(kind: str, arguments: list[str]) -> int:
    """Run pytest with one kind of database and its broker; gives pytest's exit code.

    Settings of the caller's own school are left behind, only the browser's place goes along.
    """
    say(f"tests on {kind}")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HOUQIN_")}
    kept["HOUQIN_TEST_DATABASE"] = kind
    if "HOUQIN_CHROMIUM" in os.environ:
        kept["HOUQIN_CHROMIUM"] = os.environ["HOUQIN_CHROMIUM"]
    # A page is the same page over either database, and a browser is slow: one pass is enough.
    chosen = arguments if kind == "sqlite" else without_browser(arguments)
    command: Command = [PYTHON, "-m", "pytest", "-n", "2", "--dist", "loadfile", *chosen]
    return subprocess.run(command, cwd=ROOT, env=kept, check=False).returncode


def without_browser(arguments: list[str]) -> list[str]:
    """Pytest's arguments with the browser tests left out, whatever `-m` the caller chose."""
    if "-m" not in arguments[:-1]:
        return [*arguments, "-m", "not browser"]
    place = arguments.index("-m") + 1
    return [*arguments[:place], f"({arguments[place]}) and not browser", *arguments[place + 1 :]]


def check(_: list[str]) -> int:
    """Run every check, the later ones too when an earlier one finds something; 1 if any did."""
    module: Command = [PYTHON, "-m"]
    checks: dict[str, Command] = {
        "formatting": [*module, "ruff", "format", "--check", "."],
        "lint": [*module, "ruff", "check", "."],
        "types": [*module, "mypy"],
        "import contracts": [VENV / "bin" / "lint-imports"],
        "generated pages": [*module, "bot", "workflows", "--check"],
    }
    failed = []
    for name, command in checks.items():
        say(name)
        if not succeeds(command):
            failed.append(name)
    say(f"check failed: {', '.join(failed)}" if failed else "check passed")
    return 1 if failed else 0


def set_up() -> None:
    """Bring .venv in step with the lock, if it is not yet; quick when it is.

    The stamp is taken away first and written last, so an interrupted set-up is simply done again. Two commands that
    start at once wait for each other.
    """
    with Path(__file__).open() as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        wanted = fingerprint()
        if PYTHON.exists() and STAMP.exists() and STAMP.read_text() == wanted:
            return
        STAMP.unlink(missing_ok=True)
        say("setting up .venv, this takes up to a minute")
        if not (install_with_uv() or install_with_pip()):
            sys.exit(
                "\n依赖没有装好，原因见上。请检查网络和包索引后重试。\n"
                "Debian 或 Ubuntu 若缺 venv 或 pip：apt-get install python3-venv\n"
                "The packages could not be installed, the reason is above. Check network and index, then try again.\n"
                "If venv or pip is missing on Debian or Ubuntu: apt-get install python3-venv"
            )
        STAMP.write_text(wanted)


def fingerprint() -> str:
    """A digest of all that .venv depends on: the interpreter, this folder's place, the requirements."""
    parts = [sys.version.encode(), str(ROOT).encode(), (ROOT / "pyproject.toml").read_bytes(), LOCK.read_bytes()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def install_with_uv() -> bool:
    """Install with uv; false where there is none, or where it did not manage."""
    uv = shutil.which("uv")
    if uv is None:
        return False
    if not is_venv_usable() and not succeeds([uv, "venv", "--quiet", "--clear", "--python", sys.executable, VENV]):
        return False
    return install([uv, "pip", "install", "--quiet", "--python", PYTHON])


def install_with_pip() -> bool:
    """Install with pip: that of .venv, else that of this Python, else one that this Python can unpack."""
    venv: Command = [sys.executable, "-m", "venv", "--clear", VENV]
    if not (is_venv_usable() or succeeds(venv, quiet=True) or succeeds([*venv, "--without-pip"])):
        return False
    own: Command = [PYTHON, "-m", "pip"]
    # A Debian without python3-venv has pip but cannot put it into a venv: pip 22.3 and later work from outside.
    for pip in (own, [sys.executable, "-m", "pip", "--python", PYTHON]):
        if succeeds([*pip, "--version"], quiet=True):
            return install([*pip, "install", "--quiet"])
    return succeeds([PYTHON, "-m", "ensurepip"], quiet=True) and install([*own, "install", "--quiet"])


def install(installer: Command) -> bool:
    """Install what is locked, then this project itself, built by the locked build backend."""
    project: Command = ["--no-deps", "--no-build-isolation", "--editable", ROOT]
    return succeeds([*installer, "--requirement", LOCK]) and succeeds([*installer, *project])


def is_venv_usable() -> bool:
    """Whether .venv runs, and runs the very Python that this script runs."""
    return succeeds([PYTHON, "-c", f"import sys; sys.exit(sys.version != {sys.version!r})"], quiet=True)


def find_chromium() -> str | None:
    """The browser that tests may drive: HOUQIN_CHROMIUM, else the system's; None where there is none."""
    candidates = [os.environ.get("HOUQIN_CHROMIUM") or "", *CHROMIUM_NAMES]
    return next((found for name in candidates if name and (found := shutil.which(name))), None)


def provide_chromium() -> bool:
    """Install Debian's Chromium where that is possible; false, and no failure, if there is no browser afterwards."""
    if find_chromium() is None and shutil.which("apt-get") and os.geteuid() == 0:
        say("installing Chromium for the browser tests")
        # dpkg insists on the system folders, which a bare environment may not name.
        path = f"{os.environ.get('PATH', os.defpath)}:/usr/local/sbin:/usr/sbin:/sbin"
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "PATH": path}
        for command in (("apt-get", "update", "--quiet"), CHROMIUM_INSTALL):
            succeeds([*command, "--quiet"], environment=environment, seconds=APT_SECONDS)
    return find_chromium() is not None


def say_chromium_is_missing() -> None:
    """Tell, where nobody can overlook it, which one command would let the browser tests run."""
    command = " ".join(CHROMIUM_INSTALL)
    say("!" * 100)
    print(f"没有找到 Chromium，浏览器测试已跳过。以 root 安装：{command}（或用 HOUQIN_CHROMIUM 指明位置）")
    print(f"No Chromium: the browser tests were SKIPPED. As root: {command} (or name one in HOUQIN_CHROMIUM)")
    print("!" * 103, flush=True)


def say(line: str) -> None:
    """Print a line about our own doing, ahead of the output of what is started next."""
    print(f"\n── {line}", flush=True)


def succeeds(
    command: Command, *, quiet: bool = False, environment: dict[str, str] | None = None, seconds: float | None = None
) -> bool:
    """Run a command in the project's folder; false if it failed, took longer than `seconds` or does not exist."""
    # uv brings its own list of authorities; a school's or a company's own authority is in the system's store.
    settings = {"UV_SYSTEM_CERTS": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", **(environment or os.environ)}
    output = subprocess.DEVNULL if quiet else None
    try:
        subprocess.run(command, cwd=ROOT, env=settings, stdout=output, stderr=output, timeout=seconds, check=True)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
