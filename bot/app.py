"""The composition root: the only file that sees every room."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import handlers
import structlog
from aiohttp import web
from tortoise import Tortoise
from tortoise.context import TortoiseContext

import services
import web as pages
from bot.core.broker import Broker, open_broker
from bot.core.clerk import Clerk
from bot.core.clockwork import Clockwork
from bot.core.courier import CardCarry, Courier, FileCarry
from bot.core.metrics import Metrics
from bot.core.pipeline import INBOX, Pipeline
from bot.core.texts import Catalogue
from bot.core.worker import Worker
from channels.base import Channel
from config.data import load_catalog, load_roles
from config.database import tortoise_config
from config.settings import Settings
from services import Services
from services.clock import Clock, utc_now
from services.storage import open_storage

log = structlog.get_logger(__name__)
GRACE = 20.0
"""Seconds that a stop waits for what is in hand."""
