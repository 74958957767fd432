"""What a sentence means: text and situation in, Reading out; no database, no network.

normalise → extract (places, items, problems, records) → decide (intents, parts).
"""

from understanding.reader import Reader, highest
from understanding.reading import Ask, AssetWords, Intent, Part, PlaceWords, Reading, Situation

__all__ = ["Ask", "AssetWords", "Intent", "Part", "PlaceWords", "Reader", "Reading", "Situation", "highest"]
