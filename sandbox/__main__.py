"""`python -m sandbox`: the stand-in alone, for trying a bot that runs elsewhere."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from sandbox.config import Config, read_members
from sandbox.server import Sandbox


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="企业微信沙箱 / a stand-in of WeCom")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--public-url", default="", help="address of this server as phones see it")
    parser.add_argument("--members", type=Path, required=True, help="TOML file of [[members]]")
    parser.add_argument("--phones", default="", help="userids shown first, separated by commas")
    parser.add_argument("--callback", default="", help="the bot's callback address")
    parser.add_argument("--trusted-host", default=None, help="host:port of the bot's pages")
    parser.add_argument("--corp-id", default="wwsandbox0000001")
    parser.add_argument("--agent-id", type=int, default=1000002)
    parser.add_argument("--secret", default="sandbox-secret")
    parser.add_argument("--token", default="sandboxtoken")
    parser.add_argument("--aes-key", default="sandboxsandboxsandboxsandboxsandboxsandbox0")
    return parser.parse_args()


def _config(given: argparse.Namespace) -> Config:
    return Config(
        corp_id=given.corp_id,
        agent_id=given.agent_id,
        secret=given.secret,
        token=given.token,
        aes_key=given.aes_key,
        callback_url=given.callback,
        members=read_members(given.members),
        trusted_host=given.trusted_host,
        public_url=given.public_url,
        default_phones=tuple(filter(None, given.phones.split(","))),
    )


async def _serve(config: Config, host: str, port: int) -> None:
    """Run until interrupted or told to end."""
    end = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, end.set)
    sandbox = Sandbox(config)
    print(f"sandbox ready: {await sandbox.start(host, port)}", flush=True)
    await end.wait()
    await sandbox.stop()


def main() -> None:
    """Read the command line and serve."""
    given = _arguments()
    try:
        config = _config(given)
    except (OSError, ValueError) as wrong:
        sys.exit(f"sandbox: {wrong}")
    asyncio.run(_serve(config, given.host, given.port))


if __name__ == "__main__":
    main()
