"""Numerators and denominators of a month's indicators, each one statement over all hospitals."""

from models.rules.monitoring import Indicator

#: What is read of `judged` beyond the verdict and what `watched` needs.
COLUMNS = ("nhsa_code", "quantity", "judged_on", "judged_platform", "kind", "round_code")

#: Lines of the month by their own day; returns have category, platform and round of their original.
_MONTH = "accepted_on BETWEEN %(first)s AND %(last)s"
_VBP = r"category LIKE '%%\_vbp'"

#: 网采率 by kind, as reported.
ONLINE_RATE = """
SELECT p.hospital_code, p.kind, p.online_fen / 100.0, p.total_fen / 100.0, p.kind
  FROM procurement_total p JOIN hospital h USING (hospital_code)
 WHERE p.period = %(period)s AND h.area_code = ANY (%(areas)s)
   AND p.kind IN ('drug', 'consumable')
"""

#: 约定采购量完成率 over the contracts of a round that run on the last day of the month.
PURCHASE_PROGRESS = """
WITH running AS (
    SELECT c.contract_no, c.hospital_code, c.round_code, c.committed_quantity
      FROM contract c JOIN hospital h USING (hospital_code)
     WHERE h.area_code = ANY (%(areas)s) AND c.round_code IS NOT NULL
       AND %(last)s BETWEEN c.term_start AND c.term_end
),
bought AS (
    SELECT contract_no, sum(quantity) AS quantity FROM judged
     WHERE contract_no IS NOT NULL AND accepted_on <= %(last)s GROUP BY 1
)
SELECT r.hospital_code, r.round_code, coalesce(sum(b.quantity), 0), sum(r.committed_quantity),
       r.round_code
  FROM running r LEFT JOIN bought b USING (contract_no) GROUP BY 1, 2
"""

#: The terms of those contracts, for the time progress that is their target.
TERMS = """
SELECT c.hospital_code, c.round_code, sum(c.committed_quantity), c.term_start, c.term_end
  FROM contract c JOIN hospital h USING (hospital_code)
 WHERE h.area_code = ANY (%(areas)s) AND c.round_code IS NOT NULL
   AND %(last)s BETWEEN c.term_start AND c.term_end
 GROUP BY 1, 2, 4, 5
"""

#: 集采金额占比: VBP ÷ everything but negotiated drugs, online drugs and consumables.
VBP_SHARE = f"""
SELECT hospital_code, '', coalesce(sum(amount_fen) FILTER (WHERE {_VBP}), 0) / 100.0,
       coalesce(sum(amount_fen) FILTER (WHERE category <> 'negotiated'), 0) / 100.0, NULL
  FROM judged
 WHERE {_MONTH} AND judged_platform = 'online' AND kind IN ('drug', 'consumable')
 GROUP BY 1
"""

#: 非中选占比: products of the same name and kind as one awarded in the round where the hospital is.
NON_SELECTED = f"""
WITH awarded AS (
    SELECT DISTINCT u.area_code, a.round_code, p.name, p.kind,
           coalesce(a.term_start, r.term_start) AS from_on,
           coalesce(a.term_end, r.term_end) AS to_on
      FROM area_above u JOIN award a ON a.area_code = u.above_code
      JOIN vbp_round r USING (round_code) JOIN product p USING (nhsa_code)
),
other AS (
    SELECT DISTINCT j.line_no, j.hospital_code, w.round_code, j.quantity
      FROM judged j JOIN product p USING (nhsa_code)
      JOIN awarded w ON w.area_code = j.area_code AND w.name = p.name AND w.kind = p.kind
           AND j.judged_on BETWEEN w.from_on AND w.to_on
     WHERE j.{_MONTH} AND NOT j.{_VBP}
),
counted AS (
    SELECT hospital_code, round_code, quantity AS other, 0 AS selected FROM other
    UNION ALL
    SELECT hospital_code, round_code, 0, quantity FROM judged
     WHERE {_MONTH} AND {_VBP} AND round_code IS NOT NULL
)
SELECT hospital_code, round_code, sum(other), sum(other) + sum(selected), round_code
  FROM counted GROUP BY 1, 2
"""

_PAID = """
SELECT w.hospital_code, '', coalesce(sum(p.paid_fen), 0) / 100.0, sum(w.amount_fen) / 100.0, NULL
  FROM watched w LEFT JOIN (
      SELECT p.line_no, sum(p.amount_fen) AS paid_fen
        FROM paid_part p JOIN watched w USING (line_no)
       WHERE {counts} GROUP BY 1) p USING (line_no)
 WHERE w.{of_month} GROUP BY 1
"""
_DUE = "due_on BETWEEN %(first)s AND %(last)s"

#: 结算率, 按时结算率 of what was due in the month; 30 天回款率 of what was accepted in it.
SETTLEMENT_RATE = _PAID.format(counts="true", of_month=_DUE)
ON_TIME_RATE = _PAID.format(counts="p.paid_on <= w.due_on", of_month=_DUE)
PAID_IN_30_DAYS = _PAID.format(counts="p.paid_on <= w.accepted_on + 30", of_month=_MONTH)

#: 欠款比例: what is overdue on the day after the month ÷ what was accepted since 1 January.
ARREARS = """
WITH bought AS (
    SELECT hospital_code, sum(amount_fen) AS net_fen FROM judged
     WHERE accepted_on BETWEEN %(new_year)s AND %(last)s GROUP BY 1
),
owed AS (
    SELECT w.hospital_code, sum(o.unpaid_fen) AS unpaid_fen
      FROM watched w JOIN open_receipt o USING (line_no)
     WHERE o.unpaid_fen > 0 AND w.due_on < %(after)s
       AND w.accepted_on BETWEEN %(new_year)s AND %(after)s GROUP BY 1
)
SELECT b.hospital_code, '', coalesce(o.unpaid_fen, 0) / 100.0, b.net_fen / 100.0, NULL
  FROM bought b LEFT JOIN owed o USING (hospital_code)
"""

#: Read while the receipts stand as on the business date …
ON_THE_DAY = {
    Indicator.ONLINE_RATE: ONLINE_RATE,
    Indicator.PURCHASE_PROGRESS: PURCHASE_PROGRESS,
    Indicator.VBP_SHARE_AMOUNT: VBP_SHARE,
    Indicator.NON_SELECTED_SHARE: NON_SELECTED,
    Indicator.SETTLEMENT_RATE: SETTLEMENT_RATE,
    Indicator.ON_TIME_RATE: ON_TIME_RATE,
    Indicator.PAID_IN_30_DAYS: PAID_IN_30_DAYS,
}
#: … and while they stand as on the day after the month.
AFTER_THE_MONTH = {Indicator.ARREARS_RATIO: ARREARS}
