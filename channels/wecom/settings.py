"""Settings of the WeCom channel: what the vendor's console shows of one self-built app."""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

PREFIX = "HOUQIN_WECOM_"
API_BASE, OPEN_BASE = "https://qyapi.weixin.qq.com", "https://open.weixin.qq.com"
"""The vendor's hosts: for REST, and for the page that a sign-in starts with."""

AES_KEY_LENGTH = 43
TOKEN_LENGTH = 32


def _letters_and_digits(value: SecretStr, shortest: int, longest: int) -> SecretStr:
    text = value.get_secret_value()
    if not (shortest <= len(text) <= longest and text.isascii() and text.isalnum()):
        wanted = str(longest) if shortest == longest else f"{shortest}–{longest}"
        raise ValueError(f"应为 {wanted} 位字母或数字 / must be {wanted} letters or digits")
    return value


def _aes_key(value: SecretStr) -> SecretStr:
    return _letters_and_digits(value, AES_KEY_LENGTH, AES_KEY_LENGTH)


def _token(value: SecretStr) -> SecretStr:
    return _letters_and_digits(value, 1, TOKEN_LENGTH)


def _address(value: str) -> str:
    if not value.startswith(("https://", "http://")) or any(mark in value for mark in "?# "):
        raise ValueError("应为 http(s) 地址 / must be an http(s) address")
    return value.rstrip("/")


Address = Annotated[str, AfterValidator(_address)]
Secret = Annotated[SecretStr, Field(min_length=1)]


class WeComSettings(BaseModel):
    """One self-built app (WeCom: 应用管理 → 自建 → 接收消息 → 设置API接收).

    Never reads the environment itself. `contacts_secret` is the school-wide address book's own secret. Raises
    `pydantic.ValidationError` (a ValueError) with all problems at once, each under the name of its variable and without
    the value that was given.
    """

    model_config = ConfigDict(
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
        alias_generator=lambda name: PREFIX + name.upper(),
    )

    corp_id: str = Field(pattern=r"^[0-9A-Za-z_\-]{1,64}$")
    agent_id: int = Field(gt=0)
    secret: Secret
    token: Annotated[SecretStr, AfterValidator(_token)]
    aes_key: Annotated[SecretStr, AfterValidator(_aes_key)]
    contacts_secret: Secret | None = None
    api_base: Address = API_BASE
    open_base: Address | None = None

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Self:
        """Read the HOUQIN_WECOM_ variables of a mapping; an empty one counts as not given."""
        given = {name: value.strip() for name, value in environ.items() if name.startswith(PREFIX) and value.strip()}
        return cls.model_validate(given)

    @property
    def sign_in_base(self) -> str:
        """The host where a sign-in starts: `open_base`, else the vendor's, else the server that stands in its place."""
        return self.open_base or (OPEN_BASE if self.api_base == API_BASE else self.api_base)
