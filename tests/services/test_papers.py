"""Papers: written once of what was measured, reviewed, sent, told, withdrawn or replaced."""

from datetime import date
from types import SimpleNamespace

import psycopg
import pytest

from models.records.base import db as database
from models.records.base import sql
from models.rules import cadence
from models.rules.errors.access import NotAllowed, OutOfScope
from models.rules.errors.papers import (
    NothingMeasured,
    PaperByItsMaker,
    PaperMoved,
    RectificationMoved,
    SpanNotOver,
    UnknownPaper,
    UnknownRectification,
)
from models.rules.errors.payment import ReasonNeeded
from models.rules.errors.remedies import DayRefused, FieldMissing
from models.rules.job_names import JobName
from models.rules.papers import PaperKind
from models.rules.words import Role
from models.services import jobs
from models.services.access import Actor
from models.services.papers import cadence as clockwork
from models.services.papers import drafting, moving, news, rectifying
from tests.factories import receipts, sheets
from workers.mail.render import MailRenderer
from workers.papers import run as documents

MAKER, CHECKER = Actor("maker", Role.MAKER), Actor("checker", Role.CHECKER)
SUPERVISOR = Actor("supervisor", Role.SUPERVISOR)
STRANGER = Actor("county", Role.MAKER, sheets.OTHER_CITY)
RENDER = MailRenderer(SimpleNamespace(public_url="https://zj.example"))
ON = date(2026, 10, 5)
QUARTER = cadence.span(PaperKind.BULLETIN, "2026-Q3")


def value(period, hospital, indicator, subject, numerator, denominator, target=None):
    bp = round(10_000 * numerator / denominator)
    receipts.insert(
        "indicator_value", period=period, hospital_code=hospital, indicator=indicator,
        subject=subject, numerator=numerator, denominator=denominator, is_money=True, value_bp=bp,
        target_bp=target,
    )  # fmt: skip


@pytest.fixture
def city(db):
    """Two hospitals of a city; the second has no progress and settles badly."""
    made = sheets.city(2, 1)
    sheets.area(sheets.OTHER_CITY, sheets.PROVINCE)
    receipts.insert(
        "vbp_round", round_code="B7", name="第七批", level="national", term_start="2026-03-01",
        term_end="2027-02-28",
    )  # fmt: skip
    good, bad = made.hospitals
    for number, month in enumerate(QUARTER.months, start=1):
        value(month, good, "purchase_progress", "B7", 30 * number, 120, 3000)
        value(month, bad, "purchase_progress", "B7", 0, 100, 3000 + number)
        value(month, good, "online_rate", "drug", 92, 100, 9000)
        value(month, bad, "online_rate", "drug", 80, 100, 9000)
        value(month, good, "settlement_rate", "", 95, 100)
    return made


def rule(**more):
    told = {
        "area_code": sheets.CITY, "valid_from": date(2026, 1, 1), "kinds": ["bulletin"],
        "rectify_days": 15, "health_department": "市卫健委", "copy_to": "wjw@x.cn",
        "progress_gap_bp": 2500,
    }  # fmt: skip
    receipts.insert("cadence_rule", **{**told, **more})


def draft(actor=MAKER, span=QUARTER, area=sheets.CITY, on=ON):
    with database.atomic():
        return drafting.draft(actor, span, area, on, documents.write)


def paper(number):
    names = ("state", "content", "content_hash", "paper_no", "version", "made_by", "end_reason")
    row = sql(f"SELECT {', '.join(names)} FROM paper WHERE id = %s", (number,)).fetchone()
    return SimpleNamespace(**dict(zip(names, row, strict=True)))


def reviewed(on=ON):
    number = draft(on=on)
    moving.review(CHECKER, number, paper(number).content_hash)
    return number


def sent(on=ON):
    number = reviewed(on)
    moving.send(MAKER, number, paper(number).content_hash, on)
    return number


