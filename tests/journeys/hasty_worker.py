"""The real worker with short leases, so that a killed one is replaced within the test's patience.

Started with `python -m tests.journeys.hasty_worker`.
"""

import dataclasses
import sys

from models.rules import job_names
from models.services.jobs import leases
from workers import main

LEASE_SECONDS = 2
ATTEMPTS_MAX = 50

if __name__ == "__main__":
    for name, kind in job_names.KINDS.items():
        job_names.KINDS[name] = dataclasses.replace(
            kind, lease_seconds=LEASE_SECONDS, attempts_max=ATTEMPTS_MAX
        )
    leases.RENEW_SECONDS = 0.4
    main.main(sys.argv[1:])
