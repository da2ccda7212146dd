"""A new or changed account is paid only after others than who asked approved it."""

import threading
from datetime import date

import pytest

from models.records.base import db as handle
from models.records.base import sql
from models.rules.errors.access import NotAllowed, SecondPersonNeeded
from models.rules.errors.accounts import (
    AccountAsked,
    AccountCellWrong,
    AccountRefused,
    AccountUnchanged,
    CheckerNeeded,
    EvidenceNeeded,
    UnknownAccountChange,
    UnknownEnterprise,
)
from models.rules.errors.payment import ReasonNeeded
from models.rules.words import Role
from models.services import accounts
from models.services.access import Actor
from models.services.accounts import Evidence, Wish
from models.services.exports import write
from tests.factories import payments as bank
from tests.factories import sheets
from tests.factories.imports import AREA, SCHEME_ROW, send

CHECKER = Actor(name="checker", role=Role.CHECKER)
APPROVER = Actor(name="approver", role=Role.APPROVER)
MAKER = Actor(name="maker", role=Role.MAKER)
ON = date(2026, 7, 1)
CODE = "91520100200000355Y"
SEAT = Actor(name="seat", role=Role.ENTERPRISE, party_code=CODE)
ROW = {
    "credit_code": CODE, "name": "青禾医药", "role": "both", "size": "small",
    "account_no": "62001", "account_name": "青禾医药", "bank_name": "望江银行",
    "cnaps_code": "313701500058", "email": "e@example.org", "suspended_on": "",
}  # fmt: skip
BRANCH = {"cnaps_code": "313701500058", "bank_name": "望江银行", "valid_from": "", "valid_to": ""}
WISH = Wish("62009", "青禾医药", "望江银行", "313701500058")
PDF = Evidence("开户许可证.pdf", b"%PDF-1.7 ...")


def account() -> tuple[str, bool]:
    return sql("SELECT account_no, account_verified FROM enterprise").fetchone()


def last(column: str = "state"):
    return sql(f"SELECT {column} FROM account_change ORDER BY id DESC LIMIT 1").fetchone()[0]


def open_change() -> int:
    return int(sql("SELECT id FROM account_change WHERE decided_by IS NULL").fetchone()[0])


def in_force() -> None:
    send("enterprises", [ROW])
    accounts.approve(CHECKER, on=ON)


def scheme(**changes: str) -> None:
    send("areas", [AREA | {"area_code": "529900", "parent_code": "", "level": "city"}])
    send("schemes", [SCHEME_ROW | changes])


def test_a_second_person_verifies_a_new_account(db):
    send("enterprises", [ROW])
    assert account() == ("62001", False)
    done = {"approved": 1, "checked": 0, "refused": 0, "waiting": 0}
    assert accounts.approve(CHECKER) == done
    assert account() == ("62001", True)
    assert accounts.approve(CHECKER) == done | {"approved": 0}


def test_another_account_must_be_verified_anew_and_another_address_not(db):
    in_force()
    send("enterprises", [ROW | {"email": "new@example.org"}])
    assert account() == ("62001", True)
    assert send("enterprises", [ROW | {"account_no": "62002"}]).counts == (1, 0, 0)
    assert account() == ("62001", False)
    assert send("enterprises", [ROW | {"account_no": "62002"}]).counts == (0, 1, 0)
    accounts.approve(CHECKER)
    assert account() == ("62002", True)


def test_who_asked_may_not_approve(db):
    send("enterprises", [ROW])
    asker = Actor(name=str(last("requested_by")), role=Role.CHECKER)
    assert accounts.approve(asker)["waiting"] == 1
    with pytest.raises(SecondPersonNeeded):
        accounts.approve(asker, [open_change()])
    with pytest.raises(SecondPersonNeeded):
        accounts.reject(asker, open_change(), "户名不符")
    with pytest.raises(NotAllowed):
        accounts.approve(MAKER)
    assert account() == ("62001", False)


