"""A real S3 server for the suite, started from a wheel: one a test process, with a bucket a test."""

import contextlib
import itertools
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest

from tests.servers import free_port, kept, new_folder, quoted

STARTING = 60.0


@contextlib.contextmanager
def run_s3(*, open_calls: int | None = None) -> Iterator[str]:
    """Start a server that speaks S3; gives its http address.

    After `open_calls` calls it asks who is there, and knows nobody (None: it lets everybody in).
    """
    folder, port = new_folder("s3"), free_port()
    told = [] if open_calls is None else [f"INITIAL_NO_AUTH_ACTION_COUNT={open_calls}"]
    command = ["env", *told, sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", port]
    start = f"{quoted(command)} >{folder}/log 2>&1 &"
    with kept(folder, start, stop="kill $! || true; wait"):
        base = f"http://127.0.0.1:{port}"
        _wait(base)
        yield base


def _wait(base: str) -> None:
    """Return when it answers; its own page of state is no call of S3."""
    end = time.monotonic() + STARTING
    while True:
        with contextlib.suppress(ConnectionRefusedError):
            ask(base, "GET", "/moto-api/data.json")
            return
        assert time.monotonic() < end, "the S3 server does not start"
        time.sleep(0.1)


def ask(base: str, method: str, path: str) -> int:
    """One call without a signature; gives the status."""
    connection = HTTPConnection(base.removeprefix("http://"), timeout=STARTING)
    with contextlib.closing(connection):
        connection.request(method, path)
        return connection.getresponse().status


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of a server that lets everybody in."""
    with run_s3() as base:
        yield base


_NUMBERS = itertools.count(1)


def new_bucket(base: str) -> str:
    """The address of an empty bucket, in the form of HOUQIN_STORAGE_URL."""
    name = f"school-{next(_NUMBERS)}"
    assert ask(base, "PUT", f"/{name}") == 200
    return f"s3://{name}/files?endpoint={base}&region=us-east-1"
