"""Master data is updated with its history kept; accounts wait for a second person; trees stay trees."""
# ruff: noqa: E501 - one case a line reads best

import pytest

from models.records.base import sql
from models.services import accounts
from models.services.access import Actor
from tests.factories import imports as make
from tests.factories.imports import AREA, ENTERPRISE_ROW, HOSPITAL_ROW, SCHEME_ROW, send

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def world(db):
    make.world()


def enterprise():
    return sql(
        "SELECT name, account_no, account_verified, suspended_on::text, suspended_set_at IS NOT NULL"
        " FROM enterprise WHERE credit_code = %s",
        (make.ENTERPRISE,),
    ).fetchone()


def open_changes():
    return sql(
        "SELECT before ->> 'account_no', after ->> 'account_no', requested_by FROM account_change"
        " WHERE decided_by IS NULL AND credit_code = %s",
        (make.ENTERPRISE,),
    ).fetchall()


def approve():
    accounts.approve(Actor("checker", "checker"))


def test_an_update_keeps_what_was_before_and_who_changed_it():
    assert send("hospitals", [HOSPITAL_ROW | {"name": "新名"}]).counts == (1, 0, 0)
    before, after, by = sql(
        "SELECT before ->> 'name', after ->> 'name', changed_by FROM master_history"
        " WHERE table_name = 'hospital'"
    ).fetchone()
    assert (before, after, by) == ("望江县医院", "新名", "maker")
    assert send("hospitals", [HOSPITAL_ROW | {"name": "新名"}]).counts == (0, 1, 0)
    assert sql("SELECT count(*) FROM master_history").fetchone() == (1,)


def test_an_empty_cell_clears_and_an_absent_column_says_nothing():
    send("hospitals", [HOSPITAL_ROW | {"account_no": "123", "copy_emails": "a@b.cn; c@d.cn"}])
    assert send("hospitals", [HOSPITAL_ROW]).counts == (0, 1, 0)
    without = {k: v for k, v in HOSPITAL_ROW.items() if k != "joined_on"}
    assert send("hospitals", [without]).counts == (0, 1, 0)
    cleared = HOSPITAL_ROW | {"account_no": "", "joined_on": ""}
    assert send("hospitals", [cleared]).counts == (1, 0, 0)
    assert sql(
        "SELECT account_no, joined_on, copy_emails FROM hospital WHERE hospital_code = %s",
        (make.HOSPITAL,),
    ).fetchone() == (None, None, "a@b.cn;c@d.cn")


def test_a_file_that_contradicts_itself_about_a_master_row_is_refused_from_the_second_on():
    rows = [
        HOSPITAL_ROW | {"name": "甲"},
        HOSPITAL_ROW | {"name": "乙"},
        HOSPITAL_ROW | {"name": "甲"},
    ]
    sent = send("hospitals", rows)
    assert sent.counts == (1, 1, 1)
    assert sent.codes == {3: "conflict"}
    assert "前面同一代码的行" in sent.errors[0]["error"]
    assert send("hospitals", rows).counts == (0, 2, 1)


def test_a_new_enterprise_waits_for_a_second_person():
    assert enterprise()[2] is False
    assert open_changes() == [(None, ENTERPRISE_ROW["account_no"], "maker")]
    approve()
    assert enterprise()[2] is True


def test_a_changed_account_waits_again_and_an_open_request_is_replaced():
    approve()
    send("enterprises", [ENTERPRISE_ROW | {"account_no": "2"}])
    assert enterprise()[1:3] == (ENTERPRISE_ROW["account_no"], False), "staged, and nothing is paid"
    send("enterprises", [ENTERPRISE_ROW | {"account_no": "3"}], by=Actor("other", "maker"))
    assert open_changes() == [(ENTERPRISE_ROW["account_no"], "3", "other")]
    approve()
    assert enterprise()[1:3] == ("3", True)


def test_a_changed_name_leaves_the_account_verified():
    approve()
    send("enterprises", [ENTERPRISE_ROW | {"name": "新名"}])
    assert enterprise()[:3] == ("新名", ENTERPRISE_ROW["account_no"], True)
    assert open_changes() == []


def test_a_suspension_remembers_when_it_was_imported():
    assert enterprise()[3:] == (None, False)
    send("enterprises", [ENTERPRISE_ROW | {"suspended_on": "2026-05-01"}])
    assert enterprise()[3:] == ("2026-05-01", True)
    send("enterprises", [ENTERPRISE_ROW])
    assert enterprise()[3:] == (None, True)


def area(code, parent):
    return AREA | {"area_code": code, "parent_code": parent, "level": "county"}