def test_a_refused_first_account_stays_unverified_and_is_asked_for_again_when_sent_again(db):
    send("enterprises", [ROW])
    accounts.reject(CHECKER, open_change(), "户名与登记名称不符")
    assert account() == ("62001", False)
    assert accounts.approve(CHECKER)["approved"] == 0
    assert send("enterprises", [ROW]).counts == (1, 0, 0)
    assert accounts.approve(CHECKER)["approved"] == 1
    assert account() == ("62001", True)


def test_a_refused_change_leaves_the_account_in_force_and_may_be_sent_again(db):
    in_force()
    send("enterprises", [ROW | {"account_no": "62002"}])
    with pytest.raises(ReasonNeeded):
        accounts.reject(CHECKER, open_change(), "  ")
    accounts.reject(CHECKER, open_change(), "电话核实：不是本企业所为")
    assert account() == ("62001", True)
    assert send("enterprises", [ROW]).counts == (0, 1, 0)
    assert send("enterprises", [ROW | {"account_no": "62002"}]).counts == (1, 0, 0)
    assert account() == ("62001", False)


def test_a_file_that_says_the_old_account_again_takes_back_what_a_file_asked_and_nothing_else(db):
    in_force()
    send("enterprises", [ROW | {"account_no": "62002"}])
    assert send("enterprises", [ROW]).counts == (1, 0, 0)
    assert (account(), last()) == (("62001", True), "withdrawn")
    accounts.request(MAKER, CODE, WISH)
    assert send("enterprises", [ROW]).counts == (0, 1, 0)
    assert (account(), last()) == (("62001", False), "requested")


def test_what_was_asked_is_kept_as_it_was_and_an_ended_change_does_not_move(db):
    in_force()
    send("enterprises", [ROW | {"account_no": "62002"}])
    send("enterprises", [ROW | {"account_no": "62003"}])
    kept = sql("SELECT after ->> 'account_no', state FROM account_change ORDER BY id").fetchall()
    assert kept == [("62001", "in_force"), ("62002", "withdrawn"), ("62003", "requested")]
    for wrong in (
        "UPDATE account_change SET after = after",
        "UPDATE account_change SET state = 'approved' WHERE state = 'withdrawn'",
        "DELETE FROM account_change",
    ):
        with pytest.raises(Exception, match=r"refused|cannot go"), handle.atomic():
            sql(wrong)


def test_the_enterprise_asks_for_itself_with_evidence(db):
    in_force()
    with pytest.raises(EvidenceNeeded):
        accounts.request(SEAT, CODE, WISH)
    fake = Evidence("x.pdf", b"MZ not a document")
    with pytest.raises(EvidenceNeeded):
        accounts.request(SEAT, CODE, Wish(**vars(WISH) | {"evidence": fake}))
    other = Actor(name="other", role=Role.ENTERPRISE, party_code="X")
    with pytest.raises(UnknownEnterprise):
        accounts.request(other, CODE, WISH)
    change = accounts.request(SEAT, CODE, Wish(**vars(WISH) | {"evidence": PDF}))
    assert account() == ("62001", False)
    with pytest.raises(AccountAsked):
        accounts.request(MAKER, CODE, WISH)
    with pytest.raises(UnknownAccountChange):
        accounts.withdraw(MAKER, change, "不是我提的")
    accounts.withdraw(SEAT, change, "填错了")
    assert (account(), last()) == (("62001", True), "withdrawn")


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"account_no": "62001"}, AccountUnchanged),
        ({"account_no": " "}, AccountCellWrong),
        ({"cnaps_code": "12"}, AccountCellWrong),
        ({"bank_name": "望江\n银行"}, AccountCellWrong),
    ],
)
def test_what_cannot_be_asked_for_is_refused(db, changes, refusal):
    in_force()
    with pytest.raises(refusal):
        accounts.request(MAKER, CODE, Wish(**vars(WISH) | changes))
    assert account() == ("62001", True)


