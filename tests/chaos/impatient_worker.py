"""The real worker that gives hanging work up soon, and knows the poisoned jobs.

Started with `python -m tests.chaos.impatient_worker`.
"""

import dataclasses
import sys

from models.rules import job_names
from models.rules.job_names import JobName
from models.services.jobs import leases
from workers import main
from workers.actors import registry

if __name__ == "__main__":
    for name, kind in job_names.KINDS.items():
        job_names.KINDS[name] = dataclasses.replace(kind, lease_seconds=1, seconds_max=1)
    leases.RENEW_SECONDS = 0.2
    main.DRAIN_SECONDS = main.ROLLBACK_SECONDS = 0.3
    registry.SERVICES[JobName.TIDY] = "tests.chaos.poison:tidy"
    main.main(sys.argv[1:])