def receipt(hospital, firm, code, quantity, day):
    return receipts.receipt(
        hospital, firm, quantity * 100, nhsa_code=code, quantity=quantity, unit_price_yuan=1,
        accepted_on=day,
    )  # fmt: skip


def table(number, caption):
    for section in paper(number).content["sections"]:
        for one in section["tables"]:
            if one["caption"] == caption:
                return one["rows"]
    raise AssertionError(caption)


def test_a_quarter_adds_its_months_up_and_takes_running_figures_of_the_last(city):
    number = draft()
    overall = {row[0]: row[1:] for row in table(number, "各项指标")}
    # 90 of 220 by the end of September: running figures are not added.
    assert overall["采购进度"][0] == 4091
    assert overall["采购进度"][3:] == [3001, "1 / 2"]
    # 276 of 300 and 240 of 300 drugs online.
    assert overall["药品网采率"] == [8600, None, None, 9000, "1 / 2"]
    assert [(row[1], row[3], row[4]) for row in table(number, "采购进度排名")] == [
        ("医院1", 7500, 3000),
        ("医院2", 0, 3003),
    ]
    assert table(number, "约谈名单") == [["医院2", "三级", "第七批 采购进度为 0，序时 30.03%"]]
    assert paper(number).content["title"] == "统筹区520100集中带量采购执行情况通报"
    kinds = [row[0] for row in sql("SELECT right(name, 5) FROM stored_file WHERE kind = 'paper'")]
    assert sorted(kinds) == [".docx", ".xlsx"]


def test_products_behind_time_are_counted_from_the_lines(city):
    """Three contracts of 100; half the term is over: one bought half, one a tenth, one nothing."""
    firm, (good, _) = city.enterprises[0], city.hospitals
    for number, bought in enumerate((60, 10, 0), start=1):
        code = receipts.product(f"P{number}")
        receipts.insert(
            "contract", contract_no=f"C{number}", hospital_code=good, nhsa_code=code,
            enterprise_code=firm, round_code="B7", price_yuan=1, committed_quantity=100,
            term_start="2026-04-01", term_end="2027-03-31", signed_on="2026-03-20",
        )  # fmt: skip
        if bought:
            receipt(good, firm, code, bought, "2026-05-01")
    back = receipt(good, firm, "P1", 7, "2026-03-01")
    receipts.goods_return(back, -100, date(2026, 5, 2))
    rule(lagging_products=2)
    number = draft()
    assert [row[6] for row in table(number, "采购进度排名")] == ["2 / 3", "0 / 0"]
    assert table(number, "约谈名单")[0] == ["医院1", "三级", "滞后产品 2 个"]


def test_who_does_not_take_part_is_called_where_the_rule_says_so(city):
    """Settled or later ones do not count; who bought nothing comes, too."""
    silent = sheets.hospital(9)
    found = [
        ("absent", "B1", "open", "2026-08-01"), ("over_reported", "B2", "asked", "2026-09-30"),
        ("unsigned", "B3", "settled", "2026-08-01"), ("unsigned", "B4", "open", "2026-10-01"),
    ]  # fmt: skip
    for kind, round_code, state, day in found:
        receipts.insert(
            "participation_finding", kind=kind, hospital_code=silent, round_code=round_code,
            state=state, facts="{}", found_on=day, last_found_on=day, due_on="2026-10-30",
        )  # fmt: skip
    rule(participation_findings=3)
    assert [row[0] for row in table(draft(), "约谈名单")] == ["医院2"]
    sql("UPDATE cadence_rule SET participation_findings = 2")
    assert table(draft(), "约谈名单")[1] == [
        "医院9", "三级", "参与问题 2 项未办结（未参加报量 1，虚报 1）"
    ]  # fmt: skip


