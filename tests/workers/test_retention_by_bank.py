"""A granted amount goes through the jobs: the bank's own file, its answer, its statement, books."""

import csv
import io

import pytest

from models.records.base import sql
from models.rules.job_names import JobName
from models.services import books, files, jobs, profiles
from tests.factories import retention
from tests.factories.retention import AFTER, states
from tests.services.test_reissue_requests import people
from workers import banking
from workers.actors.registry import service
from workers.bankfiles.seeds import SEEDS

pytestmark = pytest.mark.usefixtures("db")

PROFILE = "generic_csv"


def work(name: JobName, **args: object) -> dict:
    job = jobs.enqueue(name, {**args, "on": AFTER}, by="maker")
    jobs.run(int(job.id), service(name))
    row = sql("SELECT state, result, error_sentence FROM job WHERE id = %s", (job.id,)).fetchone()
    assert row[0] == "done", row
    return row[1]


def stored(*rows: list[str]) -> int:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return int(files.store("a.csv", [out.getvalue().encode()], by="maker", kind="upload").id)


def test_the_bank_pays_what_was_granted_and_the_statement_closes_the_day():
    people()
    profiles.ensure(SEEDS)
    first, second = retention.town(5_000, 7_001).hospitals
    number = retention.granted()
    paid = work(JobName.RETENTION_PAY, publicity_no=number, profile=PROFILE)
    (batch,) = paid["batches"]
    text = b"".join(files.read(batch["file_id"])).decode()
    orders = list(csv.DictReader(io.StringIO(text)))
    assert [(one["account_no"], one["amount_yuan"]) for one in orders] == [
        (f"62{first[1:]}", "50.00"), (f"62{second[1:]}", "70.01"),
    ]  # fmt: skip
    told = work(
        JobName.BANK_RESULT,
        profile=PROFILE,
        file_id=stored(
            ["reference", "status", "amount_yuan", "booked_on"],
            [orders[0]["reference"], "settled", "50.00", str(AFTER)],
            [orders[1]["reference"], "pending", "70.01", ""],
        ),
    )
    assert (told["settled"], told["unknown"]) == (1, 1)
    account = sql("SELECT debtor_account_no FROM payment_batch").fetchone()[0]
    shown = work(
        JobName.STATEMENT,
        profile=PROFILE,
        file_id=stored(
            ["account_no", "day", "opening_yuan", "closing_yuan", "entry_no", "booked_on",
             "amount_yuan", "reference"],
            *([account, str(AFTER), "500.00", "379.99", str(place), str(AFTER),
               f"-{one['amount_yuan']}", one["reference"]] for place, one in enumerate(orders)),
        ),
    )  # fmt: skip
    assert (shown["entries"], shown["matched"], shown["exceptions"]) == (2, 2, 0)
    assert states() == ["paid", "paid"]
    assert books.check_books(banking.order_file)["broken"] == []