def test_where_the_scheme_asks_for_two_a_checker_verifies_and_another_approves(db):
    scheme(account_reviews="2")
    send("enterprises", [ROW])
    with pytest.raises(CheckerNeeded):
        accounts.approve(APPROVER, [open_change()], on=ON)
    assert accounts.approve(CHECKER, on=ON)["checked"] == 1
    assert account() == ("62001", False)
    with pytest.raises(SecondPersonNeeded):
        accounts.approve(Actor("checker", Role.APPROVER), [open_change()], on=ON)
    with pytest.raises(CheckerNeeded):
        accounts.approve(Actor("checker2", Role.CHECKER), [open_change()], on=ON)
    assert accounts.approve(APPROVER, on=ON)["approved"] == 1
    assert account() == ("62001", True)


def test_a_changed_account_cools_off_and_a_first_one_does_not(db):
    scheme(account_cooling_days="3")
    in_force()
    assert account() == ("62001", True)
    accounts.request(MAKER, CODE, WISH, on=ON)
    accounts.approve(CHECKER, on=ON)
    assert (account(), last(), last("effective_on")) == (
        ("62001", False), "approved", date(2026, 7, 4),
    )  # fmt: skip
    assert accounts.bring_into_force(date(2026, 7, 3)) == []
    assert accounts.bring_into_force(date(2026, 7, 4)) == [CODE]
    assert accounts.bring_into_force(date(2026, 7, 4)) == []
    assert account() == ("62009", True)


def test_an_account_may_be_wished_for_a_later_day(db):
    in_force()
    accounts.request(MAKER, CODE, Wish(**vars(WISH) | {"wanted_on": date(2026, 8, 1)}), on=ON)
    accounts.approve(CHECKER, on=ON)
    assert account() == ("62001", False)
    assert accounts.bring_into_force(date(2026, 8, 1)) == [CODE]


def test_a_cooling_change_can_be_stopped_by_anyone_who_decides(db):
    scheme(account_cooling_days="3")
    in_force()
    change = accounts.request(MAKER, CODE, WISH, on=ON)
    with pytest.raises(UnknownAccountChange):
        accounts.stop(CHECKER, change, "还没有批准")
    accounts.approve(CHECKER, on=ON)
    accounts.stop(CHECKER, change, "原联系人来电否认")
    assert (account(), last()) == (("62001", True), "stopped")
    assert accounts.bring_into_force(date(2026, 8, 1)) == []


def test_a_directory_decides_about_the_bank_only_when_there_is_one(db):
    send("enterprises", [ROW | {"cnaps_code": "313701500059"}])
    send("bank_branches", [BRANCH])
    with pytest.raises(AccountRefused, match="not in the directory"):
        accounts.approve(CHECKER, [open_change()])
    assert accounts.approve(CHECKER) == {"approved": 0, "checked": 0, "refused": 1, "waiting": 0}
    send("enterprises", [ROW])
    assert accounts.approve(CHECKER)["approved"] == 1
    closed = BRANCH | {"valid_to": "2020-01-01"}
    send("bank_branches", [closed])
    with pytest.raises(AccountRefused, match="not in use"):
        accounts.request(MAKER, CODE, WISH)


def test_the_name_binds_where_the_scheme_says_so(db):
    send("enterprises", [ROW | {"name": "青禾（集团）医药", "account_name": "青禾(集团)医药"}])
    assert accounts.judged([open_change()], ON)[open_change()] == []
    send("enterprises", [ROW | {"account_name": "青禾经销"}])
    change = open_change()
    assert [(f.rule, f.refuses) for f in accounts.judged([change], ON)[change]] == [("V7", False)]
    scheme(account_name_binds="yes")
    assert [(f.rule, f.refuses) for f in accounts.judged([change], ON)[change]] == [("V7", True)]
    with pytest.raises(AccountRefused):
        accounts.approve(CHECKER, [change], on=ON)


def together(*calls) -> list[BaseException | object]:
    """Run calls at once, each on a connection of its own, and return what became of them."""
    gate, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place, call):
        gate.wait()
        try:
            answers[place] = call()
        except Exception as error:  # noqa: BLE001 - the refusal is the answer
            answers[place] = error
        finally:
            handle.close()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_of_two_who_approve_at_once_one_does(db):
    in_force()
    change = accounts.request(MAKER, CODE, WISH)
    answers = together(
        lambda: accounts.approve(CHECKER, [change]), lambda: accounts.approve(APPROVER, [change])
    )
    assert sorted(type(one).__name__ for one in answers) == ["UnknownAccountChange", "dict"]
    assert account() == ("62009", True)
    events = sql("SELECT count(*) FROM audit_event WHERE action = 'accounts.in_force'").fetchone()
    assert events[0] == 2


