"""The lines to judge and the verdict over them: one pass, every reason of a line at once."""

from datetime import date

from models.records.base import sql
from models.rules.words import Hold
from models.services.judgement.due import RAW_DUE
from models.services.judgement.holds import BITS, bit

#: Columns of the line itself that the verdict and its readers need.
_CANDIDATES = """
CREATE TEMP TABLE candidate ON COMMIT DROP AS
SELECT p.line_no, p.line_kind, p.original_line_no, p.hospital_code, p.enterprise_code, p.nhsa_code,
       p.quantity, p.unit_price_yuan, p.amount_fen, p.delivered_on, p.accepted_on, p.platform,
       p.hospital_confirmed_on, p.enterprise_confirmed_on, p.trace_codes, h.area_code, h.joined_on
  FROM purchase_line p JOIN hospital h USING (hospital_code)
{candidates}
"""

#: Receipts that returns and adjustments point at, with the sheet they are on. A return takes lane,
#: category, scheme, award and contract from there: from its sheet once it is on one.
_ORIGINALS = """
CREATE TEMP TABLE original ON COMMIT DROP AS
SELECT c.line_no, o.line_no AS original_no, o.accepted_on, o.platform, o.quantity, o.amount_fen,
       s.sheet_id, s.category, s.contract_no
  FROM candidate c JOIN purchase_line o ON o.line_no = c.original_line_no
  LEFT JOIN line_void v ON v.line_no = o.line_no
  LEFT JOIN sheet_line s ON s.line_no = o.line_no
 WHERE c.line_kind <> 'receipt' AND o.line_kind = 'receipt' AND v.line_no IS NULL
   AND o.hospital_code = c.hospital_code AND o.enterprise_code = c.enterprise_code
   AND o.nhsa_code = c.nhsa_code
"""

_IS_VBP = "category LIKE '%%\\_vbp'"

_MASK = " + ".join(
    (
        bit(Hold.WAITING_HOSPITAL, "hospital_live IS NOT TRUE"),
        bit(Hold.WAITING_ENTERPRISE, "enterprise_live IS NOT TRUE"),
        bit(
            Hold.DISPUTED,
            "hospital_disputes OR enterprise_disputes"
            " OR (hospital_live AND hospital_fen <> amount_fen)"
            " OR (enterprise_live AND enterprise_fen <> amount_fen)",
        ),
        bit(Hold.CONTRACT_MISSING, f"{_IS_VBP} AND contract_no IS NULL"),
        bit(Hold.PRICE_ABOVE_AWARD, f"{_IS_VBP} AND unit_price_yuan > award_price"),
        bit(Hold.INVOICE_MISSING, "invoiced_fen IS NULL"),
        bit(Hold.INVOICE_MISMATCH, "invoiced_fen <> amount_fen"),
        bit(Hold.ACCOUNT_UNVERIFIED, "NOT account_verified"),
        bit(Hold.ENTERPRISE_SUSPENDED, "suspended_on <= %(period_end)s"),
        bit(
            Hold.TRACE_CODE_MISSING,
            "line_kind = 'receipt' AND kind = 'drug' AND trace_rule = 'require'"
            " AND trace_codes IS NULL",
        ),
        bit(Hold.ORIGINAL_MISSING, "line_kind <> 'receipt' AND original_no IS NULL"),
        bit(Hold.RETURN_EXCEEDS_ORIGINAL, "line_kind = 'goods_return' AND exceeds"),
    )
)

