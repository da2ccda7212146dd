"""A worker whose settlement is a probe and whose leases are short; else the real worker.

Started with `python -m tests.workers.probe_worker`; `--real-leases` keeps the product's leases.
"""

import dataclasses
import os
import signal
import sys

from models.records.base import db
from models.rules import job_names
from models.rules.job_names import JobName
from models.services import jobs
from models.services.jobs import leases
from workers import main
from workers.actors import registry, settlement

LEASE_SECONDS = 2

registry.SERVICES[JobName.SETTLE] = "tests.workers.probes:settle"


def settle(job_id: int) -> None:
    """Do the work; for `die_before_ack` die after the commit, before Redis hears of it."""
    with db.connection_context():
        before = jobs.get(job_id)
    settlement.settle(job_id)
    if before.args["area"] == "die_before_ack" and before.attempt == 0:
        os.kill(os.getpid(), signal.SIGKILL)


registry.ACTORS[JobName.SETTLE] = settle

if __name__ == "__main__":
    arguments = sys.argv[1:]
    if "--real-leases" in arguments:
        arguments.remove("--real-leases")
    else:
        job_names.KINDS[JobName.SETTLE] = dataclasses.replace(
            job_names.KINDS[JobName.SETTLE], lease_seconds=LEASE_SECONDS
        )
        leases.RENEW_SECONDS = 0.4
    main.main(arguments)
