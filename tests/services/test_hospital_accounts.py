"""Money goes back to a hospital only at an account that others than who asked have verified."""

from datetime import date

import psycopg
import pytest

from models.records.base import db as handle
from models.records.base import sql
from models.rules.errors.access import NotAllowed, OutOfScope, SecondPersonNeeded
from models.rules.errors.accounts import (
    AccountAsked,
    AccountRefused,
    AccountUnchanged,
    EvidenceNeeded,
    NothingFiled,
    UnknownHospital,
)
from models.rules.words import Role
from models.services import accounts
from models.services.access import Actor
from models.services.accounts import HOSPITALS, Evidence, Wish, news
from models.settings import load
from tests.factories import imports as world
from tests.factories.imports import SCHEME_ROW, send
from workers.mail.render import MailRenderer

pytestmark = pytest.mark.usefixtures("db")

MAKER = Actor(name="maker", role=Role.MAKER)
CHECKER = Actor(name="checker", role=Role.CHECKER)
APPROVER = Actor(name="approver", role=Role.APPROVER)
SEAT = Actor(name="seat", role=Role.HOSPITAL, party_code=world.HOSPITAL)
FIRM = Actor(name="firm", role=Role.ENTERPRISE, party_code=world.ENTERPRISE)
COUNTY = Actor(name="county", role=Role.MAKER, area_code="529902")
ON = date(2026, 7, 1)
FILED = {
    "account_no": "6211000000000001", "account_name": "望江县医院", "bank_name": "望江银行",
    "cnaps_code": "313701500058",
}  # fmt: skip
WISH = Wish("6211000000000009", "望江县医院", "清江银行", "313701500058")
PDF = Evidence("证明.pdf", b"%PDF-1.7 ...")


@pytest.fixture(autouse=True)
def _world(db):
    world.world()


def file(**changes: str):
    return send("hospitals", [world.HOSPITAL_ROW | FILED | changes])


def account() -> tuple[str, bool]:
    return sql(
        "SELECT account_no, account_verified FROM hospital WHERE hospital_code = %s",
        (world.HOSPITAL,),
    ).fetchone()


def open_change() -> int:
    return sql("SELECT max(id) FROM hospital_account_change").fetchone()[0]


def states() -> list[str]:
    return [row[0] for row in sql("SELECT state FROM hospital_account_change ORDER BY id")]


def verified() -> None:
    file()
    accounts.hand_in(MAKER, on=ON)
    accounts.approve(CHECKER, on=ON, side=HOSPITALS)
    assert account() == (FILED["account_no"], True)


def test_a_filed_account_is_taken_as_before_and_verified_by_another_person():
    assert file().counts == (1, 0, 0)
    assert account() == (FILED["account_no"], False)
    assert sql("SELECT count(*) FROM hospital_account_change").fetchone()[0] == 0
    assert accounts.hand_in(MAKER, on=ON) == 1
    with pytest.raises(NothingFiled):
        accounts.hand_in(MAKER, on=ON)
    both = Actor(name="maker", role=Role.CHECKER)
    assert accounts.approve(both, on=ON, side=HOSPITALS)["waiting"] == 1
    with pytest.raises(SecondPersonNeeded):
        accounts.approve(both, [open_change()], on=ON, side=HOSPITALS)
    assert accounts.approve(CHECKER, on=ON, side=HOSPITALS)["approved"] == 1
    assert account() == (FILED["account_no"], True)


def test_the_command_that_approves_enterprises_knows_nothing_of_hospitals():
    file()
    accounts.hand_in(MAKER, on=ON)
    done = accounts.approve(CHECKER, on=ON)
    assert states() == ["requested"]
    assert done["waiting"] == 0


def test_a_file_that_changes_a_verified_account_makes_it_unverified_and_verifies_nothing():
    verified()
    assert file().counts == (0, 1, 0)
    assert account() == (FILED["account_no"], True)
    file(account_no="6211000000000002")
    assert account() == ("6211000000000002", False)
    accounts.hand_in(MAKER, on=ON)
    accounts.reject(CHECKER, open_change(), "电话核实不符", on=ON, side=HOSPITALS)
    assert account() == ("6211000000000002", False), "a refusal must not verify what it refused"
    file()
    assert account() == (FILED["account_no"], False)


def test_a_refused_wish_leaves_the_verified_account_in_force():
    verified()
    accounts.request(MAKER, world.HOSPITAL, WISH, on=ON, side=HOSPITALS)
    assert account() == (FILED["account_no"], False)
    accounts.reject(CHECKER, open_change(), "资料不全", on=ON, side=HOSPITALS)
    assert account() == (FILED["account_no"], True)


