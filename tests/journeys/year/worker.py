"""The real worker with short leases, to be killed without patience.

Started with `python -m tests.journeys.year.worker`.
"""

import dataclasses
import sys

from models.rules import job_names
from models.services.jobs import leases
from workers import main

LEASE_SECONDS = 1
ATTEMPTS_MAX = 50

if __name__ == "__main__":
    for name, kind in job_names.KINDS.items():
        job_names.KINDS[name] = dataclasses.replace(
            kind, lease_seconds=LEASE_SECONDS, attempts_max=ATTEMPTS_MAX
        )
    leases.RENEW_SECONDS = 0.2
    main.main(sys.argv[1:])