def test_nothing_is_written_of_what_is_not_over_or_not_measured_or_not_ones_own(city):
    with pytest.raises(SpanNotOver):
        draft(on=date(2026, 9, 30))
    with pytest.raises(NothingMeasured):
        draft(span=cadence.span(PaperKind.BULLETIN, "2026-Q1"))
    with pytest.raises(OutOfScope):
        draft(STRANGER)
    with pytest.raises(NotAllowed):
        draft(CHECKER)
    number = reviewed()
    with pytest.raises(UnknownPaper):
        moving.send(STRANGER, number, paper(number).content_hash, ON)


def test_another_person_reviews_what_was_seen_and_a_new_draft_makes_the_old_one_void(city):
    first = draft(SUPERVISOR)
    with pytest.raises(PaperByItsMaker):
        moving.review(SUPERVISOR, first, paper(first).content_hash)
    with pytest.raises(PaperMoved):
        moving.review(CHECKER, first, "another")
    with pytest.raises(PaperMoved):
        moving.send(MAKER, first, paper(first).content_hash, ON)
    moving.review(CHECKER, first, paper(first).content_hash)
    with pytest.raises(ReasonNeeded):
        moving.give_back(CHECKER, first, " ")
    moving.give_back(CHECKER, first, "数字有疑")
    second = draft()
    assert (paper(first).state, paper(second).state, paper(second).version) == (
        "dropped",
        "draft",
        2,
    )
    with pytest.raises(PaperMoved):
        moving.review(CHECKER, first, paper(first).content_hash)
    moving.drop(MAKER, second, "不发")
    assert paper(second).end_reason == "不发"


def test_the_database_keeps_what_was_written_and_two_persons(city):
    number = sent()
    for change in (
        "UPDATE paper SET content = '{}'",
        "UPDATE paper SET docx_file_id = NULL",
        "UPDATE paper SET state = 'draft', sent_on = NULL, paper_no = NULL",
        "DELETE FROM paper",
        "UPDATE paper_hospital SET place = 1",
        "DELETE FROM rectification",
        "UPDATE rectification SET findings = 'x'",
    ):
        with pytest.raises(psycopg.errors.RestrictViolation), database.atomic():
            sql(change)
    other = draft()
    with pytest.raises(psycopg.errors.CheckViolation), database.atomic():
        sql("UPDATE paper SET reviewed_by = made_by, state = 'reviewed' WHERE id = %s", (other,))
    assert paper(number).state == "sent"


def test_a_sent_bulletin_is_told_to_all_asks_the_called_and_is_replaced_by_the_next(city):
    rule()
    number = sent()
    good, bad = city.hospitals
    assert paper(number).paper_no == "采购通报〔2026〕1号"
    asked = sql("SELECT hospital_code, findings, answer_by_on, state FROM rectification").fetchall()
    assert asked == [(bad, "第七批 采购进度为 0，序时 30.03%", date(2026, 10, 20), "open")]
    with database.atomic():
        assert (news.tell(ON, RENDER, by="system"), news.tell(ON, RENDER, by="system")) == (4, 0)
    mails = sql(
        "SELECT kind, party_kind, party_code, subject, copy_addresses, attachment_file_id IS NULL,"
        " body_text FROM mail ORDER BY party_kind, party_code, kind"
    ).fetchall()
    assert [row[:3] for row in mails] == [
        ("paper", "agency", f"A{sheets.PROVINCE}"),
        ("paper", "hospital", good),
        ("paper", "hospital", bad),
        ("rectification", "hospital", bad),
    ]
    assert mails[0][4:6] == ("wjw@x.cn", False)
    assert "抄送：市卫健委" in mails[0][6]
    assert all(row[5] for row in mails[1:])
    assert "列入约谈名单" in mails[2][6]
    assert "列入约谈名单" not in mails[1][6]
    assert mails[3][3] == "【整改通知】医院2：整改〔2026〕1号，2026-10-20 前答复"
    again = sent()
    assert (paper(number).state, paper(number).end_reason) == (
        "replaced",
        "由 采购通报〔2026〕2号 取代",
    )
    # The hospital still answers for the first one: it is not asked twice.
    assert sql("SELECT count(*) FROM rectification").fetchone()[0] == 1
    moving.withdraw(MAKER, again, "数据有误", ON)
    with database.atomic():
        news.tell(ON, RENDER, by="system")
    told = sql("SELECT subject FROM mail WHERE subject LIKE '%%撤回%%'").fetchall()
    # Who was never told of the second one is not told that it is gone.
    assert told == []


