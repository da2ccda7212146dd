"""A city whose month is approved to the last sheet: what a large payment run begins with."""

from datetime import date

from models import clock
from models.records.access import User
from models.records.base import run_sql_text, sql
from models.rules.words import Role
from models.services import approvals, profiles, sheet_content
from models.services.access import Actor
from workers.bankfiles.seeds import SEEDS

PERIOD, ON = "2026-06", date(2026, 7, 8)
AREA = "529000"
MAKER = Actor(name="maker", role=Role.MAKER, area_code=AREA)
CHECKER = Actor(name="checker", role=Role.CHECKER, area_code=AREA)
APPROVER = Actor(name="approver", role=Role.APPROVER, area_code=AREA)
#: Each enterprise sells to each hospital; each pair has a sheet, and each sheet its own payment.
ENTERPRISES = 1_000

_PARTIES = """
INSERT INTO area (area_code, name, level) VALUES ('529000', '澜江市', 'city');
INSERT INTO agency (agency_code, name, area_code, account_no, account_name, bank_name, cnaps_code,
    email)
VALUES ('A529000', '澜江市医保中心', '529000', '5901001000000000132', '澜江市医保基金支出户',
    '澜江银行澜江市支行', '313492900014', 'agency@example.cn');
"""
_HOSPITALS = """
INSERT INTO hospital (hospital_code, name, credit_code, area_code, ownership, level, joined_on,
    email)
SELECT 'H52900000' || lpad(n::text, 5, '0'), '澜江市第' || n || '医院',
       '125290000' || lpad(n::text, 9, '0'), '529000', 'public', '3', '2026-01-01', 'h@example.cn'
  FROM generate_series(1, %s) n
"""
_ENTERPRISES = """
INSERT INTO enterprise (credit_code, name, role, size, account_no, account_name, bank_name,
    cnaps_code, email, account_verified)
SELECT '915290000' || lpad(n::text, 9, '0'), '瑞禾' || n || '医药有限公司', 'both', 'small',
       '10359000' || lpad(n::text, 10, '0'), '瑞禾' || n || '医药有限公司',
       '农业银行澜江分行第' || n || '支行', '103492900083', 'e@example.cn', true
  FROM generate_series(1, %s) n
"""
_SHEETS = """
INSERT INTO settlement_sheet (sheet_no, period, area_code, hospital_code, enterprise_code, funding,
    payment_per, deduct_month, lines_count, received_fen, returned_fen, adjusted_fen,
    carried_in_fen, payable_fen, carried_out_fen, due_on, state, content_hash, settled_at, makers)
SELECT 'JS2606' || lpad(n::text, 9, '0'), %(period)s, '529000',
       'H52900000' || lpad((1 + (n - 1) / %(enterprises)s)::text, 5, '0'),
       '915290000' || lpad((1 + (n - 1) %% %(enterprises)s)::text, 9, '0'),
       'offset', 'sheet', 'current', 1, 10000 + n, 0, 0, 0, 10000 + n, 0, '2026-07-30', 'draft', '',
       now(), ARRAY['maker']
  FROM generate_series(1, %(count)s) n
"""
_LINES = """
INSERT INTO purchase_line (line_no, line_kind, order_no, hospital_code, enterprise_code, nhsa_code,
    quantity, unit_price_yuan, amount_fen, delivered_on, accepted_on, platform)
SELECT 'L' || sheet_no, 'receipt', 'O' || sheet_no, hospital_code, enterprise_code, 'P1', 1,
       payable_fen::numeric / 100, payable_fen, '2026-06-10', '2026-06-10', 'online'
  FROM settlement_sheet;
INSERT INTO sheet_line (line_no, sheet_id, line_kind, category, amount_fen, due_on)
SELECT 'L' || sheet_no, id, 'receipt', 'listed', payable_fen, due_on FROM settlement_sheet;
INSERT INTO settled_period (area_code, period, settled_at, settled_by)
VALUES ('529000', '2026-06', now(), 'maker');
"""


def build(sheets: int) -> None:
    """Fill the connected, empty database; two persons approve the month as they always do."""
    profiles.ensure(SEEDS)
    for one in (MAKER, CHECKER, APPROVER):
        User.create(
            name=one.name, full_name=one.name, role=one.role, area_code=one.area_code,
            created_at=clock.now(),
        )  # fmt: skip
    run_sql_text(_PARTIES)
    sql(_HOSPITALS, (-(-sheets // ENTERPRISES),))
    sql(_ENTERPRISES, (ENTERPRISES,))
    sql(_SHEETS, {"period": PERIOD, "enterprises": ENTERPRISES, "count": sheets})
    run_sql_text(_LINES)
    sheet_content.seal(PERIOD, [AREA])
    run_sql_text("ANALYZE")
    approvals.approve(CHECKER, PERIOD, AREA, ON)
    approvals.approve(APPROVER, PERIOD, AREA, ON)
