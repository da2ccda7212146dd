"""A list as a file: the rows of its conditions and of its reader, at once or by a job."""

import csv
import io

import pytest
from python_calamine import load_workbook

from models.records.base import db, sql
from models.rules.words import JobState
from models.services import files, jobs
from models.services.exports import lists
from tests.factories import imports as world
from tests.factories import payments, work
from tests.web.test_mails import a_mail
from web.admin import list_export, taking_out

LISTS = (
    "/sheets/", "/purchases/", "/holds/", "/payments/", "/returns/", "/unconfirmed/",
)  # fmt: skip


def rows_of(answer) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.status_code
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_the_file_holds_what_the_conditions_find_and_no_more(reader, city):
    world.send("purchases", [world.purchase("L1"), world.purchase("L2", line_kind="receipt")])
    world.send("purchases", [world.purchase("L3", accepted_on="2026-04-02")])
    maker = reader("maker")
    march = rows_of(maker.get("/purchases/export?month=2026-03"))
    assert {row["明细编号"] for row in march} == {"L1", "L2"}
    assert sum(float(row["金额（元）"]) for row in march) == 246.90
    assert march[0]["类型"] == "收货"
    assert rows_of(maker.get("/purchases/export?month=2026-03&line=L3")) != march


def test_a_workbook_holds_amounts_as_numbers_and_runs_no_text(reader, city):
    world.send("purchases", [world.purchase("=L1")])
    found = reader("maker").get("/purchases/export?month=2026-03&format=xlsx")
    assert "spreadsheetml" in found.content_type
    titles, cells = load_workbook(io.BytesIO(found.data)).get_sheet_by_index(0).to_python()
    told = dict(zip(titles, cells, strict=True))
    assert told["明细编号"].startswith("'=")
    assert told["金额（元）"] == 123.45


def test_each_reader_takes_the_own_rows(reader, city):
    world.send("purchases", [world.purchase("L1")])
    assert len(rows_of(reader("enterprise").get("/purchases/export?month=2026-03"))) == 1
    sql("UPDATE app_user SET party_code = '91520000MA00000XX0' WHERE name = 'enterprise'")
    db.connection().commit()
    assert rows_of(reader("enterprise").get("/purchases/export?month=2026-03")) == []


@pytest.mark.parametrize("address", LISTS)
def test_every_great_list_is_taken_out_with_its_conditions(reader, people_of_town, address):
    work.drafts(people_of_town)
    work.held(people_of_town, "HELD9")
    maker = reader("maker")
    for kind in ("csv", "xlsx"):
        found = maker.get(f"{address}export?format={kind}&view=all")
        assert found.status_code == 200, found.text[:200]
        assert "attachment" in found.headers["Content-Disposition"]
    page = maker.get(f"{address}?view=all").text
    assert f"{address}export?" in page, "the list leads there"
    told = sql("SELECT facts FROM audit_event WHERE action = 'export.written'").fetchall()
    assert len(told) == 2


def test_a_long_list_is_written_by_a_job_in_the_askers_name(reader, city, monkeypatch):
    world.send("purchases", [world.purchase(f"L{n}") for n in range(5)])
    monkeypatch.setattr(list_export, "COUNT_MAX", 3)
    maker = reader("maker")
    asked = maker.get("/purchases/export?month=2026-03&format=csv")
    assert asked.status_code == 303
    number = int(asked.location.rsplit("/", 1)[1])
    jobs.run(number, lists.run)
    job = jobs.get(number)
    assert job.state == JobState.DONE, job.error_sentence
    content = b"".join(files.read(job.result["file_id"])).decode("utf-8-sig")
    assert {row["明细编号"] for row in csv.DictReader(io.StringIO(content))} == {
        f"L{n}" for n in range(5)
    }
    assert maker.get(f"/jobs/{number}/file").status_code == 200
    assert reader("hospital").get(f"/jobs/{number}/file").status_code == 404


