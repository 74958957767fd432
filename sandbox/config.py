"""What a sandbox is started with: one school app at the vendor, and the people who hold a phone."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

_TOKEN = re.compile(r"[A-Za-z0-9]{1,32}")
_AES_KEY = re.compile(r"[A-Za-z0-9]{43}")

PHRASES = ("报修 三楼东头男厕所水龙头关不上", "高一3班投影仪不亮了", "我的报修", "帮助")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person of the school as the vendor's address book knows them.

    `visible` is False for somebody outside the app's visible range: messages to them come back in `invaliduser`.
    """

    userid: str
    name: str
    title: str = ""
    department: str = ""
    visible: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """One self-built app at the vendor, its callback and its members.

    `callback_url` may be empty and set later with `Sandbox.connect`, because bot and sandbox need each other's address.
    `trusted_host` is `host` or `host:port` of the web login (None: no trusted domain, so every login is refused with
    50001). `public_url` is the sandbox's own address as phones see it; empty means the address it listens on.
    Times are seconds of the real clock. `passive_uses_code` says whether a passive card update uses up the response
    code of its event; the vendor does not say, so the stricter reading is the default.

    Raises ValueError when token or key are not of the vendor's form (WeCom: 接收消息, URL / Token / EncodingAESKey).
    """

    corp_id: str
    agent_id: int
    secret: str
    token: str
    aes_key: str
    callback_url: str = ""
    members: tuple[Member, ...] = ()
    trusted_host: str | None = None
    public_url: str = ""
    app_name: str = "掌上后勤"
    default_phones: tuple[str, ...] = ()
    phrases: tuple[str, ...] = PHRASES
    callback_timeout: float = 5.0
    callback_retries: int = 3
    retry_pause: float = 1.0
    passive_uses_code: bool = True

    def __post_init__(self) -> None:
        """Refuse what the vendor's console would refuse."""
        if not _TOKEN.fullmatch(self.token):
            raise ValueError("token: 1 to 32 letters or digits")
        if not _AES_KEY.fullmatch(self.aes_key):
            raise ValueError("aes_key: 43 letters or digits")
        known = [member.userid.lower() for member in self.members]
        if len(set(known)) != len(known):
            raise ValueError("members: a userid stands twice (the vendor does not look at upper and lower case)")


def read_members(path: Path) -> tuple[Member, ...]:
    """Read members from a TOML file of `[[members]]` tables with the fields of `Member`.

    Raises OSError when the file cannot be read, ValueError (also for broken TOML) when a table is not a member.
    """
    tables = tomllib.loads(path.read_text(encoding="utf-8")).get("members", [])
    try:
        return tuple(Member(**table) for table in tables)
    except TypeError as wrong:
        raise ValueError(f"{path}: {wrong}") from wrong
