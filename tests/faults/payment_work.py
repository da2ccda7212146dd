"""A small town whose month goes through pay, result, statement and re-issue as queued jobs."""

from datetime import date, timedelta
from random import Random

from models.records.base import sql
from models.rules.job_names import JobName
from models.services import files, jobs, reissue
from tests.factories.sheets import APPROVER, MAKER, PERIOD
from tests.simulation import town
from tests.simulation.bank import Booking, Order, Say, StatementDay
from tests.simulation.paper import CSV

SENT = date(2026, 4, 13)
PAYABLES = 6
PROFILE = str(CSV.spec["code"])
#: The work of a month in its order.
KINDS = (JobName.PAY, JobName.BANK_RESULT, JobName.STATEMENT, JobName.REISSUE)

#: Every figure of the money, without the numbers that a lost attempt uses up.
FIGURES = {
    "orders": "SELECT enterprise_code, payee_account_no, amount_fen, state, booked_on, returned_on,"
    " sent_on, reissue_of IS NULL FROM payment_instruction",
    "batches": "SELECT state, lines_count, total_fen, execution_on FROM payment_batch",
    "files": "SELECT kind, count(*) FROM stored_file WHERE kind <> 'attachment' GROUP BY kind",
    "sheets": "SELECT enterprise_code, state, kept_out FROM settlement_sheet",
    "events": "SELECT from_state, to_state, cause, count(*) FROM instruction_event"
    " GROUP BY 1, 2, 3",
    "ledger": "SELECT kind, debit_account, credit_account, amount_fen FROM ledger_entry",
    "results": "SELECT counts FROM bank_result_file",
    "days": "SELECT day, closed, entries_fen FROM statement_day",
    "cases": "SELECT kind, amount_fen FROM payment_exception",
}


_MARK = "SELECT md5(string_agg(t.row, '|')) FROM ({}) t"
_ROWS = "(SELECT coalesce(string_agg(r::text, ',' ORDER BY r::text), '') AS row FROM ({}) r)"


def mark() -> str:
    """One word for all figures, in one query."""
    return str(
        sql(_MARK.format(" UNION ALL ".join(map(_ROWS.format, FIGURES.values())))).fetchone()
    )


def figures() -> dict[str, list[str]]:
    """Every figure of the money, comparable between two histories."""
    return {name: sorted(map(str, sql(query).fetchall())) for name, query in FIGURES.items()}


def begin() -> None:
    """Make the town."""
    town.build(PAYABLES, Random(7))  # noqa: S311 - a chosen town
    town.bring_profile(CSV.spec)


def orders() -> list[Order]:
    return [
        Order(*row)
        for row in sql(
            "SELECT reference, payee_account_no, payee_account_name, amount_fen"
            " FROM payment_instruction ORDER BY id"
        )
    ]


def ask(kind: JobName) -> int:
    """Queue the work of a kind and return its job."""
    if kind is JobName.PAY:
        args = {"period": PERIOD, "area": None, "profile": PROFILE, "on": SENT}
        return _queue(kind, args)
    if kind is JobName.REISSUE:
        return _release()
    return _queue(kind, {"file_id": _paper(kind), "profile": PROFILE, "on": SENT})


def _queue(kind: JobName, args: dict[str, object]) -> int:
    return int(jobs.enqueue(kind, args, by="maker").id)


def _paper(kind: JobName) -> int:
    """The first order settles, the second is rejected, the third settles and comes back.

    The statement has the day after, too: it could still show the debit of the second.
    """
    first, second, third, *_ = orders()
    back = SENT + timedelta(1)
    if kind is JobName.BANK_RESULT:
        says = [Say(first, "settled", SENT), Say(second, "rejected", SENT, "户名不符"),
                Say(third, "settled", SENT), Say(third, "returned", back)]  # fmt: skip
        contents = CSV.write_results(says, 1)
    else:
        debits = [Booking("1", SENT, -first.amount_fen, first),
                  Booking("2", SENT, -third.amount_fen, third),
                  Booking("3", SENT, third.amount_fen, third)]  # fmt: skip
        closing = 10**12 - first.amount_fen
        contents = CSV.write_statement(StatementDay(town.ACCOUNT_NO, SENT, 10**12, closing, debits))
        quiet = CSV.write_statement(StatementDay(town.ACCOUNT_NO, back, closing, closing, []))
        contents += quiet.split(b"\n", 1)[1]
    return int(files.store("bank.csv", [contents], by="maker", kind=kind.value).id)


def _release() -> int:
    again = orders()[1:3]
    number = reissue.ask(MAKER, [one.reference for one in again], PROFILE, "再付", SENT)
    total = sum(one.amount_fen for one in again)
    return reissue.release(APPROVER, number, SENT, count=len(again), total_fen=total)
