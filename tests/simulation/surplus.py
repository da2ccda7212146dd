"""Retained surplus under the same bad bank: hospitals are paid once, whatever it does."""

from datetime import date, timedelta
from random import Random

from models.records.base import sql
from models.rules.job_names import JobName
from models.services import accounts, payment_proofs
from models.services.accounts import HOSPITALS, Wish
from tests.factories import retention, sheets
from tests.factories.sheets import CHECKER, MAKER
from tests.simulation import story, town
from tests.simulation.bank import CLOSED, Bank, Chances
from tests.simulation.clerk import Clerk
from tests.simulation.desk import Desk
from tests.simulation.paper import PAPERS
from tests.simulation.story import BEGIN, DAYS_MAX, Ending

HOSPITALS_COUNT = 30


class SurplusClerk(Clerk):
    """A clerk who pays a list of retained amounts instead of a month of goods."""

    publicity_no = ""

    def pay(self, on: date) -> None:
        """Order what is granted of the list; a second order is refused."""
        args = {"publicity_no": self.publicity_no, "profile": self.profile, "on": on}
        self.desk.do(JobName.RETENTION_PAY, args, by="maker")
        self._hand_over(on)

    def _correct_accounts(self, on: date) -> None:
        """Ask for another account where the bank closed the old one; a second person agrees."""
        for code, name, account_no, reference in sql(
            "SELECT DISTINCT ON (h.hospital_code) h.hospital_code, h.name, h.account_no,"
            " i.reference FROM payment_instruction i"
            " JOIN hospital h ON h.hospital_code = i.hospital_code"
            " WHERE i.state = 'returned' AND i.bank_reason = %s"
            " AND h.account_no = i.payee_account_no ORDER BY 1, i.id DESC",
            (CLOSED,),
        ).fetchall():
            self.new_accounts[account_no] = f"{int(account_no) + 10**14}"
            wish = Wish(self.new_accounts[account_no], name, "建行", "105100000017")
            asked = accounts.request(MAKER, code, wish, on=on, side=HOSPITALS)
            (proofs,) = payment_proofs.judge([reference], on)
            assert not proofs.complete
            accounts.approve(CHECKER, [asked], on=on, side=HOSPITALS)
            self.counts["accounts"] += 1


def build(random: Random) -> tuple[str, dict[str, int]]:
    """Grant a list of amounts; return its number and what each account is owed in fen."""
    town.people()
    amounts = [random.randint(1, 9_000_000_00) for _ in range(HOSPITALS_COUNT)]
    made = retention.town(*amounts)
    number = retention.granted(on=BEGIN - timedelta(9), after=BEGIN)
    codes = made.hospitals
    return number, {f"62{code[1:]}": fen for code, fen in zip(codes, amounts, strict=True)}


def play(seed: int, *, desk: Desk | None = None, chances: Chances | None = None) -> Ending:
    """Play a seed over empty tables, from the order of the list to the quiet end."""
    random, paper = Random(seed), PAPERS[seed % len(PAPERS)]  # noqa: S311 - a chosen story
    number, owed = build(random)
    town.bring_profile(paper.spec)
    bank = Bank(random, f"1001{sheets.PROVINCE}", chances or Chances())
    clerk = SurplusClerk(desk or Desk(), paper, bank)
    clerk.publicity_no = number
    on = BEGIN
    clerk.pay(on)
    bank.end_day(on)
    while not story._quiet(bank) and (on - BEGIN).days < DAYS_MAX:
        on += timedelta(1)
        clerk.work(on)
        bank.end_day(on)
    clerk.work(on + timedelta(1))
    return story._judge(Ending(seed, paper.spec["code"], (on - BEGIN).days, 0, 0, 0), owed, clerk)
