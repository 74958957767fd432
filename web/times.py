"""Moments as people say them: today 09:12, yesterday 17:40, 11-20 08:00."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.texts import Texts


@dataclass(frozen=True, slots=True)
class Moments:
    """Tells times in the school's zone and the reader's words; `now` is when the page is made."""

    texts: Texts
    zone: ZoneInfo
    now: datetime

    def __call__(self, moment: datetime) -> str:
        """A past or coming moment in short."""
        here, today = moment.astimezone(self.zone), self.now.astimezone(self.zone)
        days = (here.date() - today.date()).days
        if days in {-1, 0, 1}:
            word = {-1: "yesterday", 0: "today", 1: "tomorrow"}[days]
            return self.texts(f"web.when.{word}", time=f"{here:%H:%M}")
        return f"{here:%m-%d %H:%M}" if here.year == today.year else f"{here:%Y-%m-%d %H:%M}"

    def whole(self, moment: datetime) -> str:
        """The same moment to the minute, for who wants to know exactly."""
        return f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M}"

    def iso(self, moment: datetime) -> str:
        """For the page's `datetime` attribute."""
        return moment.astimezone(self.zone).isoformat(timespec="seconds")
