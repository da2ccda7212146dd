"""A town of many enterprises, each with one approved sheet of a month; made in a few statements."""

from random import Random

from models.records.base import sql
from models.rules import identifiers
from models.rules.words import Role
from models.services import access, approvals, profiles, sheet_content, users
from tests.factories import sheets
from tests.factories.sheets import APPROVER, CHECKER, CITY, MAKER, PERIOD, PROVINCE

#: Our account: the province's agency pays for the city.
ACCOUNT_NO = f"1001{PROVINCE}"
HOSPITALS = 4
_SEATS = ((MAKER, Role.MAKER), (CHECKER, Role.CHECKER), (APPROVER, Role.APPROVER))

_ENTERPRISES = """
INSERT INTO enterprise (credit_code, name, role, size, account_no, account_name, bank_name,
                        cnaps_code, email, account_verified)
SELECT code, '贵州药业' || n || '有限公司', 'both', 'small',
       '6200' || lpad(n::text, 12, '0'), '贵州药业' || n || '有限公司', '建行', '105100000017',
       'e@x.cn', true
  FROM unnest(%s::text[]) WITH ORDINALITY AS c (code, n)
"""
_LINES = """
INSERT INTO purchase_line (line_no, line_kind, order_no, hospital_code, enterprise_code, nhsa_code,
                           quantity, unit_price_yuan, amount_fen, delivered_on, accepted_on,
                           platform)
SELECT 'L' || lpad(n::text, 8, '0'), 'receipt', 'O1', 'H' || lpad((n %% %s + 1)::text, 11, '0'),
       code, 'P1', 1, fen::numeric / 100, fen, %s, %s, 'online'
  FROM unnest(%s::bigint[], %s::text[]) WITH ORDINALITY AS a (fen, code, n)
"""
_SHEETS = """
INSERT INTO settlement_sheet (sheet_no, period, area_code, hospital_code, enterprise_code, funding,
    payment_per, deduct_month, lines_count, received_fen, returned_fen, adjusted_fen,
    carried_in_fen, payable_fen, carried_out_fen, due_on, state, content_hash, settled_at, makers)
SELECT 'JS' || line_no, %s, %s, hospital_code, enterprise_code, 'offset', 'enterprise', 'current',
       1, amount_fen, 0, 0, 0, amount_fen, 0, '2026-04-30', 'draft', '', now(), '{maker}'
  FROM purchase_line ORDER BY line_no
"""
_SHEET_LINES = """
INSERT INTO sheet_line (line_no, sheet_id, line_kind, category, amount_fen, due_on)
SELECT p.line_no, s.id, 'receipt', 'listed', p.amount_fen, s.due_on
  FROM purchase_line p JOIN settlement_sheet s USING (hospital_code, enterprise_code)
"""


def people() -> None:
    """The three seats as users, so that jobs find them."""
    for actor, role in _SEATS:
        users.create(actor.name, role, access.ALL_AREAS)


def build(payables: int, random: Random) -> dict[str, int]:
    """Make the town and approve its month; return what each account is owed in fen."""
    people()
    sheets.city(HOSPITALS, 0)
    codes = [_credit_code(n) for n in range(1, payables + 1)]
    sql(_ENTERPRISES, (codes,))
    amounts = [random.randint(1_00, 9_000_000_00) for _ in range(payables)]
    sql(_LINES, (HOSPITALS, f"{PERIOD}-10", f"{PERIOD}-10", amounts, codes))
    sql(_SHEETS, (PERIOD, CITY))
    sql(_SHEET_LINES)
    sql(
        "INSERT INTO settled_period (area_code, period, settled_at, settled_by)"
        " VALUES (%s, %s, now(), 'maker')",
        (CITY, PERIOD),
    )
    sql("ANALYZE")
    sheet_content.seal(PERIOD, [CITY])
    approvals.approve(CHECKER, PERIOD, None, sheets.ON)
    approvals.approve(APPROVER, PERIOD, None, sheets.ON)
    return {f"6200{n:012d}": fen for n, fen in enumerate(amounts, start=1)}


def _credit_code(number: int) -> str:
    body = f"91520100MA6{number:06d}"
    return f"{body}{identifiers.credit_check_character(body)}"


def bring_profile(spec: dict[str, object]) -> None:
    """Bring a bank's papers in as a profile."""
    profiles.ensure([spec])
