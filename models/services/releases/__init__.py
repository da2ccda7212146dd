"""Released bank files: written down before they leave, found again after a restore."""

from models.services.releases.comparing import compare, unknown
from models.services.releases.deciding import decide, listed, propose
from models.services.releases.releasing import release

__all__ = ["compare", "decide", "listed", "propose", "release", "unknown"]
