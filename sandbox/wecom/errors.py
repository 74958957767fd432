"""The vendor's error codes that this stand-in can give, with the words of its error message."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

# WeCom: 全局错误码. Codes that the vendor's pages do not pair with a card field are given as 40058.
WORDS: dict[int, str] = {
    -1: "system busy",
    40001: "invalid credential",
    40003: "invalid userid",
    40004: "invalid media file type",
    40005: "invalid type",
    40006: "invalid file size",
    40007: "invalid media_id",
    40008: "invalid message type",
    40009: "invalid image size",
    40010: "invalid voice size",
    40011: "invalid video size",
    40013: "invalid corpid",
    40014: "invalid access_token",
    40029: "invalid code",
    40032: "invalid userid list size",
    40056: "invalid agentid",
    40058: "invalid parameter",
    41001: "access_token missing",
    41010: "missing url",
    41016: "missing title",
    42001: "access_token expired",
    42014: "taskid has existed or empty or exceed max len",
    42031: "invalid card_type",
    42038: "invalid button text",
    42039: "invalid button key",
    42043: "invalid question_key",
    42045: "invalid card_action",
    43001: "require GET method",
    43002: "require POST method",
    44001: "empty media data",
    44004: "empty content",
    45001: "media size out of limit",
    45002: "content size out of limit",
    45007: "voice duration out of limit",
    45008: "article count out of limit",
    45009: "api freq out of limit",
    50001: "redirect_url unregistered domain",
    60003: "department not found",
    60020: "not allow to access from your ip",
    60111: "userid not found",
    60140: "invalid response_code",
    81013: "user & party & tag all invalid",
    82001: "user & party & tag all empty",
    82002: "party list size out of limit",
    82003: "tag list size out of limit",
    301002: "not allow operate another agent with this accesstoken",
    404: "api not found",
    830002: "file too large, Range required",
}


@dataclass(slots=True)
class VendorError(Exception):
    """The vendor's no: an error code, and for people what was wrong with which field."""

    code: int
    reason: str = ""

    def __str__(self) -> str:
        """Code and reason, for the log of a test."""
        return f"{self.code} {WORDS.get(self.code, '')} {self.reason}".strip()


def errmsg(code: int, reason: str, ip: str) -> str:
    """The vendor's long error message; a program must look at the code only (WeCom: 全局错误码)."""
    hint = f"{int(time.time())}{secrets.randbelow(10**15):015d}"
    words = ": ".join(part for part in (WORDS.get(code, "error"), reason) if part)
    query = f"https://open.work.weixin.qq.com/devtool/query?e={code}"
    return f"{words}, hint: [{hint}], from ip: {ip}, more info at {query}"