def test_lists_short_as_a_rule_are_written_by_a_job_where_they_are_long(
    reader, people_of_town, monkeypatch
):
    """Mails, own payments, returns and what waits, each in the rows of its conditions."""
    made = people_of_town
    for number in range(3):
        a_mail(made.hospitals[0], n=number, to=f"{number}@x.cn")
    work.drafts(made)
    payments.approve_all()
    payments.pay()
    for line_no in ("W1", "W2"):
        work.held(made, line_no)
        sql(
            "INSERT INTO hospital_payment (payment_no, line_no, paid_on, amount_fen)"
            " VALUES (%s, %s, '2026-04-02', 100)",
            (f"P{line_no}", line_no),
        )
    sql(
        "UPDATE payment_instruction SET state = 'rejected' WHERE id <="
        " (SELECT min(id) + 1 FROM payment_instruction)"
    )
    monkeypatch.setattr(list_export, "COUNT_MAX", 0)
    monkeypatch.setattr(taking_out, "ROWS_MAX", 0)
    maker, waiting = reader("maker"), len(payments.orders()) - 2
    for address, rows in {
        "/mails/export?address=1@x.cn": 1, "/mails/export": 3, "/own-payments/export": 2,
        "/own-payments/export?line=W2": 1, "/returns/export?tab=rejected": 2,
        "/returns/export?tab=returned": 0, "/unconfirmed/export?state=sent": waiting,
        "/unconfirmed/export?age=3": waiting,
    }.items():  # fmt: skip
        asked = maker.get(address)
        if not rows:
            assert rows_of(asked) == []
            continue
        number = int(asked.location.rsplit("/", 1)[1])
        jobs.run(number, lists.run)
        job = jobs.get(number)
        assert (job.state, job.result["rows"]) == (JobState.DONE, rows), address


def test_conditions_that_are_not_the_readers_find_nothing(reader, city):
    assert reader("county").get("/purchases/export?area=520000").status_code == 404


def test_the_totals_of_a_list_are_those_of_its_export(reader, people_of_town):
    work.drafts(people_of_town)
    maker = reader("maker")
    page = maker.get("/sheets/?view=all").text
    found = rows_of(maker.get("/sheets/export?view=all"))
    fen = sum(round(float(row["应付（元）"]) * 100) for row in found)
    assert f"{fen // 100:,}.{fen % 100:02d}" in page[page.index("查询合计") :]


#: Lists written at once: the address of each, and a column of its page.
SHORT = {
    "/batches/": "批次号", "/results/": "SHA-256", "/contacts/": "邮箱",
    "/own-payments/": "付款编号", "/jobs/": "任务", "/imports/": "总行数", "/accounts/": "联行号",
    "/hospital-accounts/": "联行号",
}  # fmt: skip


def test_every_short_list_offers_and_writes_its_rows_and_tells_the_trail(
    reader, people_of_town, monkeypatch
):
    work.drafts(people_of_town)
    world.sql(
        "INSERT INTO contact (party_kind, party_code, name, email, topics, language, file_format,"
        " active_from, changed_by, changed_at)"
        " SELECT 'hospital', hospital_code, '=联系 ' || hospital_code, 'a@example.com',"
        " '{overdue}', 'zh', 'csv', '2026-01-01', 'maker', now() FROM hospital"
    )
    db.connection().commit()
    maker = reader("maker")
    for address, title in SHORT.items():
        assert f"{address}export?" in maker.get(address).text, address
        found = maker.get(f"{address}export")
        assert title in found.data.decode("utf-8-sig").splitlines()[0], address
        assert "spreadsheetml" in maker.get(f"{address}export?format=xlsx").content_type
        told = sql("SELECT actor, subject FROM audit_event ORDER BY id DESC LIMIT 1").fetchone()
        assert told == ("maker", address.strip("/").replace("-", "_"))
    everybody = rows_of(maker.get("/contacts/export"))
    assert everybody[0]["姓名"].startswith("'=")
    own = rows_of(reader("clinic").get("/contacts/export"))
    assert 1 == len(own) < len(everybody)
    assert rows_of(maker.get(f"/contacts/export?party={own[0]['单位编码']}")) == own
    assert reader("clinic").get("/batches/export").status_code in {403, 404}
    auditor = reader("auditor")
    assert {"maker", "clinic"} <= {row["用户名"] for row in rows_of(auditor.get("/users/export"))}
    trail = rows_of(auditor.get("/audit/export?action=export.written"))
    assert trail[-1]["上一事件哈希"]
    assert {row["动作"] for row in trail} == {"export.written"}
    monkeypatch.setattr(taking_out, "ROWS_MAX", len(everybody) - 1)
    assert "没有导出" in maker.get("/contacts/export").text
