"""One seed from the pay run to the quiet end, judged by the bank's own truth."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from models.records.base import sql
from models.services import books
from tests.simulation import town
from tests.simulation.bank import Bank, Chances
from tests.simulation.clerk import Clerk
from tests.simulation.desk import Desk
from tests.simulation.naive import NaiveClerk
from tests.simulation.paper import PAPERS, Paper
from workers import banking

BEGIN = date(2026, 4, 13)
#: A story that is not over by then would never be.
DAYS_MAX = 90


@dataclass
class Ending:
    """How a story ended: payables by what the bank says really happened, and the cases opened."""

    seed: int
    paper: str
    days: int
    overpaid: int
    unpaid: int
    reissues: int
    refused: int = 0
    admitted: int = 0
    accounts: int = 0
    cases: Counter[str] = field(default_factory=Counter)
    #: What is wrong, in sentences; a good ending has none.
    faults: list[str] = field(default_factory=list)


def play(
    seed: int, payables: int = 400, *, desk: Desk | None = None, chances: Chances | None = None
) -> Ending:
    """Play a seed with the product over empty tables and return how it ended."""
    random, paper = Random(seed), PAPERS[seed % len(PAPERS)]  # noqa: S311 - a chosen story
    owed = town.build(payables, random)
    town.bring_profile(paper.spec)
    bank = Bank(random, town.ACCOUNT_NO, chances or Chances())
    clerk = Clerk(desk or Desk(), paper, bank)
    on = BEGIN
    clerk.pay(on)
    bank.end_day(on)
    while not _quiet(bank) and (on - BEGIN).days < DAYS_MAX:
        on += timedelta(1)
        clerk.work(on)
        bank.end_day(on)
    clerk.work(on + timedelta(1))
    return _judge(Ending(seed, paper.spec["code"], (on - BEGIN).days, 0, 0, 0), owed, clerk)


def _quiet(bank: Bank) -> bool:
    """Return whether the bank has nothing more to say and nothing waits for the clerk."""
    if bank.busy:
        return False
    waiting = sql(
        "SELECT EXISTS (SELECT 1 FROM payment_instruction i WHERE state <> 'settled'"
        " AND NOT EXISTS (SELECT 1 FROM payment_instruction n WHERE n.reissue_of = i.id))"
    ).fetchone()[0]
    return not waiting


def _judge(ending: Ending, owed: dict[str, int], clerk: Clerk) -> Ending:
    bank = clerk.bank
    for account, fen in owed.items():
        kept = bank.kept_fen[account]
        while account in clerk.new_accounts:
            account = clerk.new_accounts[account]  # noqa: PLW2901 - one after the other
            kept += bank.kept_fen[account]
        ending.overpaid += kept > fen
        ending.unpaid += kept < fen
        if kept not in (0, fen):
            ending.faults.append(f"{account} holds {kept} of {fen}")
    ending.reissues, ending.refused = clerk.counts["reissues"], clerk.counts["refused"]
    ending.admitted, ending.accounts = clerk.counts["admitted"], clerk.counts["accounts"]
    if ending.overpaid or ending.unpaid:
        ending.faults.append(f"{ending.overpaid} overpaid, {ending.unpaid} forgotten")
    ending.faults += _unexplained(ending, bank)
    ending.faults += _unseen(bank)
    ending.faults += books.check_books(banking.order_file)["broken"]
    return ending


def _unexplained(ending: Ending, bank: Bank) -> list[str]:
    """Return the cases that no behaviour of the bank explains."""
    found = []
    for kind, reference, facts in sql(
        "SELECT x.kind, i.reference, x.facts FROM payment_exception x"
        " LEFT JOIN payment_instruction i ON i.id = x.instruction_id ORDER BY x.id"
    ).fetchall():
        ending.cases[kind] += 1
        if kind not in bank.blunders[reference or ""]:
            found.append(f"{kind} of {reference} is not explained: {facts}")
    return found


def _unseen(bank: Bank) -> list[str]:
    """Return the payments whose state in our books is not what the bank really did."""
    real = {"settled": "paid", "rejected": "rejected", "cancelled": "never"}
    found = []
    for reference, state in sql("SELECT reference, state FROM payment_instruction ORDER BY id"):
        fate = bank.fates[reference]
        # A statement without a mark for 冲账 cannot tell the two ways money comes back.
        came_back = {state, fate} <= {"returned", "reversed"}
        if not came_back and real.get(state) != fate:
            found.append(f"{reference} is {state} in the books and {fate} at the bank")
    return found


def play_naive(seed: int, payables: int = 400, paper: Paper | None = None) -> Ending:
    """Play the same bank against the rule most programs have."""
    paper = paper or PAPERS[seed % len(PAPERS)]
    random = Random(seed)  # noqa: S311 - a chosen story
    owed = {f"6200{n:012d}": random.randint(1_00, 9_000_000_00) for n in range(1, payables + 1)}
    bank = Bank(random, town.ACCOUNT_NO)
    clerk = NaiveClerk(paper, bank, owed)
    on = BEGIN
    clerk.pay(on)
    bank.end_day(on)
    for _ in range(25):
        on += timedelta(1)
        clerk.work(on)
        bank.end_day(on)
    kept = bank.kept_fen
    return Ending(
        seed, "naive", 25,
        overpaid=sum(kept[account] > fen for account, fen in owed.items()),
        unpaid=sum(kept[account] < fen for account, fen in owed.items()),
        reissues=clerk.reissues,
    )  # fmt: skip
