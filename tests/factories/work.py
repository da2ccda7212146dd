"""A town for the work screens: sheets in every state, paid and unpaid, held lines, a late mail."""

from datetime import date

from models.records.base import db as handle
from models.records.base import sql
from models.rules.job_names import JobName
from models.rules.words import Role
from models.services import access, books, jobs, users
from models.services.exports import write
from models.services.settle import held_pairs
from tests.factories import payments, sheets
from tests.factories.sheets import CITY, ON, OTHER_CITY, PERIOD, PROVINCE

PASSWORD_ROLES = {
    "maker": Role.MAKER, "checker1": Role.CHECKER, "checker2": Role.APPROVER,
    "supervisor": Role.SUPERVISOR, "auditor": Role.AUDITOR, "administrator": Role.ADMINISTRATOR,
}  # fmt: skip


def town() -> sheets.City:
    """Two hospitals and two enterprises in a city, one hospital in another, a product, users."""
    made = sheets.city(2, 2)
    sheets.area(OTHER_CITY, PROVINCE)
    made.hospitals.append(sheets.hospital(9, OTHER_CITY))
    sql(
        "INSERT INTO product (nhsa_code, name, kind, specification, unit, manufacturer_code,"
        " listed_price_yuan, negotiated)"
        " VALUES ('P1', '阿司匹林', 'drug', '1mg×2', '盒', %s, 1, false)",
        (made.enterprises[0],),
    )
    payments.profile()
    for name, role in PASSWORD_ROLES.items():
        users.create(name, role, access.ALL_AREAS)
    users.create("county", Role.MAKER, OTHER_CITY)
    users.create("clinic", Role.HOSPITAL, access.ALL_AREAS, party_code=made.hospitals[0])
    users.create("firm", Role.ENTERPRISE, access.ALL_AREAS, party_code=made.enterprises[0])
    return made


def drafts(made: sheets.City) -> list[int]:
    """Three drafts of the city and one of the other city."""
    first, second, other = made.hospitals
    one, two = made.enterprises
    return [
        sheets.sheet(first, one, 120_00, -20_00),
        sheets.sheet(first, two, 5_000_00),
        sheets.sheet(second, one, 77_77),
        sheets.sheet(other, two, 1_00, area_code=OTHER_CITY),
    ]


def held(made: sheets.City, line_no: str = "HELD1", *reasons: str, amount_fen: int = 900) -> str:
    """A line of the first pair that the settlement left outside."""
    sql(
        "INSERT INTO purchase_line (line_no, line_kind, order_no, hospital_code, enterprise_code,"
        " nhsa_code, quantity, unit_price_yuan, amount_fen, delivered_on, accepted_on, platform)"
        " VALUES (%s, 'receipt', 'O1', %s, %s, 'P1', 1, %s::numeric / 100, %s, %s, %s, 'online')",
        (line_no, made.hospitals[0], made.enterprises[0], amount_fen, amount_fen,
         f"{PERIOD}-11", f"{PERIOD}-11"),
    )  # fmt: skip
    sql(
        "INSERT INTO held_line (period, line_no, area_code, hospital_code, settler_code,"
        " enterprise_code, amount_fen, accepted_on, lane, reasons)"
        " SELECT %s, line_no, %s, hospital_code, hospital_code, enterprise_code, amount_fen,"
        " accepted_on, 'direct', %s FROM purchase_line WHERE line_no = %s",
        (PERIOD, CITY, sorted(reasons or ("invoice_missing",)), line_no),
    )
    held_pairs.add_up(PERIOD, [CITY])
    return line_no


def number(sheet_id: int) -> str:
    return str(
        sql("SELECT sheet_no FROM settlement_sheet WHERE id = %s", (sheet_id,)).fetchone()[0]
    )


def batch_no() -> str:
    return str(sql("SELECT batch_no FROM payment_batch ORDER BY id LIMIT 1").fetchone()[0])


def proved(on: date = ON, *, by: str = "system") -> bool:
    """The nightly proof of the books but for the bytes of files; return whether they are whole."""
    with handle.atomic():
        job = jobs.enqueue(JobName.CHECK_BOOKS, {"on": on}, by=by)
    jobs.run(job.id, books.run)
    ended = jobs.get(job.id)
    assert ended.state == "done", ended.error_sentence
    return not books.last_run().broken


def jobs_asked(name: str) -> list[dict[str, object]]:
    return [row[0] for row in sql("SELECT args FROM job WHERE name = %s ORDER BY id", (name,))]


def exported(what: str, folder, *, by: str = "maker", period: str | None = PERIOD, on: date = ON):
    """The rows of an export, as the command would write them."""
    import csv

    path = folder / f"{what}.csv"
    write(what, path, "csv", actor=access.load(by), period=period, area=None, on=on)
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))
