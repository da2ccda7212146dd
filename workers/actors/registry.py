"""Which service does which job, and the actors that call them."""

import importlib
from collections.abc import Callable
from typing import Any

from models.rules.job_names import JobName
from models.services import jobs

Actor = Callable[[int], None]

#: The service of each job as module:function. Imported when the first job of its kind begins,
#: so that a worker that only sends mail never loads the libraries of the imports.
SERVICES: dict[JobName, str] = {
    JobName.IMPORT_DATA: "models.services.imports:run_import",
    JobName.SETTLE: "models.services.settle:settle",
    JobName.SCHEME_TRIAL: "models.services.scheme_trials:run",
    JobName.PAY: "workers.banking:pay",
    JobName.REISSUE: "workers.banking:pay_again",
    JobName.RETENTION_PAY: "workers.banking:pay_retention",
    JobName.BANK_RESULT: "workers.banking:apply_results",
    JobName.STATEMENT: "workers.banking:record_statement",
    JobName.ADMIT_TOGETHER: "models.services.exceptions.together:run",
    JobName.WINDOWS: "workers.mail.windows:run",
    JobName.OFFSET: "models.services.offsets:offset",
    JobName.OPEN_LINES: "models.services.overdue.keeping:run",
    JobName.OVERDUE: "workers.mail.reminders:run_overdue",
    JobName.OVERDUE_FIGURES: "models.services.arrears.figures:run",
    JobName.ARREARS_RANKING: "models.services.arrears.ranking:run",
    JobName.OVERDUE_PUBLICATION: "models.services.arrears.publication:run",
    JobName.PAYMENT_NEWS: "workers.mail.payment_news:run",
    JobName.ACCOUNTS: "workers.mail.account_news:run",
    JobName.REMEDY_NEWS: "workers.mail.remedy_news:run",
    JobName.MONEY_REQUESTS: "workers.mail.money_requests:run",
    JobName.ROUND_NEWS: "workers.mail.round_news:run",
    JobName.PAPER_NEWS: "workers.mail.paper_news:run",
    JobName.RETENTION_NEWS: "workers.mail.retention_news:run",
    JobName.RISK_NEWS: "workers.mail.risk_news:run",
    JobName.PROBLEM_NEWS: "workers.mail.problem_news:run",
    JobName.SEND_MAIL: "workers.mail.sender:send_due",
    JobName.WEBHOOKS: "workers.webhooks.run:run",
    JobName.MONITOR: "models.services.monitoring:monitor",
    JobName.RETENTION: "models.services.retention:retain",
    JobName.RISKS: "models.services.risks:run",
    JobName.COVERAGE: "models.services.coverage:run",
    JobName.CADENCE: "models.services.papers.cadence:run",
    JobName.PAPER: "workers.papers.run:draft",
    JobName.PARTICIPATION: "models.services.participation.figuring:run",
    JobName.PARTICIPATION_NEWS: "workers.mail.participation_news:run",
    JobName.GRADES: "models.services.grading.listing:run",
    JobName.CHECK_BOOKS: "workers.banking:check_books",
    JobName.EXPORT: "models.services.exports:run_export",
    JobName.EXPORT_LIST: "models.services.exports.lists:run",
    JobName.TIDY: "workers.tidying:run",
}

#: The actor of each job, filled by @actor in the modules of this folder.
ACTORS: dict[JobName, Actor] = {}


def service(name: JobName) -> Callable[[jobs.Claim], dict[str, Any] | None]:
    """Return the service of a job; its module is imported when the work begins."""

    def call(claim: jobs.Claim) -> dict[str, Any] | None:
        module, function = SERVICES[name].split(":")
        result: dict[str, Any] | None = getattr(importlib.import_module(module), function)(claim)
        return result

    return call


def actor(name: JobName) -> Callable[[Actor], Actor]:
    """Register the one actor of a job; workers.main declares it with the queue of its kind."""

    def register(function: Actor) -> Actor:
        if name in ACTORS:
            raise ValueError(f"two actors for {name}")
        ACTORS[name] = function
        return function

    return register
