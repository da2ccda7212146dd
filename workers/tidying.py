"""The job `tidy`: remove what nobody will look at any more, each kind by its own rule."""

from typing import Any

from models.services import jobs
from models.services.api import keys
from models.services.jobs import tidy
from models.services.webhooks import delivering


def run(claim: jobs.Claim) -> dict[str, Any]:
    """Return how many rows of each kind were removed."""
    result = tidy.tidy(claim)
    return {
        **result,
        "requests": keys.tidy(tidy.ROWS_MAX),
        "events": delivering.tidy(tidy.ROWS_MAX),
    }