def test_a_parent_must_be_known_or_accepted_from_the_same_file():
    rows = [
        area("111111", "222222"),
        area("222222", "520000"),
        area("333333", "999999"),
        area("444444", "333333"),
        area("555555", "666666"),
        area("666666", "x"),
    ]
    sent = send("areas", rows)
    assert sent.counts == (2, 0, 4)
    assert sent.codes == {
        4: "unknown_reference", 5: "unknown_reference", 6: "unknown_reference", 7: "bad_code",
    }  # fmt: skip


def test_areas_cannot_form_a_circle():
    assert send("areas", [area("111111", "111111")]).codes == {2: "unknown_reference"}
    circle = [area("111111", "222222"), area("222222", "111111")]
    assert send("areas", circle).counts == (0, 0, 2)
    top = [AREA | {"parent_code": "529901"}]
    assert send("areas", top).codes == {2: "unknown_reference"}
    mixed = [AREA | {"parent_code": "777777"}, area("777777", "529901")]
    assert send("areas", mixed).counts == (0, 0, 2)
    assert sql("SELECT parent_code FROM area WHERE area_code = '520000'").fetchone() == (None,)


def test_a_lead_hospital_may_come_in_the_same_file():
    one = HOSPITAL_ROW | {"hospital_code": "H52990100103", "lead_hospital_code": "H52990100104"}
    two = HOSPITAL_ROW | {"hospital_code": "H52990100104", "lead_hospital_code": "H52990100104"}
    lost = HOSPITAL_ROW | {"hospital_code": "H52990100105", "lead_hospital_code": "H52990100199"}
    sent = send("hospitals", [one, two, lost])
    assert sent.counts == (2, 0, 1)
    assert sent.codes == {4: "unknown_reference"}


def test_a_scheme_has_defaults_that_change_nothing_and_its_scope_is_a_set():
    assert send("schemes", [SCHEME_ROW]).counts == (1, 0, 0)
    same = SCHEME_ROW | {"scope": "listed;national_vbp;listed", "windows": "no", "lead_settles": ""}
    assert send("schemes", [same]).counts == (0, 1, 0)
    assert sql("SELECT scope, windows, lead_settles FROM scheme").fetchone() == (
        ["national_vbp", "listed"], False, False,
    )  # fmt: skip
    assert send("schemes", [SCHEME_ROW | {"windows": "yes"}]).counts == (1, 0, 0)
    assert send("schemes", [SCHEME_ROW]).counts == (0, 1, 0)
    assert sql("SELECT windows FROM scheme").fetchone() == (True,)


OTHERS = {
    "schemes": [
        ({"valid_to": "2025-12-31"}, "bad_date"), ({"scope": "listed;all"}, "bad_choice"),
        ({"scope": ""}, "missing_value"), ({"area_code": "529999"}, "unknown_reference"),
        ({"due_days": "-1"}, "bad_number"), ({"due_days": "1.5"}, "too_many_decimals"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(("change", "codes"), OTHERS["schemes"])
def test_a_wrong_scheme_comes_back(change, codes):
    assert send("schemes", [SCHEME_ROW | change]).codes == {2: codes}


CONTRACT = {
    "contract_no": "HT1", "hospital_code": make.HOSPITAL, "nhsa_code": make.PRODUCT,
    "enterprise_code": make.ENTERPRISE, "round_code": "", "price_yuan": "1.0000",
    "committed_quantity": "100", "term_start": "2026-01-01", "term_end": "2026-12-31",
    "signed_on": "2025-12-20", "payment_days": "", "late_rate_bp": "", "enterprise_size": "",
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"payment_days": "0"}, "bad_number"), ({"payment_days": "61"}, "bad_number"),
        ({"acceptance_days": "61"}, "bad_number"), ({"declared_on": "2025-13-01"}, "bad_date"),
        ({"term_end": "2025-12-31"}, "bad_date"), ({"round_code": "N9"}, "unknown_reference"),
        ({"enterprise_size": "huge"}, "bad_choice"), ({"price_yuan": "-1"}, "bad_sign"),
    ],
)  # fmt: skip
def test_a_wrong_contract_comes_back(change, codes):
    assert send("contracts", [CONTRACT | change]).codes == {2: codes}
    terms = {"payment_days": "60", "acceptance_days": "0", "declared_on": "2025-12-20"}
    assert send("contracts", [CONTRACT | terms]).counts == (1, 0, 0)


