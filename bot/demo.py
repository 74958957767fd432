"""The five-minute start: the bot with a demo school, and the city outside it, in one process."""

import secrets
import string
from collections.abc import Mapping
from pathlib import Path

import aiohttp

from bot.core.texts import Texts
from config.data import DEMO_SCHOOL, read_school
from sandbox import Config, Member

LETTERS = string.ascii_letters + string.digits
KEY_FILE = "demo-secret-key"


def random_letters(length: int) -> str:
    """Letters and digits that nobody can guess."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def kept_secret(folder: Path) -> str:
    """The demo's own secret key: made once, so that links survive a restart."""
    path = folder / KEY_FILE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32), encoding="ascii")
    return path.read_text(encoding="ascii").strip()


def vendor(public_url: str, texts: Texts) -> Config:
    """The demo school's app at the stand-in of WeCom: fresh credentials for every start."""
    school = read_school(DEMO_SCHOOL)
    members = tuple(
        Member(
            userid=row["wecom"],
            name=row["name"],
            title="、".join(texts(f"people.role.{role}") for role in row["roles"]),
        )
        for row in school["people"]
        if row.get("wecom")
    )
    return Config(
        corp_id="ww" + secrets.token_hex(8),
        agent_id=1000002,
        secret=random_letters(43),
        token=random_letters(24),
        aes_key=random_letters(43),
        members=members,
        trusted_host=public_url.partition("://")[2],
        default_phones=tuple(school["phones"]),
    )


def environment(config: Config, base: str) -> Mapping[str, str]:
    """What a bot needs in its environment to speak with this vendor."""
    return {
        "HOUQIN_CHANNELS": "wecom",
        "HOUQIN_WECOM_CORP_ID": config.corp_id,
        "HOUQIN_WECOM_AGENT_ID": str(config.agent_id),
        "HOUQIN_WECOM_SECRET": config.secret,
        "HOUQIN_WECOM_TOKEN": config.token,
        "HOUQIN_WECOM_AES_KEY": config.aes_key,
        "HOUQIN_WECOM_API_BASE": base,
        "HOUQIN_WECOM_OPEN_BASE": base,
    }


async def answers(*addresses: str) -> bool:
    """Do all these addresses answer with success?"""
    async with aiohttp.ClientSession() as session:
        try:
            for address in addresses:
                async with session.get(address, raise_for_status=True):
                    pass
        except aiohttp.ClientError:
            return False
    return True


def greeting(config: Config, bot: str, base: str) -> str:
    """What the terminal says when all is up."""
    return f"""
掌上后勤 · 演示 / Houqin, demo
  手机页面 / phones   {base}
  看板 / board        {bot}/board
  企业微信沙箱 / WeCom stand-in: {base}/cgi-bin/
    corp id {config.corp_id}  agent id {config.agent_id}
    secret  {config.secret}
    token   {config.token}
    aes key {config.aes_key}
    callback {bot}/channels/wecom/callback
ready / 就绪（Ctrl-C 结束 / ends it）"""
