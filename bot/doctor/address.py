"""The public address: can it be reached from here, and for how long will its certificate be trusted?"""

import asyncio
import ssl
from datetime import UTC, datetime
from urllib.parse import urlsplit

import aiohttp

from bot.core.findings import Finding, doubtful, well, wrong
from bot.doctor.patient import Patient

PATIENCE = aiohttp.ClientTimeout(total=6, connect=4)
RENEW = 14
"""Days before its end at which a certificate should have been renewed."""


async def public_url(patient: Patient) -> list[Finding]:
    """The way that phones take, as far as it can be gone from here."""
    url, trust = patient.settings.public_url, await asyncio.to_thread(ssl.create_default_context)
    try:
        async with (
            aiohttp.ClientSession(timeout=PATIENCE) as session,
            session.get(f"{url}/healthz", ssl=trust) as answer,
        ):
            ours = answer.status == 200 and (await answer.text(errors="replace")).strip() == "ok"
            found = [well("public_url.open", url=url)] if ours else [_stranger(url, answer.status)]
    except aiohttp.ClientConnectorCertificateError as error:
        why = getattr(error.certificate_error, "verify_message", "") or type(error.certificate_error).__name__
        return [wrong("public_url.certificate", url=url, why=why)]
    except (aiohttp.ClientError, OSError) as error:
        return [wrong("public_url.closed", url=url, why=type(error).__name__)]
    return [*found, *await _certificate(url, trust)]


def _stranger(url: str, status: int) -> Finding:
    return wrong("public_url.stranger", url=url, status=status)


async def _certificate(url: str, trust: ssl.SSLContext) -> list[Finding]:
    """How many days the certificate has left; nothing to say of a plain address."""
    parts = urlsplit(url)
    if parts.scheme != "https":
        return []
    days = (await _expiry(parts.hostname or "", parts.port or 443, trust) - datetime.now(UTC)).days
    return [doubtful("public_url.expiring", days=days) if days < RENEW else well("public_url.trusted", days=days)]


async def _expiry(host: str, port: int, trust: ssl.SSLContext) -> datetime:
    """Until when the certificate at this door holds. OSError when it cannot be seen."""
    _, writer = await asyncio.open_connection(host, port, ssl=trust)
    try:
        end = writer.get_extra_info("peercert")["notAfter"]
    finally:
        writer.close()
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(end), UTC)
