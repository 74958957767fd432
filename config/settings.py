"""The settings of one school's bot: read once, checked at once, secrets hidden."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AliasGenerator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

PREFIX = "HOUQIN_"
WEB_ADDRESS = re.compile(r"https?://(?:\[[0-9a-f:.]+\]|[\w.-]+)(?::\d{1,5})?/?", re.IGNORECASE)
"""No path: all addresses of the pages begin at the root; and no name or password: it is shown to everybody."""


class SettingsError(Exception):
    """Settings are missing or malformed; `problems` has one sentence for each of them."""

    def __init__(self, problems: list[str]) -> None:
        """Keep all problems, to be shown together."""
        super().__init__("\n".join(problems))
        self.problems = problems


def problems_of(error: ValidationError) -> list[str]:
    """A validation error as sentences that name the variable; values are left out, they may be secret."""
    return [": ".join([*map(str, e["loc"]), _plainly(e["type"], e["msg"])]) for e in error.errors(include_input=False)]


def _plainly(kind: str, message: str) -> str:
    return "没有设置 / is not set" if kind == "missing" else message.removeprefix("Value error, ")


class ProcessSettings(BaseModel):
    """What the environment says of the process itself: it may serve several schools, each with its own settings.

    `schools` is the folder with a school's environment in each `*.env` file, None for one school that the process' own
    environment describes. `spread` lets the workers of a school run in one of several processes at a time. On
    `metrics_port` this machine alone is told /healthz and /metrics (0: nowhere), and `otlp_endpoint` is the collector
    that traces are sent to ("": none).
    """

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
        alias_generator=AliasGenerator(validation_alias=lambda name: PREFIX + name.upper()),
    )

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    metrics_port: int = Field(default=0, ge=0, le=65535)
    otlp_endpoint: str = ""
    log_format: str = Field(default="json", pattern="^(json|console)$")
    schools: Path | None = None
    spread: bool = False

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Self:
        """The settings in an environment; raises `SettingsError` with everything that is wrong."""
        given: dict[str, Any] = {key: value for key, value in environ.items() if key.startswith(PREFIX) and value}
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            raise SettingsError(problems_of(error)) from error


class Settings(ProcessSettings):
    """What the environment says of one school, without the vendors' settings: each channel has a class for those."""

    secret_key: SecretStr
    former_secret_keys: SecretStr = SecretStr("")
    database_url: str = "sqlite://data/houqin.db"
    redis_url: str = "memory://"
    data_dir: Path = Path("data")
    storage_url: str = ""
    s3_access_key: str = ""
    s3_secret_key: SecretStr = SecretStr("")
    school: Path | None = None
    public_url: str = "http://127.0.0.1:8080"
    tz: str = "Asia/Shanghai"
    learn: bool = True
    channels: str = ""
    lease_seconds: float = Field(default=30.0, gt=0, le=600)

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < 16:
            raise ValueError("至少 16 个字符，可用 openssl rand -hex 32 生成 / must have at least 16 characters")
        return value

    @field_validator("tz")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(
                "没有这个时区，例如 Asia/Shanghai / no such time zone, write for example Asia/Shanghai"
            ) from error
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        return _scheme(value, ("sqlite", "asyncpg"))

    @field_validator("redis_url")
    @classmethod
    def _known_broker(cls, value: str) -> str:
        return _scheme(value, ("memory", "redis", "rediss", "unix"))

    @field_validator("storage_url")
    @classmethod
    def _known_storage(cls, value: str) -> str:
        if value and urlsplit(_scheme(value, ("file", "s3"))).username is not None:
            raise ValueError(f"密钥写在 {PREFIX}S3_… 里 / keys belong into {PREFIX}S3_ACCESS_KEY and _SECRET_KEY")
        return value

    @field_validator("public_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if not WEB_ADDRESS.fullmatch(_scheme(value, ("http", "https"))) or urlsplit(value).port == 0:
            raise ValueError("只写协议、域名和端口 / a scheme, a host and perhaps a port")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _keys_for_s3(self) -> Self:
        if self.storage_url.startswith("s3://") and not all(self.storage_keys):
            names = f"{PREFIX}S3_ACCESS_KEY, {PREFIX}S3_SECRET_KEY"
            raise ValueError(f"{names}: s3:// 需要这两项 / s3:// needs both")
        return self

    @property
    def former_secrets(self) -> list[str]:
        """The keys that the school had before the one of today: what was sealed with them is known by them alone."""
        return self.former_secret_keys.get_secret_value().split()

    @property
    def storage_keys(self) -> tuple[str, str]:
        """Access key and secret key of the storage, empty for one that asks for none."""
        return self.s3_access_key, self.s3_secret_key.get_secret_value()

    @property
    def storage(self) -> str:
        """Where files lie: what is set, or a folder in the data folder."""
        return self.storage_url or f"file://{self.data_dir}/files"

    @property
    def channel_names(self) -> list[str]:
        """The channels that are on."""
        return [name.strip() for name in self.channels.split(",") if name.strip()]


def _scheme(url: str, known: tuple[str, ...]) -> str:
    if url.partition("://")[0] not in known:
        raise ValueError("应以此开头 / must begin with " + ", ".join(f"{scheme}://" for scheme in known))
    return url