def test_approving_and_refusing_at_once_ends_in_one_of_them(db):
    in_force()
    change = accounts.request(MAKER, CODE, WISH)
    answers = together(
        lambda: accounts.approve(CHECKER, [change]),
        lambda: accounts.reject(APPROVER, change, "不同意"),
    )
    assert sum(isinstance(one, UnknownAccountChange) for one in answers) == 1
    assert (last(), account()) in [
        ("in_force", ("62009", True)), ("rejected", ("62001", True)),
    ]  # fmt: skip


def test_two_requests_at_once_leave_one_open(db):
    in_force()
    other = Wish(**vars(WISH) | {"account_no": "62008"})
    answers = together(
        lambda: accounts.request(MAKER, CODE, WISH),
        lambda: accounts.request(Actor("other", Role.MAKER), CODE, other),
    )
    assert sum(isinstance(one, AccountAsked) for one in answers) == 1
    open_ones = "SELECT count(*) FROM account_change WHERE decided_by IS NULL"
    assert sql(open_ones).fetchone()[0] == 1


def test_a_change_asked_for_while_a_run_pays_waits_and_the_run_pays_the_account_it_saw(db):
    town = sheets.city(1, 1)
    bank.profile()
    sheets.sheet(town.hospitals[0], town.enterprises[0], 100)
    bank.approve_all()
    before = sql("SELECT account_no FROM enterprise").fetchone()[0]
    paying, asked = threading.Event(), threading.Event()

    class Slow(bank.PlainFormat):
        def write(self, head, orders):
            paying.set()
            assert not asked.wait(1), "the change is not through while the run goes on"
            yield from super().write(head, orders)

    def ask():
        assert paying.wait(30)
        wish = Wish("62009", "某企业", "望江银行", "313701500058")
        accounts.request(MAKER, town.enterprises[0], wish)
        asked.set()

    answers = together(lambda: bank.pay(formats=Slow), ask)
    assert not [one for one in answers if isinstance(one, BaseException)], answers
    paid = sql("SELECT payee_account_no FROM payment_instruction").fetchall()
    assert paid == [(before,)]
    assert account() == (before, False)


def test_an_open_change_keeps_the_enterprise_out_of_a_run_until_it_is_in_force(db):
    town = sheets.city(1, 1)
    bank.profile()
    sheets.sheet(town.hospitals[0], town.enterprises[0], 100)
    bank.approve_all()
    change = accounts.request(MAKER, town.enterprises[0], WISH)
    assert bank.pay() == []
    kept = sql("SELECT kept_out, state FROM settlement_sheet").fetchone()
    assert kept == ("account_unverified", "approved")
    accounts.approve(CHECKER, [change])
    bank.pay()
    paid = sql("SELECT payee_account_no FROM payment_instruction").fetchall()
    assert paid == [("62009",)]


@pytest.mark.parametrize(
    ("role", "whole"),
    [(Role.MAKER, True), (Role.APPROVER, True), ("system", True),
     (Role.AUDITOR, False), (Role.SUPERVISOR, False)],
)  # fmt: skip
def test_an_export_of_payments_has_whole_accounts_for_those_who_need_them(
    db, tmp_path, role, whole
):
    bank.paid_city(100)
    account_no = sql("SELECT payee_account_no FROM payment_instruction").fetchone()[0]
    path = tmp_path / "payments.csv"
    write("payments", path, "csv", actor=Actor("somebody", role), period=sheets.PERIOD,
          area=None, on=ON)  # fmt: skip
    text = path.read_text(encoding="utf-8-sig")
    assert (account_no in text) is whole
    assert (f"•••• {account_no[-4:]}" in text) is not whole
