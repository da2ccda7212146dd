"""A clerk who does what the product allows, every day, and asks for more than it should allow.

Results and statements are taken in as they come; what stays silent is marked and asked about;
what came to nothing is paid again by two people. On purpose the clerk also asks at once for every
payment that is not settled: what keeps money from going out twice must be the product.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from models.records.base import sql
from models.rules.errors import SettlementError
from models.rules.errors.cases import CaseNotAdmissible
from models.rules.errors.payment import InquiryNotProof
from models.rules.job_names import JobName
from models.services import accounts, exceptions, inquiries, payment_proofs, reissue
from models.services.accounts import Wish
from tests.factories.sheets import APPROVER, CHECKER, MAKER, PERIOD
from tests.simulation.bank import CLOSED, Bank
from tests.simulation.desk import Desk
from tests.simulation.paper import Paper

#: Payments a day that the hasty clerk asks for one by one, and is refused.
HASTY_TRIES = 4
#: Days without an answer after which a payment is marked and asked about.
SILENT_DAYS = 2


@dataclass
class Clerk:
    """Everything the house does in the simulation."""

    desk: Desk
    paper: Paper
    bank: Bank
    counts: Counter[str] = field(default_factory=Counter)
    files_seen: int = 0
    last_batch: int = 0
    #: Closed account → the one that came in its place.
    new_accounts: dict[str, str] = field(default_factory=dict)
    _asked_on: dict[str, date] = field(default_factory=dict)

    @property
    def profile(self) -> str:
        return str(self.paper.spec["code"])

    def pay(self, on: date) -> None:
        """Pay the month; a second run finds nothing to pay."""
        args = {"period": PERIOD, "area": None, "profile": self.profile, "on": on}
        self.desk.do(JobName.PAY, args, by="maker")
        assert self.desk.do(JobName.PAY, args, by="maker")["batches"] == []
        self._hand_over(on)

    def work(self, on: date) -> None:
        """Do the work of one morning."""
        self._take_in(on)
        self._decide_cases(on)
        self._follow_silence(on)
        self._correct_accounts(on)
        self._be_hasty(on)
        self._pay_again(on)

    def _hand_over(self, on: date) -> None:
        """Bring the stored bytes of the new files to the bank."""
        self.last_batch, contents = self.desk.sent_since(self.last_batch)
        for content in contents:
            self.bank.take(self.paper.read_orders(content), on)

    def _take_in(self, on: date) -> None:
        for says in self.bank.results(on):
            self.files_seen += 1
            number = self.files_seen
            content = self.paper.write_results(says, number)
            counted = self.desk.give(JobName.BANK_RESULT, content, self.profile, on)
            assert counted["lines"] == len(says)
        for day in self.bank.statements(on):
            content = self.paper.write_statement(day)
            self.desk.give(JobName.STATEMENT, content, self.profile, on)

    def _decide_cases(self, on: date) -> None:
        """Two people admit the debit of what the bank had refused; the rest is closed."""
        for case, kind, evidence, reference in sql(
            "SELECT x.id, x.kind, x.evidence, i.reference FROM payment_exception x"
            " LEFT JOIN payment_instruction i ON i.id = x.instruction_id"
            " WHERE x.closed_at IS NULL ORDER BY x.id"
        ).fetchall():
            if kind == "contradiction" and evidence.startswith("statement:"):
                self._admit(case, reference, on)
            else:
                exceptions.close(case, CHECKER, "已与银行和对账单核对")

    def _admit(self, case: int, reference: str, on: date) -> None:
        try:
            asked = exceptions.ask(CHECKER, case, reference, reason="对账单有扣款", on=on)
        except CaseNotAdmissible:
            self.counts["not_admissible"] += 1
            return
        assert exceptions.agree(APPROVER, [asked], on)["count"] == 1
        self.counts["admitted"] += 1

    def _follow_silence(self, on: date) -> None:
        silent = sql(
            "SELECT reference, state FROM payment_instruction"
            " WHERE state IN ('sent', 'unknown', 'accepted') AND sent_on <= %s::date - %s"
            " ORDER BY id",
            (on, SILENT_DAYS),
        ).fetchall()
        lost = [reference for reference, state in silent if state == "sent"]
        if lost:
            inquiries.lose_sight(MAKER, lost, "银行两天没有答复", on)
        asked = [reference for reference, _ in silent if self._may_ask(reference, on)]
        answers = self.bank.ask(asked)
        self.bank.repeat([one for one, word in answers.items() if word == "processed"], on)
        for reference, word in answers.items():
            if word == "not_received":
                self._confirm_not_received(reference, on)

    def _may_ask(self, reference: str, on: date) -> bool:
        """Return whether nobody asked about the payment lately, and remember that somebody does."""
        if (on - self._asked_on.get(reference, date.min)).days < SILENT_DAYS:
            return False
        self._asked_on[reference] = on
        return True

    def _confirm_not_received(self, reference: str, on: date) -> None:
        """Record that the bank never had it; a second person takes it as proof when it is one."""
        inquiry = inquiries.record(
            MAKER, reference, "not_received", "查无此笔", asked_on=on, answered_on=on
        )
        self.counts["inquiries"] += 1
        try:
            inquiries.confirm(CHECKER, inquiry, on)
        except InquiryNotProof:
            # The statements are not closed yet: the bank is asked again tomorrow.
            self._asked_on.pop(reference)

    def _correct_accounts(self, on: date) -> None:
        """Ask for another account where the bank closed the old one; a second person agrees."""
        for code, name, account_no in sql(
            "SELECT DISTINCT e.credit_code, e.name, e.account_no FROM payment_instruction i"
            " JOIN enterprise e ON e.credit_code = i.enterprise_code"
            " WHERE i.state = 'returned' AND i.bank_reason = %s"
            " AND e.account_no = i.payee_account_no ORDER BY 1",
            (CLOSED,),
        ).fetchall():
            self.new_accounts[account_no] = f"{int(account_no) + 10**14}"
            wish = Wish(self.new_accounts[account_no], name, "建行", "105100000017")
            asked = accounts.request(MAKER, code, wish, on=on)
            (proofs,) = payment_proofs.judge([self._latest(code)], on)
            assert not proofs.complete
            accounts.approve(CHECKER, [asked], on=on)
            self.counts["accounts"] += 1

    def _latest(self, credit_code: str) -> str:
        return str(
            sql(
                "SELECT reference FROM payment_instruction WHERE enterprise_code = %s"
                " ORDER BY id DESC LIMIT 1",
                (credit_code,),
            ).fetchone()[0]
        )

    def _be_hasty(self, on: date) -> None:
        open_now = sql(
            "SELECT reference FROM payment_instruction WHERE state <> 'settled'"
            " ORDER BY (id * 7919 + %s) %% 1009 LIMIT %s",
            (on.toordinal() * 31, HASTY_TRIES),
        ).fetchall()
        self._ask_hastily([row[0] for row in open_now], on)

    def _ask_hastily(self, references: list[str], on: date) -> None:
        """Ask for each payment again; whatever is not proved to have come to nothing is refused."""
        for reference in references:
            (proofs,) = payment_proofs.judge([reference], on)
            try:
                number = reissue.ask(MAKER, [reference], self.profile, "催款", on)
            except SettlementError:
                assert not proofs.complete or proofs.open_request
                self.counts["refused"] += 1
            else:
                assert proofs.complete
                self._release(number, on)

    def _pay_again(self, on: date) -> None:
        rows = sql(
            "SELECT reference FROM payment_instruction i"
            " WHERE state IN ('rejected', 'returned', 'reversed', 'cancelled') AND NOT EXISTS"
            " (SELECT 1 FROM payment_instruction n WHERE n.reissue_of = i.id) ORDER BY id"
        ).fetchall()
        judged = payment_proofs.judge([row[0] for row in rows], on)
        # The statement alone is one proof: the bank is asked for the word that got lost.
        wordless = [one.reference for one in judged if one.came_to_nothing and not one.bank_said_so]
        self.bank.repeat([one for one in wordless if self._may_ask(one, on)], on)
        proved = [one.reference for one in judged if one.complete]
        if proved:
            self._release(reissue.ask(MAKER, proved, self.profile, "两项证据齐全", on), on)

    def _release(self, number: str, on: date) -> None:
        count, total = sql(
            "SELECT count(*), sum(amount_fen)::bigint FROM payment_reissue WHERE request_no = %s",
            (number,),
        ).fetchone()
        job_id = reissue.release(APPROVER, number, on, count=count, total_fen=total)
        self.desk.done(job_id)
        self.counts["reissues"] += count
        self._hand_over(on)
