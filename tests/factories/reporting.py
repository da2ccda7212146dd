"""A round to be reported: its terms, catalogue, use of two names, and who reports and reviews."""

from datetime import date

from models.records.base import sql
from models.rules.words import Role
from models.services.access import Actor
from models.services.documents import Document
from models.services.reporting import deciding, writing
from models.services.reporting.writing import Line
from tests.factories import imports
from tests.factories.imports import HOSPITAL, OTHER_HOSPITAL, PRODUCT, PRODUCT_ROW, purchase, send

ROUND = "GC9"
SECOND, SAME_NAME = "XB00002", "XA00009"
COUNTY, CITY, PROVINCE = "529901", "529900", "520000"
LETTER = Document("承诺函.pdf", b"%PDF-1.7 signed")
CLINIC = Actor("clinic", Role.HOSPITAL, COUNTY, HOSPITAL)
MEMBER = Actor("member", Role.HOSPITAL, COUNTY, OTHER_HOSPITAL)
CITY_CHECKER = Actor("city", Role.CHECKER, CITY)
COUNTY_CHECKER = Actor("county", Role.CHECKER, COUNTY)
MAKER = Actor("maker", Role.MAKER, CITY)
#: Reporting lasts from the 1st to the 31st of August; use of the year before counts.
DURING, AFTER = date(2026, 8, 10), date(2026, 9, 1)

ROUND_ROW = {
    "round_code": ROUND, "name": "第九批", "level": "national", "term_start": "2026-10-01",
    "term_end": "2027-09-30", "non_selected_limit_bp": "",
}  # fmt: skip
TERM_ROW = {
    "round_code": ROUND, "area_code": PROVINCE, "report_from": "2026-08-01",
    "report_by": "2026-08-31", "sign_by": "2026-09-30", "agreed_share_bp": "7000",
    "under_report_bp": "8000", "over_report_bp": "20000",
}  # fmt: skip
CONTRACT_ROW = {
    "contract_no": "C1", "hospital_code": HOSPITAL, "nhsa_code": PRODUCT,
    "enterprise_code": imports.ENTERPRISE, "round_code": ROUND, "price_yuan": "0.4000",
    "committed_quantity": "70", "term_start": "2026-10-01", "term_end": "2027-09-30",
    "signed_on": "2026-09-20",
}  # fmt: skip


def used(line_no: str, quantity: int, product: str = PRODUCT, **changes: str) -> dict[str, str]:
    """A receipt of so many boxes at one yuan in March."""
    sums = {"quantity": str(quantity), "unit_price_yuan": "1", "amount_yuan": f"{quantity}.00"}
    return purchase(line_no, nhsa_code=product, **sums, **changes)


def world(**terms: str) -> None:
    """Two hospitals of two counties; the first used 100 of one name and 40 of another."""
    imports.world()
    products = [
        PRODUCT_ROW | {"nhsa_code": SECOND, "name": "布洛芬"},
        PRODUCT_ROW | {"nhsa_code": SAME_NAME},
    ]
    assert send("products", products).counts == (2, 0, 0)
    assert send("rounds", [ROUND_ROW]).counts == (1, 0, 0)
    assert send("round_terms", [TERM_ROW | terms]).counts == (1, 0, 0)
    catalogue = [{"round_code": ROUND, "nhsa_code": code} for code in (PRODUCT, SECOND)]
    assert send("round_products", catalogue).counts == (2, 0, 0)
    lines = [
        used("L1", 70),
        # Another maker's product of the same name is the same use.
        used("L2", 30, SAME_NAME),
        used("L3", 40, SECOND),
        # Outside the twelve months before August.
        used("L4", 500, accepted_on="2025-07-31", delivered_on="2025-07-30"),
        used("L5", 10, hospital_code=OTHER_HOSPITAL),
    ]
    assert send("purchases", lines).counts == (5, 0, 0)


def led() -> None:
    """Let the first hospital lead the second, in one county."""
    sql(
        "UPDATE hospital SET lead_hospital_code = %s, area_code = %s",
        (HOSPITAL, COUNTY),
    )


def reported(first: str = "100", second: str = "40", *, unified: bool = False) -> int:
    """Begin, write and submit the first hospital's report."""
    report = writing.begin(CLINIC, HOSPITAL, ROUND, unified=unified, on=DURING)
    written(report, Line(HOSPITAL, PRODUCT, first), Line(HOSPITAL, SECOND, second))
    deciding.submit(CLINIC, report, on=DURING)
    return report


def written(report: int, *lines: Line, by: Actor = CLINIC) -> None:
    """Keep lines and the letter."""
    writing.write(by, report, lines, document=LETTER, signed_on=DURING, on=DURING)
