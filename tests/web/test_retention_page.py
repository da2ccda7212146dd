"""结余留用: every factor on the page, a word about what was shown, once, by whom it may be said."""

import re

import psycopg
import pytest

from models.records.base import db as database
from models.records.base import sql
from models.services import access, retention
from tests.factories import receipts, work
from tests.factories.sheets import PERIOD
from tests.web.conftest import fields

ROUND = "GC7"


@pytest.fixture
def town(people_of_town):
    """A round of two products, one not finished; 95 points let half of the base be kept."""
    made = people_of_town
    work.drafts(made)
    code = made.hospitals[0]
    for product, actual in (("P1", 120), ("P2", 50)):
        sql(
            "INSERT INTO retention_input (period, hospital_code, round_code, nhsa_code,"
            " base_quantity, agreed_quantity, actual_quantity, price_before_yuan,"
            " award_price_yuan, non_selected_fen, fund_ratio_bp, insured_share_bp)"
            " VALUES (%s, %s, %s, %s, 100, 100, %s, 20, 5, 10000, 7000, 9000)",
            (PERIOD, code, ROUND, product, actual),
        )
    sql(
        "INSERT INTO assessment (period, hospital_code, round_code, score) VALUES (%s, %s, %s, 95)",
        (PERIOD, code, ROUND),
    )
    run()
    # The town has no scheme with tiers: the ratio is set as a run with tiers would.
    sql("UPDATE retention_result SET ratio_bp = 5000, retained_fen = round(base_fen * 0.5)")
    database.connection().commit()
    return f"/retention/{PERIOD}/{code}/{ROUND}"


def run() -> None:
    with database.atomic():
        retention.retain_period(access.SYSTEM, PERIOD, None)
    database.connection().commit()


def said() -> list[tuple]:
    return sql(
        "SELECT move, retained_fen, said_by, note FROM retention_word ORDER BY id"
    ).fetchall()


def test_the_factors_on_the_page_come_to_the_amount_of_the_run(reader, town):
    page = reader("clinic").get(town).text
    # (100 × 20 − 100 × 5 − 100) × 70 % × 90 % = 882.00; half of it may be kept.
    for told in ("2,000.00", "500.00", "100.00", "70% × 90%", "882.00", "50%", "441.00"):
        assert told in page, told
    assert "未完成约定量" in page
    assert "100 × 20" in page
    assert "E+" not in page
    assert "肆佰肆拾壹元整" in page


def test_a_hospital_declares_what_was_shown_once(reader, town):
    clinic = reader("clinic")
    shown = fields(clinic.get(town).text)
    assert clinic.post(town, move="declare", seen=shown["seen"]).status_code == 303
    assert said() == [("declare", 441_00, "clinic", "")]
    assert "已申报" in clinic.get("/retention/").text
    again = clinic.post(town, move="declare", seen=shown["seen"])
    assert again.status_code == 422
    assert len(said()) == 1


def test_other_figures_than_shown_are_not_declared_and_ask_anew(reader, town):
    clinic = reader("clinic")
    seen = fields(clinic.get(town).text)["seen"]
    assert clinic.post(town, move="declare", seen=seen).status_code == 303
    sql("UPDATE retention_result SET retained_fen = retained_fen + 1")
    database.connection().commit()
    assert "待申报" in clinic.get(town).text
    refused = clinic.post(town, move="declare", seen=seen)
    assert refused.status_code == 422
    assert "已更新" in refused.text
    assert len(said()) == 1


def test_an_appeal_says_why_and_is_answered_by_the_agency(reader, town):
    clinic, checker = reader("clinic"), reader("checker1")
    seen = fields(clinic.get(town).text)["seen"]
    assert clinic.post(town, move="appeal", seen=seen, note=" ").status_code == 422
    assert checker.post(town, move="answer", seen=seen, note="没有申诉").status_code == 422
    assert clinic.post(town, move="appeal", seen=seen, note="基准数量有误").status_code == 303
    assert clinic.post(town, move="declare", seen=seen).status_code == 422
    assert "基准数量有误" in checker.get(town).text
    assert checker.post(town, move="answer", seen=seen, note="已核对，无误").status_code == 303
    assert clinic.post(town, move="declare", seen=seen).status_code == 303
    assert [row[0] for row in said()] == ["appeal", "answer", "declare"]
    events = sql("SELECT action FROM audit_event WHERE action LIKE 'retention.%' ORDER BY id")
    assert [row[0] for row in events] == [
        "retention.appealed", "retention.answered", "retention.declared"
    ]  # fmt: skip


def test_only_whose_it_is_speaks_and_only_in_his_own_voice(reader, town):
    seen = fields(reader("clinic").get(town).text)["seen"]
    assert reader("county").get(town).status_code == 404
    assert reader("firm").get(town).status_code in {403, 404}
    assert reader("clinic").post(town, move="answer", seen=seen, note="x").status_code in {403, 422}
    for name in ("maker", "supervisor", "auditor", "county", "firm"):
        assert reader(name).post(town, move="declare", seen=seen).status_code in {403, 404, 422}
    assert said() == []


def test_words_are_never_edited_or_deleted(reader, town):
    clinic = reader("clinic")
    clinic.post(town, move="declare", seen=fields(clinic.get(town).text)["seen"])
    for statement in ("DELETE FROM retention_word", "UPDATE retention_word SET note = 'x'"):
        with pytest.raises(psycopg.Error, match="add-only"), database.atomic():
            sql(statement)


def test_the_table_for_publicity_has_what_the_page_has(reader, town):
    sent = reader("clinic").get("/retention/export")
    assert (
        "公示表" in sent.headers["Content-Disposition"]
        or "%E5" in sent.headers["Content-Disposition"]
    )
    assert re.search(r"882\.00.*441\.00", sent.text)


def test_the_agency_gives_points_item_by_item_and_the_hospital_reads_them(reader, town):
    form = f"{town}/assess"
    assert "没有考核项目" in reader("checker1").get(form).text
    receipts.scheme()
    for code, name in (("1", "约定采购量完成率"), ("2", "回款率")):
        receipts.insert(
            "assessment_item", scheme_code="S1", valid_from="2025-01-01", item_code=code,
            name=name, points=50,
        )  # fmt: skip
    database.connection().commit()
    given = {"points-1": "50", "reason-1": "", "points-2": "33", "reason-2": ""}
    checker = reader("checker1")
    assert checker.post(form, **given).status_code == 422
    assert checker.post(form, **{**given, "reason-2": "回款率 66%"}).status_code == 303
    assert sql("SELECT score FROM assessment").fetchone() == (83,)
    assert "回款率 66%" in reader("clinic").get(form).text
    for name in ("clinic", "maker", "auditor"):
        assert reader(name).post(form, **given).status_code in {403, 422}
    assert sql("SELECT score FROM assessment").fetchone() == (83,)