def test_ladder_and_tiers_need_their_scheme():
    step = {
        "scheme_code": "S-1", "valid_from": "2026-01-01", "step": "1", "name": "提醒",
        "after_days": "1", "action": "remind", "repeat_days": "", "copy_to": "",
    }  # fmt: skip
    tier = {"scheme_code": "S-1", "valid_from": "2026-01-01", "min_score": "80", "ratio_bp": "5000"}
    assert send("ladder", [step]).codes == {2: "unknown_reference"}
    assert send("retention_tiers", [tier]).codes == {2: "unknown_reference"}
    send("schemes", [SCHEME_ROW])
    assert send("ladder", [step, step | {"step": "1.5"}]).codes == {3: "too_many_decimals"}
    sent = send(
        "retention_tiers", [tier, tier | {"min_score": "80.00"}, tier | {"ratio_bp": "5001"}]
    )
    assert sent.counts == (1, 1, 1)
    assert sent.codes == {4: "bad_number"}
    assert send("retention_tiers", [tier | {"ratio_bp": "4000"}]).counts == (1, 0, 0)


def test_inputs_of_monitoring_keep_their_ranges():
    send(
        "rounds",
        [
            {
                "round_code": "N1",
                "name": "国一",
                "level": "national",
                "term_start": "2026-01-01",
                "term_end": "2026-12-31",
            }
        ],
    )
    score = {
        "period": "2026-03",
        "hospital_code": make.HOSPITAL,
        "round_code": "N1",
        "score": "83.5",
    }
    rows = [
        score,
        score | {"period": "2026-13"},
        score | {"score": "100.01"},
        score | {"score": "83.555"},
        score | {"period": "2026-04", "score": "-1"},
    ]
    assert send("assessments", rows).codes == {
        3: "bad_date",
        4: "bad_number",
        5: "too_many_decimals",
        6: "bad_number",
    }
    measured = {
        "period": "2026-03", "hospital_code": make.HOSPITAL, "round_code": "N1", "nhsa_code": make.PRODUCT,
        "base_quantity": "10", "agreed_quantity": "8", "actual_quantity": "9", "price_before_yuan": "2.5",
        "award_price_yuan": "0.4", "non_selected_yuan": "30.00", "fund_ratio_bp": "10001", "insured_share_bp": "9000",
    }  # fmt: skip
    assert send("retention_inputs", [measured]).codes == {2: "bad_number"}
    assert send("retention_inputs", [measured | {"fund_ratio_bp": "6200"}]).counts == (1, 0, 0)


def test_orders_funds_totals_and_quantities_are_updated():
    hospital = make.HOSPITAL
    send(
        "rounds",
        [
            {
                "round_code": "N1",
                "name": "国一",
                "level": "national",
                "term_start": "2026-01-01",
                "term_end": "2026-12-31",
            }
        ],
    )
    tables = {
        "orders": {"order_no": "D1", "nhsa_code": make.PRODUCT, "hospital_code": hospital, "enterprise_code": make.ENTERPRISE,
                   "ordered_on": "2026-03-01", "quantity": "5", "amount_yuan": "5.00", "responded_on": ""},
        "monthly_funds": {"period": "2026-03", "hospital_code": hospital, "audited_yuan": "9.00", "advanced_yuan": "1.00",
                          "clawback_yuan": "0", "deposit_yuan": "0"},
        "procurement_totals": {"period": "2026-03", "hospital_code": hospital, "kind": "drug", "total_yuan": "9.00", "online_yuan": "8"},
        "reported_quantities": {"hospital_code": hospital, "round_code": "N1", "nhsa_code": make.PRODUCT, "reported_quantity": "9",
                                "committed_quantity": "8", "letter_signed_on": ""},
        "calendar": {"day": "2026-10-01", "kind": "holiday"},
        "lpr": {"valid_from": "2026-01-20", "one_year_bp": "300"},
        "awards": {"round_code": "N1", "nhsa_code": make.PRODUCT, "area_code": "520000", "price_yuan": "1", "term_start": "", "term_end": ""},
    }  # fmt: skip
    changes = {"orders": ("amount_yuan", "6"), "monthly_funds": ("audited_yuan", "10"), "procurement_totals": ("online_yuan", "7"),
               "reported_quantities": ("committed_quantity", "7"), "calendar": ("kind", "makeup"), "lpr": ("one_year_bp", "310"),
               "awards": ("price_yuan", "0.9")}  # fmt: skip
    for kind, row in tables.items():
        column, value = changes[kind]
        assert send(kind, [row]).counts == (1, 0, 0), kind
        assert send(kind, [row | {column: value}]).counts == (1, 0, 0), kind
        assert send(kind, [row | {column: value}]).counts == (0, 1, 0), kind
    assert sql("SELECT count(*) FROM master_history WHERE changed_by = 'maker'").fetchone() == (7,)