def test_a_rectification_is_answered_given_back_accepted_and_done(city):
    _, bad = city.hospitals
    seat = Actor("clinic", Role.HOSPITAL, party_code=bad)
    other = Actor("other", Role.HOSPITAL, party_code=city.hospitals[0])
    sent()
    number = sql("SELECT id FROM rectification").fetchone()[0]
    with pytest.raises(UnknownRectification):
        rectifying.answer(other, number, "计划", date(2026, 12, 31), ON)
    with pytest.raises(FieldMissing):
        rectifying.answer(seat, number, "", date(2026, 12, 31), ON)
    with pytest.raises(DayRefused):
        rectifying.answer(seat, number, "计划", date(2026, 10, 1), ON)
    with pytest.raises(RectificationMoved):
        rectifying.accept(MAKER, number, "", ON)
    rectifying.answer(seat, number, "计划一", date(2026, 12, 31), ON)
    rectifying.give_back(MAKER, number, "太晚", ON, date(2026, 10, 12))
    rectifying.answer(seat, number, "计划二", date(2026, 11, 30), ON)
    rectifying.accept(SUPERVISOR, number, "同意", ON)
    with database.atomic():
        news.tell(date(2026, 11, 30), RENDER, by="system")
        late = news.tell(date(2026, 12, 1), RENDER, by="system")
        assert (late, news.tell(date(2026, 12, 2), RENDER, by="system")) == (1, 0)
    assert (
        sql("SELECT subject FROM mail ORDER BY id DESC LIMIT 1")
        .fetchone()[0]
        .startswith("【整改逾期】")
    )
    with pytest.raises(NotAllowed):
        rectifying.close(seat, number, "完成", ON)
    rectifying.close(MAKER, number, "进度已达序时", date(2026, 12, 5))
    moves = [row[0] for row in sql("SELECT move FROM rectification_event ORDER BY id")]
    assert moves == ["open", "answer", "give_back", "answer", "accept", "close"]
    with pytest.raises(RectificationMoved):
        rectifying.withdraw(MAKER, number, "不需要", ON)


def test_the_clock_measures_what_is_stale_and_drafts_at_a_later_look(city):
    rule(kinds=["bulletin", "half_year"])
    assert [span.key for _, span in clockwork.due(date(2026, 10, 4))] == ["2026-Q2", "2026-H1"]
    assert [span.key for _, span in clockwork.due(ON)] == ["2026-Q3", "2026-H1"]

    def look(on=ON):
        job = jobs.enqueue(JobName.CADENCE, {"on": on}, by="system")
        jobs.run(job.id, clockwork.run)
        return sql("SELECT result, error_sentence FROM job WHERE id = %s", (job.id,)).fetchone()

    assert look() == ({"drafts": 0, "measures": 9}, None)
    assert look() == ({"drafts": 0, "measures": 9}, None)
    assert sql("SELECT count(*) FROM job WHERE name = 'monitor'").fetchone()[0] == 9
    sql(
        "UPDATE job SET state = 'done', finished_at = clock_timestamp() WHERE name = 'monitor'"
        " AND args ->> 'period' >= '2026-07'"
    )
    assert look() == ({"drafts": 1, "measures": 6}, None)
    row = sql("SELECT id, args ->> 'span', requested_by FROM job WHERE name = 'paper'").fetchone()
    assert row[1:] == ("2026-Q3", "system")
    jobs.run(row[0], documents.draft)
    assert sql("SELECT span, made_by, made_on FROM paper").fetchall() == [("2026-Q3", "system", ON)]
    assert [span.key for _, span in clockwork.due(ON)] == ["2026-H1"]
