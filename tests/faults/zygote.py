"""A process that has imported the whole bot and does nothing but fork: bots that are ready in a moment.

`python -m tests.faults.zygote SOCKET`. Whoever connects sends one line of JSON, {"arguments", "environ", "log"}, and
gets back the number of a new process that runs `houqin` with them, and its exit code when it has ended. Hanging up
kills it. The zygote itself has no threads and no loop, so that a fork of it is as good as a fresh start.
"""

import contextlib
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from services import clock
from services.clock import Clock
from tests.faults.clock import TownClock

READY = "ready"
CLOCK = "HOUQIN_TEST_CLOCK"
"""The environment's name for the file of the town's clock."""
LARGEST_ORDER = 65536
EVERYTHING = ("bot.commands.serving", "bot.core.redis_broker", "channels.wecom", "models.migrations")
"""What a bot needs to have imported; the rest comes with it."""


class Now:
    """The clock of a process, which a child may exchange before anybody has looked at it."""

    source: Clock = staticmethod(clock.utc_now)

    @classmethod
    def now(cls) -> datetime:
        """See `Clock`."""
        return cls.source()


@dataclass
class Children:
    """Processes that run, and the connection over which each was ordered."""

    connections: dict[int, socket.socket]

    def order(self, connection: socket.socket, others: list[Any]) -> None:
        """Fork; `others` is what a child must not hold open."""
        wish = json.loads(connection.recv(LARGEST_ORDER))
        child = os.fork()
        if child == 0:
            for one in (*others, connection, *self.connections.values()):
                one.close()
            live(wish)
        self.connections[child] = connection
        connection.send(f"{child}\n".encode())

    def bury(self) -> list[socket.socket]:
        """Tell who ended, with which code; gives the connections that are done with."""
        done = []
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                connection = self.connections.pop(ended[0])
                with contextlib.suppress(OSError):
                    connection.send(f"{os.waitstatus_to_exitcode(ended[1])}\n".encode())
                done.append(connection)
        return done

    def forsake(self, connection: socket.socket) -> None:
        """Nobody waits for this one any more."""
        for child, one in self.connections.items():
            if one is connection:
                os.kill(child, signal.SIGKILL)

    def forsake_all(self) -> None:
        """Nobody waits for anybody."""
        for child in self.connections:
            os.kill(child, signal.SIGKILL)


def live(wish: dict[str, Any]) -> None:
    """Be a bot, in a process of its own; never returns."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing, log = os.open(os.devnull, os.O_RDONLY), os.open(wish["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for old, new in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(old, new)
    os.environ.clear()
    os.environ.update(wish["environ"])
    if path := wish["environ"].get(CLOCK):
        Now.source = TownClock(Path(path))
    code = 1
    try:
        importlib.import_module("bot.cli").main(wish["arguments"])
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # whatever it is, a copy of the zygote must not go on
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        os._exit(code)


def wait_for_orders(door: socket.socket) -> None:
    """Fork on order until standard input ends, that is until whoever started the zygote is gone."""
    children = Children({})
    woken, waker = socket.socketpair()
    waker.setblocking(False)
    signal.set_wakeup_fd(waker.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    watch = selectors.DefaultSelector()
    for one in (sys.stdin, door, woken):
        watch.register(one, selectors.EVENT_READ)
    while True:
        for key, _ in watch.select():
            if key.fileobj is sys.stdin:
                children.forsake_all()
                return
            if key.fileobj is woken:
                woken.recv(LARGEST_ORDER)
                for connection in children.bury():
                    watch.unregister(connection)
                    connection.close()
            elif key.fileobj is door:
                connection, _ = door.accept()
                children.order(connection, [watch, door, woken, waker])
                watch.register(connection, selectors.EVENT_READ)
            elif isinstance(key.fileobj, socket.socket):
                children.forsake(key.fileobj)


def main() -> None:
    """Import everything, then wait."""
    clock.utc_now = Now.now  # before anybody has imported the name
    for module in EVERYTHING:
        importlib.import_module(module)
    importlib.import_module("understanding").Reader([], [], []).read("")  # its patterns are compiled at first use
    gc.freeze()  # what is here now is never copied by a child's garbage collector
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(sys.argv[1])
        door.listen()
        print(READY, flush=True)
        wait_for_orders(door)


if __name__ == "__main__":
    main()
