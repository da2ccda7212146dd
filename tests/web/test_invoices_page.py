"""发票匹配: what lacks an invoice or differs from it, pairs of a month, one invoice, whose rows."""

import pytest

from models.records.base import db as database
from models.records.base import sql
from tests.factories import work


@pytest.fixture
def town(people_of_town):
    """One line without an invoice, one covered too little, one matched on a sheet."""
    made = people_of_town
    work.drafts(made)
    work.held(made, "NONE1", "invoice_missing", amount_fen=900)
    work.held(made, "LESS1", "invoice_mismatch", "waiting_hospital", amount_fen=5_000)
    invoice(made, "2552000000000001", "LESS1", 4_000)
    on_sheet = sql(
        "SELECT line_no, amount_fen FROM sheet_line JOIN purchase_line USING (line_no, amount_fen)"
        " WHERE hospital_code = %s AND enterprise_code = %s AND amount_fen > 0 LIMIT 1",
        (made.hospitals[0], made.enterprises[0]),
    ).fetchone()
    invoice(made, "2552000000000002", *on_sheet)
    database.connection().commit()
    return made


def invoice(made, number: str, line_no: str, amount_fen: int, code: str = "") -> None:
    sql(
        "INSERT INTO invoice_line (invoice_no, invoice_code, line_no, kind, issued_on,"
        " enterprise_code, hospital_code, amount_fen)"
        " VALUES (%s, %s, %s, %s, '2026-03-12', %s, %s, %s)",
        (number, code, line_no, "blue" if amount_fen > 0 else "red", made.enterprises[0],
         made.hospitals[0], amount_fen),
    )  # fmt: skip


def test_what_differs_comes_first_with_its_figures(reader, town):
    page = reader("firm").get("/invoices/").text
    for told in ("NONE1", "LESS1", "缺发票", "59.00", "40.00", "-10.00", "2552000000000001"):
        assert told in page, told
    missing = reader("firm").get("/invoices/?view=missing").text
    assert "NONE1" in missing
    assert "LESS1" not in missing


def test_pairs_of_a_month_show_goods_beside_invoices(reader, town):
    page = reader("clinic").get("/invoices/?view=pairs").text
    assert "120.00" in page
    assert "5,000.00" in page


def test_an_invoice_says_how_it_stands_and_what_to_do(reader, town):
    firm = reader("firm")
    short = firm.get("/invoices/2552000000000001").text
    assert "开票不足" in short
    assert "补开发票" in short
    assert "相符" in firm.get("/invoices/2552000000000002").text
    invoice(town, "2552000000000003", "LESS1", 3_000)
    database.connection().commit()
    assert "开票超出" in firm.get("/invoices/2552000000000003").text
    sql("INSERT INTO line_void (line_no, reason) VALUES ('LESS1', '重复')")
    database.connection().commit()
    assert "所指明细已作废" in firm.get("/invoices/2552000000000003").text
    listed = firm.get("/invoices/?no=2552000000000001").text
    assert "/invoices/2552000000000001" in listed


def test_an_invoice_of_others_is_not_there(reader, town):
    for name, status in (("clinic", 200), ("firm", 200), ("maker", 200), ("county", 404)):
        assert reader(name).get("/invoices/2552000000000001").status_code == status
    assert reader("maker").get("/invoices/2552000000000001?code=x").status_code == 404
    assert "NONE1" not in reader("county").get("/invoices/").text