def test_a_file_after_the_request_stops_its_approval():
    verified()
    accounts.request(MAKER, world.HOSPITAL, WISH, on=ON, side=HOSPITALS)
    file(account_no="6211000000000003")
    with pytest.raises(AccountRefused, match="file changed"):
        accounts.approve(CHECKER, [open_change()], on=ON, side=HOSPITALS)
    accounts.withdraw(MAKER, open_change(), "以文件为准", side=HOSPITALS)
    assert account() == ("6211000000000003", False)


def test_a_hospital_asks_for_itself_with_a_document_and_for_nobody_else():
    with pytest.raises(EvidenceNeeded):
        accounts.request(SEAT, world.HOSPITAL, WISH, on=ON, side=HOSPITALS)
    seen = Wish(**vars(WISH) | {"evidence": PDF})
    with pytest.raises(UnknownHospital):
        accounts.request(SEAT, world.OTHER_HOSPITAL, seen, on=ON, side=HOSPITALS)
    with pytest.raises(UnknownHospital):
        accounts.request(FIRM, world.HOSPITAL, seen, on=ON, side=HOSPITALS)
    accounts.request(SEAT, world.HOSPITAL, seen, on=ON, side=HOSPITALS)
    with pytest.raises(AccountAsked):
        accounts.request(MAKER, world.HOSPITAL, WISH, on=ON, side=HOSPITALS)
    accounts.approve(CHECKER, [open_change()], on=ON, side=HOSPITALS)
    assert account() == (WISH.account_no, True)
    with pytest.raises(AccountUnchanged):
        accounts.request(MAKER, world.HOSPITAL, WISH, on=ON, side=HOSPITALS)


def test_rows_of_other_areas_are_out_of_reach():
    file()
    with pytest.raises(OutOfScope):
        accounts.request(COUNTY, world.HOSPITAL, WISH, on=ON, side=HOSPITALS)
    with pytest.raises(NothingFiled):
        accounts.hand_in(COUNTY, on=ON)
    with pytest.raises(NotAllowed):
        accounts.hand_in(SEAT, on=ON)
    accounts.hand_in(MAKER, on=ON)
    far = Actor(name="far", role=Role.CHECKER, area_code="529902")
    assert accounts.approve(far, on=ON, side=HOSPITALS)["approved"] == 0
    with pytest.raises(OutOfScope):
        accounts.approve(far, [open_change()], on=ON, side=HOSPITALS)


def test_two_reviews_and_a_cooling_off_where_the_scheme_says_so():
    verified()
    send("schemes", [SCHEME_ROW | {"account_reviews": "2", "account_cooling_days": "3"}])
    file(account_no="6211000000000004")
    accounts.hand_in(MAKER, on=ON)
    assert accounts.approve(CHECKER, on=ON, side=HOSPITALS)["checked"] == 1
    accounts.approve(APPROVER, on=ON, side=HOSPITALS)
    assert states()[-1] == "approved"
    assert accounts.bring_into_force(date(2026, 7, 3)) == []
    assert accounts.bring_into_force(date(2026, 7, 4)) == [world.HOSPITAL]
    assert account() == ("6211000000000004", True)


def test_the_hospital_is_told_at_its_address_once():
    verified()
    accounts.request(MAKER, world.HOSPITAL, WISH, on=ON, side=HOSPITALS)
    render = MailRenderer(load())
    assert (news.tell(ON, render, by="system"), news.tell(ON, render, by="system")) == (1, 0)
    to, party, subject, text = sql(
        "SELECT to_address, party_kind, subject, body_text FROM mail"
    ).fetchone()
    assert (to, party) == ("h@example.org", "hospital")
    assert subject == "【收款账户变更申请】望江县医院"
    assert "贵院的收款账户" in text
    assert "hospital-accounts" in text


def test_the_database_keeps_one_open_change_and_two_persons():
    file()
    accounts.hand_in(MAKER, on=ON)
    with pytest.raises(psycopg.errors.CheckViolation), handle.atomic():
        sql(
            "UPDATE hospital_account_change SET state = 'approved', decided_by = requested_by,"
            " decided_at = now(), effective_on = now()"
        )
    with pytest.raises(psycopg.errors.UniqueViolation), handle.atomic():
        sql(
            "INSERT INTO hospital_account_change (hospital_code, after, source, reviews_needed,"
            " cooling_days, requested_by, requested_at, state) SELECT hospital_code, after, source,"
            " 1, 0, 'x', now(), 'requested' FROM hospital_account_change"
        )
    with pytest.raises(psycopg.errors.RestrictViolation), handle.atomic():
        sql("UPDATE hospital_account_change SET after = '{}'")
