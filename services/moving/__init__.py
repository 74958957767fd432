"""Moving house: a school as a folder of plain files, taken while it runs and put back into any kind of database."""

from services.moving.backup import back_up
from services.moving.manifest import Manifest
from services.moving.progress import FILES, Tell
from services.moving.restore import restore
from services.moving.verify import verify

__all__ = ["FILES", "Manifest", "Tell", "back_up", "restore", "verify"]