_JUDGED = f"""
CREATE TEMP TABLE judged ON COMMIT DROP AS
WITH told AS (
    SELECT c.*, o.original_no, o.sheet_id AS original_sheet, e.account_verified, e.suspended_on,
           p.kind, coalesce(o.accepted_on, c.accepted_on) AS judged_on,
           coalesce(o.platform, c.platform) AS judged_platform,
           coalesce(o.category, a.category, CASE WHEN p.kind = 'cloud_film' THEN 'cloud_film'
               WHEN p.negotiated THEN 'negotiated' ELSE 'listed' END) AS category,
           a.award_price, a.round_code,
           s.scheme_code, s.valid_from AS scheme_valid_from, s.trace_codes AS trace_rule, s.scope,
           s.holiday_shift, s.due_start, s.due_days, s.due_month_end,
           coalesce(o.contract_no, k.contract_no) AS contract_no, k.payment_days,
           i.invoiced_fen, i.invoiced_on, x.exceeds,
           dh.live AS dh_live, dh.disputes AS dh_disputes, dh.amount_fen AS dh_fen,
           dh.decided_at AS dh_at, de.live AS de_live, de.disputes AS de_disputes,
           de.amount_fen AS de_fen, de.decided_at AS de_at
      FROM candidate c
      LEFT JOIN original o USING (line_no)
      LEFT JOIN return_sum x ON x.original_no = o.original_no
      JOIN product p USING (nhsa_code)
      JOIN enterprise e ON e.credit_code = c.enterprise_code
      LEFT JOIN award_span a ON a.area_code = c.area_code AND a.nhsa_code = c.nhsa_code
           AND coalesce(o.accepted_on, c.accepted_on) BETWEEN a.from_on AND a.to_on
      LEFT JOIN scheme_span s ON s.area_code = c.area_code
           AND coalesce(o.accepted_on, c.accepted_on) BETWEEN s.from_on AND s.to_on
      LEFT JOIN contract_span k ON k.hospital_code = c.hospital_code AND k.nhsa_code = c.nhsa_code
           AND k.enterprise_code = c.enterprise_code
           AND coalesce(o.accepted_on, c.accepted_on) BETWEEN k.from_on AND k.to_on
      LEFT JOIN invoiced i USING (line_no)
      LEFT JOIN decided dh ON dh.line_no = c.line_no AND dh.party = 'hospital'
      LEFT JOIN decided de ON de.line_no = c.line_no AND de.party = 'enterprise'
),
midnight AS (
    SELECT *, hospital_confirmed_on::timestamp AS hospital_midnight,
           enterprise_confirmed_on::timestamp AS enterprise_midnight
      FROM told
),
agreed AS (
    SELECT *,
           CASE WHEN dh_at IS NULL OR dh_at < hospital_midnight THEN hospital_midnight IS NOT NULL
                ELSE dh_live END AS hospital_live,
           CASE WHEN dh_at IS NULL OR dh_at < hospital_midnight THEN false ELSE dh_disputes END
                AS hospital_disputes,
           CASE WHEN dh_at IS NULL OR dh_at < hospital_midnight THEN amount_fen ELSE dh_fen END
                AS hospital_fen,
           CASE WHEN dh_at IS NULL OR dh_at < hospital_midnight THEN hospital_midnight
                ELSE dh_at END AS hospital_at,
           CASE WHEN de_at IS NULL OR de_at < enterprise_midnight
                THEN enterprise_midnight IS NOT NULL ELSE de_live END AS enterprise_live,
           CASE WHEN de_at IS NULL OR de_at < enterprise_midnight THEN false ELSE de_disputes END
                AS enterprise_disputes,
           CASE WHEN de_at IS NULL OR de_at < enterprise_midnight THEN amount_fen ELSE de_fen END
                AS enterprise_fen,
           CASE WHEN de_at IS NULL OR de_at < enterprise_midnight THEN enterprise_midnight
                ELSE de_at END AS enterprise_at
      FROM midnight OFFSET 0
),
laned AS (
    SELECT *,
           original_sheet IS NOT NULL OR (judged_platform = 'online' AND scheme_code IS NOT NULL
               AND category = ANY (scope) AND joined_on <= judged_on) IS TRUE AS is_direct,
           CASE WHEN hospital_live AND enterprise_live THEN
               greatest(hospital_at, enterprise_at)::date END AS joint_on
      FROM agreed
)
SELECT line_no, line_kind, original_line_no, original_no, original_sheet, hospital_code,
       enterprise_code, nhsa_code, area_code, quantity, unit_price_yuan, amount_fen, delivered_on,
       accepted_on, judged_on, judged_platform, kind, category, round_code, award_price,
       scheme_code, scheme_valid_from, contract_no, payment_days, invoiced_fen, invoiced_on,
       joint_on, trace_codes, trace_rule, is_direct,
       CASE WHEN is_direct THEN 'direct' ELSE 'self' END AS lane,
       CASE WHEN is_direct THEN {_MASK} ELSE 0 END AS mask,
       {RAW_DUE} AS due_raw,
       CASE WHEN scheme_code IS NULL THEN '' ELSE holiday_shift END AS due_shift
  FROM laned
"""

#: A code on another receipt anywhere, or twice on the line; every such line waits. Few codes are
#: shared, so only their other lines are looked at, one by one.
_REUSED = f"""
WITH told AS MATERIALIZED (
    SELECT line_no, array_remove(string_to_array(trace_codes, ' '), '') AS codes FROM judged
     WHERE is_direct AND line_kind = 'receipt' AND kind = 'drug' AND trace_rule = 'require'
       AND trace_codes IS NOT NULL
),
shared AS MATERIALIZED (
    SELECT t.line_no, other.line_no AS other_no
      FROM (SELECT line_no, unnest(codes) AS code FROM told) t JOIN trace_code other USING (code)
     WHERE other.line_no <> t.line_no
),
reused AS (
    SELECT line_no FROM told
     WHERE cardinality(codes) > 1
       AND cardinality(codes) > (SELECT count(DISTINCT code) FROM unnest(codes) AS code)
    UNION
    SELECT line_no FROM shared
     WHERE (SELECT p.line_kind = 'receipt' FROM purchase_line p WHERE p.line_no = other_no)
       AND (SELECT count(*) = 0 FROM line_void v WHERE v.line_no = other_no)
)
UPDATE judged j SET mask = mask + {BITS[Hold.TRACE_CODE_REUSED]}
  FROM reused r WHERE r.line_no = j.line_no
"""

#: Nobody is charged for what was never paid: the original waits itself or was accepted later.
_ORIGINAL_WAITING = f"""
UPDATE judged j SET mask = j.mask + {BITS[Hold.ORIGINAL_WAITING]}
  FROM original o LEFT JOIN judged r ON r.line_no = o.original_no
 WHERE o.line_no = j.line_no AND j.is_direct AND o.sheet_id IS NULL
   AND (o.accepted_on > %(period_end)s OR r.mask <> 0)
"""


def collect(candidates: str, params: dict[str, object]) -> int:
    """Make `candidate` for the lines that the joins and conditions choose; return how many."""
    sql("DROP TABLE IF EXISTS pg_temp.candidate, pg_temp.original")
    count = int(sql(_CANDIDATES.format(candidates=candidates), params).rowcount)
    sql("ANALYZE pg_temp.candidate")
    return count


def find_originals() -> None:
    """Make `original`: the receipts that candidate returns and adjustments point at."""
    sql(_ORIGINALS)
    sql("ANALYZE pg_temp.original")


def judge(period_end: date) -> None:
    """Make `judged`: one row a line with lane, category, contract, holds and raw due day."""
    told = {"period_end": period_end}
    sql("DROP TABLE IF EXISTS pg_temp.judged")
    sql(_JUDGED, told)
    sql(
        "ANALYZE pg_temp.judged (line_no, lane, mask, due_raw, due_shift, is_direct, line_kind,"
        " kind, trace_rule, trace_codes)"
    )
    sql(_REUSED)
    sql(_ORIGINAL_WAITING, told)
