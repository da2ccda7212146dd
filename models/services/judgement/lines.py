"""The lines to judge and the verdict over them: one pass, every reason of a line at once."""

from collections.abc import Sequence
from datetime import date

from models.records.base import sql
from models.rules.words import Hold
from models.services.judgement import codes, facts, scope
from models.services.judgement.due import RAW_DUE
from models.services.judgement.holds import BITS, bit

#: Columns of the line itself that the verdict and its readers need.
_CANDIDATES = """
CREATE TEMP TABLE candidate ON COMMIT DROP AS
SELECT p.line_no, p.line_kind, p.original_line_no, p.hospital_code, p.enterprise_code, p.nhsa_code,
       p.quantity, p.unit_price_yuan, p.amount_fen, p.delivered_on, p.accepted_on, p.platform,
       p.hospital_confirmed_on, p.enterprise_confirmed_on, p.trace_codes IS NOT NULL AS has_codes,
       h.area_code, h.joined_on
  FROM purchase_line p JOIN hospital h USING (hospital_code)
{candidates}
"""

#: Receipts that returns and adjustments point at, with the sheet they are on. A return takes lane,
#: category, scheme, award and contract from there: from its sheet once it is on one. All returns of
#: an original up to the day, settled or not, count against its quantity and amount. Few lines
#: point, so each looks up its own: the time does not grow with the history. `OFFSET 0` keeps the
#: look-up by original: just after an import the planner thinks day and hospital find fewer lines.
_ORIGINALS = """
CREATE TEMP TABLE original ON COMMIT DROP AS
SELECT c.line_no, o.line_no AS original_no, o.accepted_on, o.platform, o.unit_price_yuan,
       s.sheet_id, s.category, s.contract_no,
       -r.quantity > o.quantity OR -r.amount_fen > o.amount_fen AS exceeds
  FROM candidate c
 CROSS JOIN LATERAL (
      SELECT p.line_no, p.accepted_on, p.platform, p.unit_price_yuan, p.quantity, p.amount_fen
        FROM purchase_line p
       WHERE p.line_no = c.original_line_no AND p.line_kind = 'receipt'
         AND p.hospital_code = c.hospital_code AND p.enterprise_code = c.enterprise_code
         AND p.nhsa_code = c.nhsa_code
       LIMIT 1
  ) o
  LEFT JOIN LATERAL (
      SELECT l.sheet_id, l.category, l.contract_no FROM sheet_line l
       WHERE l.line_no = o.line_no LIMIT 1
  ) s ON true
 CROSS JOIN LATERAL (
      SELECT sum(p.quantity) AS quantity, sum(p.amount_fen) AS amount_fen
        FROM (SELECT * FROM purchase_line WHERE original_line_no = o.line_no OFFSET 0) p
       WHERE p.line_kind = 'goods_return'
         AND p.accepted_on <= %(period_end)s AND p.hospital_code = c.hospital_code
         AND p.enterprise_code = c.enterprise_code AND p.nhsa_code = c.nhsa_code
         AND (SELECT count(*) = 0 FROM line_void v WHERE v.line_no = p.line_no)
  ) r
 WHERE c.line_kind <> 'receipt'
   AND (SELECT count(*) = 0 FROM line_void v WHERE v.line_no = o.line_no)
"""

_UNVERIFIED = bit(Hold.ACCOUNT_UNVERIFIED, "NOT account_verified")
_SUSPENDED = bit(Hold.ENTERPRISE_SUSPENDED, "suspended_on <= %(period_end)s")

#: Enterprises that nobody pays at present: few, so a line looks up once.
_BARRED = f"""
SELECT credit_code, {_UNVERIFIED} + {_SUSPENDED} AS barred_mask
  FROM enterprise WHERE NOT account_verified OR suspended_on <= %(period_end)s
"""

