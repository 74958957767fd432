"""The city outside: strict stand-ins of the vendors' servers, and a page of phones, for trying and testing.

This room shares no code with the channels, so that a mistake in one of the two shows in the other.
"""

from sandbox.config import Config, Member
from sandbox.server import Sandbox

__all__ = ["Config", "Member", "Sandbox"]
