"""What the rules saw becomes findings: a subject once for ever, evidence once, reopened by new."""

from typing import Any

from models.records.base import sql
from models.rules.risks import REOPENED, RISK, RiskMove, RiskState
from models.rules.states import target

#: More evidence of one rule in one run is a rule set wrongly; the largest amounts are kept.
EVIDENCE_MAX = 100_000

_TOO_MUCH = f"""
DELETE FROM risk_found f USING (
    SELECT ctid AS place, row_number() OVER (
           PARTITION BY kind ORDER BY amount_fen DESC, dedupe_key, evidence_key) AS number
      FROM risk_found) n
 WHERE f.ctid = n.place AND n.number > {EVIDENCE_MAX}
"""
#: What is known is nothing new: the same evidence under the same subject.
_KNOWN = """
DELETE FROM risk_found f USING risk_finding k, risk_evidence e
 WHERE k.dedupe_key = f.dedupe_key AND e.finding_id = k.id AND e.evidence_key = f.evidence_key
"""
_OPEN = """
INSERT INTO risk_finding (kind, state, dedupe_key, area_code, hospital_code, enterprise_code,
                          nhsa_code, round_code, subject, opened_on, opened_at, evidence_count,
                          amount_fen, last_evidence_on)
SELECT DISTINCT ON (f.dedupe_key) f.kind, 'open', f.dedupe_key, f.area_code, f.hospital_code,
       f.enterprise_code, f.nhsa_code, f.round_code, f.subject, %(on)s, %(now)s, 1, 0, %(on)s
  FROM risk_found f
 WHERE NOT EXISTS (SELECT FROM risk_finding k WHERE k.dedupe_key = f.dedupe_key)
 ORDER BY f.dedupe_key, f.evidence_key
"""
_ADD = """
INSERT INTO risk_evidence (finding_id, evidence_key, period, line_no, quantity, measured, expected,
                           amount_fen, found_on)
SELECT k.id, f.evidence_key, %(period)s, f.line_no, f.quantity, f.measured, f.expected,
       f.amount_fen, %(on)s
  FROM risk_found f JOIN risk_finding k USING (dedupe_key)
    ON CONFLICT DO NOTHING
"""
_TOLD = f"""
INSERT INTO risk_event (finding_id, move, from_state, to_state, happened_on, happened_at, actor,
                        facts)
SELECT k.id,
       CASE WHEN NOT EXISTS (SELECT FROM risk_event v WHERE v.finding_id = k.id) THEN 'open'
            WHEN k.state = ANY (%(closed)s)
            THEN '{RiskMove.REOPEN}' ELSE 'add' END,
       CASE WHEN EXISTS (SELECT FROM risk_event v WHERE v.finding_id = k.id) THEN k.state END,
       CASE WHEN k.state = ANY (%(closed)s) THEN '{RiskState.OPEN}' ELSE k.state END,
       %(on)s, %(now)s, %(actor)s,
       jsonb_build_object('period', %(period)s::text, 'evidence', n.evidence,
                          'amount_fen', n.amount_fen)
  FROM risk_finding k
  JOIN (SELECT dedupe_key, count(DISTINCT evidence_key) AS evidence, sum(amount_fen) AS amount_fen
          FROM risk_found GROUP BY 1) n USING (dedupe_key)
 ORDER BY k.id RETURNING move
"""
_SUM = """
UPDATE risk_finding k
   SET state = CASE WHEN k.state = ANY (%(closed)s) THEN %(reopened)s ELSE k.state END,
       reopened_count = k.reopened_count + (k.state = ANY (%(closed)s))::int,
       asked_kind = CASE WHEN k.state = ANY (%(closed)s) THEN NULL ELSE k.asked_kind END,
       asked_on = CASE WHEN k.state = ANY (%(closed)s) THEN NULL ELSE k.asked_on END,
       evidence_count = s.evidence, amount_fen = s.amount_fen, last_evidence_on = %(on)s
  FROM (SELECT e.finding_id, count(*) AS evidence, sum(e.amount_fen)::bigint AS amount_fen
          FROM risk_evidence e JOIN risk_finding j ON j.id = e.finding_id
         WHERE j.dedupe_key IN (SELECT dedupe_key FROM risk_found)
         GROUP BY 1) s
 WHERE s.finding_id = k.id
"""


def keep(told: dict[str, Any]) -> dict[str, int]:
    """Keep what stands in `risk_found`; return findings, evidence, reopened and left_out.

    Evidence that a finding has is passed over, so that what was decided about it stays decided.
    """
    told = {**told, "closed": list(REOPENED), "reopened": target(RISK, RiskMove.REOPEN)}
    left_out = sql(_TOO_MUCH).rowcount
    sql(_KNOWN)
    opened = sql(_OPEN, told).rowcount
    evidence = sql(_ADD, told).rowcount
    moves = [row[0] for row in sql(_TOLD, told)]
    sql(_SUM, told)
    return {
        "findings": int(opened),
        "evidence": int(evidence),
        "reopened": moves.count(RiskMove.REOPEN),
        "left_out": int(left_out),
    }