_HOLDS = (
    bit(Hold.WAITING_HOSPITAL, "hospital_live IS NOT TRUE"),
    bit(Hold.WAITING_ENTERPRISE, "enterprise_live IS NOT TRUE"),
    bit(Hold.DISPUTED, "hospital_disputes OR enterprise_disputes"),
    bit(Hold.CONTRACT_MISSING, "is_vbp AND contract_no IS NULL"),
    bit(Hold.PRICE_ABOVE_AWARD, "is_vbp AND unit_price_yuan > award_price"),
    bit(Hold.INVOICE_MISSING, "invoiced_fen IS NULL"),
    "coalesce(barred_mask, 0)",
    bit(
        Hold.TRACE_CODE_MISSING,
        "is_traced AND NOT has_codes",
    ),
    bit(Hold.ORIGINAL_MISSING, "line_kind <> 'receipt' AND original_no IS NULL"),
    bit(Hold.RETURN_EXCEEDS_ORIGINAL, "line_kind = 'goods_return' AND exceeds"),
)


def _mask(rules: scope.Rules) -> str:
    """Return SQL of all holds of a line at once; what nobody switched on is not asked."""
    differs = "invoiced_fen <> amount_fen"
    if scope.Rule.TOLERANCE in rules:
        differs = "abs(invoiced_fen - amount_fen) > coalesce(invoice_tolerance_fen, 0)"
    holds = [*_HOLDS, bit(Hold.INVOICE_MISMATCH, differs)]
    if scope.Rule.MANDATES in rules:
        # What a sheet took is given back whatever became of the mandate.
        missing = "mandates AND mandate_no IS NULL AND original_sheet IS NULL"
        holds.append(bit(Hold.MANDATE_MISSING, missing))
    return " + ".join(holds)


#: The verdict in three steps: look up, see whose word stands, decide. A decision older than the day
#: that the platform's file names for the party is overruled by it; such a day confirms the amount.
_JUDGED = f"""
CREATE TEMP TABLE judged ON COMMIT DROP AS
WITH told AS (
    SELECT c.*, o.original_no, o.sheet_id AS original_sheet, p.kind,
           coalesce(o.accepted_on, c.accepted_on) AS judged_on,
           coalesce(o.platform, c.platform) AS judged_platform,
           coalesce(o.category, a.category, CASE WHEN p.kind = 'cloud_film' THEN 'cloud_film'
               WHEN p.negotiated THEN 'negotiated' ELSE 'listed' END) AS category,
           a.award_price, a.round_code,
           s.scheme_code, s.valid_from AS scheme_valid_from, s.trace_codes AS trace_rule, s.scope,
           s.holiday_shift, s.due_start, s.due_days, s.due_month_end,
           coalesce(o.contract_no, k.contract_no) AS contract_no, k.payment_days,
           k.acceptance_days,
           f.invoiced_fen, f.invoiced_on, o.exceeds, b.barred_mask{{columns}},
           CASE WHEN {facts.day_of("f.hospital_word")} < c.hospital_confirmed_on THEN NULL
                ELSE f.hospital_word END AS hospital_word,
           CASE WHEN {facts.day_of("f.enterprise_word")} < c.enterprise_confirmed_on THEN NULL
                ELSE f.enterprise_word END AS enterprise_word
      FROM candidate c
      LEFT JOIN original o USING (line_no)
      JOIN product p USING (nhsa_code)
      LEFT JOIN award_span a ON a.area_code = c.area_code AND a.nhsa_code = c.nhsa_code
           AND coalesce(o.accepted_on, c.accepted_on) BETWEEN a.from_on AND a.to_on
      LEFT JOIN scheme_span s ON s.area_code = c.area_code
           AND coalesce(o.accepted_on, c.accepted_on) BETWEEN s.from_on AND s.to_on
      LEFT JOIN contract_span k ON k.hospital_code = c.hospital_code AND k.nhsa_code = c.nhsa_code
           AND k.enterprise_code = c.enterprise_code
           AND coalesce(o.accepted_on, c.accepted_on) BETWEEN k.from_on AND k.to_on
      LEFT JOIN line_fact f USING (line_no)
      LEFT JOIN ({_BARRED}) b ON b.credit_code = c.enterprise_code{{joins}}
),
agreed AS (
    SELECT *,
           coalesce({facts.says("hospital_word")} >= {facts.OTHER_AMOUNT},
               hospital_confirmed_on IS NOT NULL) AS hospital_live,
           {facts.says("hospital_word")} IN ({facts.DISPUTED}, {facts.OTHER_AMOUNT})
               AS hospital_disputes,
           coalesce({facts.says("enterprise_word")} >= {facts.OTHER_AMOUNT},
               enterprise_confirmed_on IS NOT NULL) AS enterprise_live,
           {facts.says("enterprise_word")} IN ({facts.DISPUTED}, {facts.OTHER_AMOUNT})
               AS enterprise_disputes,
           category LIKE '%%\\_vbp' AS is_vbp,
           {{is_direct}} AS is_direct,
           line_kind = 'receipt' AND kind = 'drug' AND trace_rule = 'require' AS is_traced
      FROM told OFFSET 0
),
dated AS (
    SELECT *,
           CASE WHEN hospital_live AND enterprise_live THEN greatest(
               coalesce({facts.day_of("hospital_word")}, hospital_confirmed_on),
               coalesce({facts.day_of("enterprise_word")}, enterprise_confirmed_on)) END
               AS joint_on,
           {{outside}} AS outside
  FROM agreed
)
SELECT line_no, hospital_code, enterprise_code, area_code, line_kind, category, amount_fen,
       contract_no, is_direct, CASE WHEN is_direct THEN 'direct' ELSE 'self' END AS lane,
       CASE WHEN is_direct THEN {{mask}} ELSE 0 END AS mask,
       is_direct AND is_traced AND has_codes AS is_coded,
       {RAW_DUE} AS due_raw,
       CASE WHEN scheme_code IS NULL THEN '' ELSE holiday_shift END AS due_shift{{also}}
  FROM dated
"""

