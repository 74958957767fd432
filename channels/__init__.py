"""Ways to reach people, by the name that HOUQIN_CHANNELS uses."""

from collections.abc import Callable, Mapping
from pathlib import Path

from bot.core.broker import Broker
from channels.base import Channel
from channels.wecom import WeCom

FOLDER = Path(__file__).parent

CHANNELS: dict[str, Callable[[Mapping[str, str], Broker, str], Channel]] = {
    "wecom": WeCom.from_environ,
}
"""Each takes the environment, the broker and our public address; ValueError names every setting that is wrong."""