#: Nobody is charged for what was never paid: the original waits itself or was accepted later.
_ORIGINAL_WAITING = f"""
UPDATE judged j SET mask = j.mask + {BITS[Hold.ORIGINAL_WAITING]}
  FROM original o
 WHERE o.line_no = j.line_no AND j.is_direct AND o.sheet_id IS NULL
   AND (o.accepted_on > %(period_end)s OR o.original_no IN (
        SELECT r.line_no FROM judged r WHERE r.line_kind = 'receipt' AND r.mask <> 0))
"""


def collect(candidates: str, params: dict[str, object]) -> int:
    """Make `candidate` for the lines that the joins and conditions choose; return how many."""
    sql("DROP TABLE IF EXISTS pg_temp.candidate, pg_temp.original")
    count = int(sql(_CANDIDATES.format(candidates=candidates), params).rowcount)
    sql("ANALYZE pg_temp.candidate")
    return count


def find_originals(period_end: date) -> None:
    """Make `original`: receipts that candidates point at, and whether more is returned of them."""
    sql(_ORIGINALS, {"period_end": period_end})
    sql("ANALYZE pg_temp.original")


def judge(
    period_end: date, also: Sequence[str], rules: scope.Rules, *, few: bool, holds: bool
) -> None:
    """Make `judged`: one row a line with lane, category, contract, holds and raw due day.

    `also` names more columns of the line, its terms and its facts that the caller reads, among
    them `outside`, the reason of a self-lane line; `rules` are switched on by a scheme in sight;
    with `few` each line looks its own up, without `holds` nothing is held.
    """
    told = {"period_end": period_end}
    sql("DROP TABLE IF EXISTS pg_temp.judged")
    judged = _JUDGED.format(
        also="".join(f", {column}" for column in also),
        columns=scope.columns(rules),
        joins=scope.joins(rules),
        is_direct=scope.is_direct(rules),
        outside=scope.outside(rules),
        mask=_mask(rules) if holds else "0",
    )
    sql(judged, told)
    sql("ANALYZE pg_temp.judged (line_no, lane, mask, due_raw, due_shift, is_direct, line_kind)")
    if holds:
        codes.hold_reused(few=few)
        sql(_ORIGINAL_WAITING, told)
