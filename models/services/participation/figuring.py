"""Reports, contracts and use of a round compared: each name's state, and what is wrong with it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from models import clock
from models.records.base import db, sql
from models.records.planning import linear_joins
from models.services import access, audit, jobs, round_use

__all__ = ["figure", "run"]

#: One comparison at a time.
FIGURE_LOCK = 7_466_081

#: Rounds with terms whose term is not over for long: contracts may still come late.
_ROUNDS = """
SELECT b.round_code FROM vbp_round b
 WHERE EXISTS (SELECT FROM round_term t WHERE t.round_code = b.round_code)
   AND (b.round_code = %(round)s OR %(round)s::text IS NULL AND b.term_end >= %(on)s)
 ORDER BY b.round_code
"""
_ASKED = f"""
CREATE TEMP TABLE asked ON COMMIT DROP AS {round_use.ASKED}
"""
_STATUS = f"""
INSERT INTO reporting_status (hospital_code, round_code, nhsa_code, name, kind, use_from, use_to,
                              used_quantity, used_fen, reported_quantity, committed_quantity, state)
WITH listed AS ({round_use.CATALOGUE}),
used AS ({round_use.USED}),
told AS (
    SELECT r.hospital_code, l.nhsa_code, sum(r.reported_quantity) AS reported,
           sum(r.committed_quantity) AS committed
      FROM reported_quantity r JOIN asked USING (hospital_code) JOIN product d USING (nhsa_code)
      JOIN listed l ON (l.name, l.kind) = (d.name, d.kind)
     WHERE r.round_code = %(round)s GROUP BY 1, 2
),
both_sides AS (
    SELECT hospital_code, nhsa_code, greatest(coalesce(u.quantity, 0), 0) AS used,
           greatest(coalesce(u.amount_fen, 0), 0)::bigint AS used_fen,
           coalesce(t.reported, 0) AS reported, coalesce(t.committed, 0) AS committed
      FROM used u FULL JOIN told t USING (hospital_code, nhsa_code)
)
SELECT x.hospital_code, %(round)s, x.nhsa_code, l.name, l.kind, a.use_from, a.use_to, x.used,
       x.used_fen, x.reported, x.committed,
       CASE WHEN x.used <= 0 THEN CASE WHEN x.reported > 0 THEN 'reported' ELSE 'unused' END
            WHEN x.reported <= 0 THEN 'unreported'
            WHEN x.reported * 10000 < x.used * a.under_report_bp THEN 'under'
            WHEN x.reported * 10000 > x.used * a.over_report_bp THEN 'over'
            ELSE 'reported' END
  FROM both_sides x JOIN asked a USING (hospital_code) JOIN listed l USING (nhsa_code)
"""
#: What is wrong, once reporting or signing is over; with the figures it rests on.
_FOUND = """
CREATE TEMP TABLE found ON COMMIT DROP AS
WITH due AS (
    SELECT a.*, a.report_by < %(on)s AS reporting_over, a.sign_by < %(on)s AS signing_over,
           a.participants = 'all' OR a.participants = 'public' AND a.ownership <> 'private'
           AS must_join
      FROM asked a
),
of_hospital AS (
    SELECT s.hospital_code, count(*) FILTER (WHERE s.used_quantity > 0) AS used,
           count(*) FILTER (WHERE s.reported_quantity > 0) AS reported,
           sum(s.used_fen)::bigint AS used_fen
      FROM reporting_status s JOIN asked USING (hospital_code)
     WHERE s.round_code = %(round)s GROUP BY 1
),
absent AS (
    SELECT o.hospital_code, o.used, o.used_fen, d.use_from, d.use_to, d.report_by
      FROM of_hospital o JOIN due d USING (hospital_code)
     WHERE d.reporting_over AND d.must_join AND o.used > 0 AND o.reported = 0
),
contracts AS (
    SELECT g.hospital_code, g.nhsa_code, max(g.committed_quantity) AS committed,
           min(g.signed_on) AS signed_on, max(g.due_on) AS due_on
      FROM signing_status g JOIN asked USING (hospital_code)
     WHERE g.round_code = %(round)s GROUP BY 1, 2
),
unsigned_at_all AS (
    SELECT c.hospital_code, count(*) AS products, max(c.due_on) AS due_on
      FROM contracts c JOIN due d USING (hospital_code)
     WHERE d.signing_over GROUP BY 1 HAVING count(c.signed_on) = 0
)
SELECT 'absent' AS kind, hospital_code, '' COLLATE "C" AS nhsa_code,
       jsonb_build_object('products', used, 'used_fen', used_fen, 'use_from', use_from,
                          'use_to', use_to, 'due_on', report_by) AS facts
  FROM absent
UNION ALL
SELECT CASE s.state WHEN 'unreported' THEN 'unreported' WHEN 'under' THEN 'under_reported'
                    ELSE 'over_reported' END,
       s.hospital_code, s.nhsa_code,
       jsonb_build_object('used', s.used_quantity::text, 'used_fen', s.used_fen,
                          'reported', s.reported_quantity::text,
                          'limit_bp', CASE s.state WHEN 'under' THEN d.under_report_bp
                                                   WHEN 'over' THEN d.over_report_bp END,
                          'use_from', s.use_from, 'use_to', s.use_to, 'due_on', d.report_by)
  FROM reporting_status s JOIN due d USING (hospital_code)
 WHERE s.round_code = %(round)s AND s.state IN ('unreported', 'under', 'over')
   AND d.reporting_over AND NOT EXISTS (SELECT FROM absent a
                                         WHERE a.hospital_code = s.hospital_code)
   AND (s.state <> 'unreported' OR d.must_join)
UNION ALL
SELECT 'no_contract', u.hospital_code, '',
       jsonb_build_object('products', u.products, 'due_on', u.due_on)
  FROM unsigned_at_all u
UNION ALL
SELECT CASE WHEN c.signed_on IS NULL THEN 'unsigned' ELSE 'signed_late' END, c.hospital_code,
       c.nhsa_code, jsonb_build_object('committed', c.committed::text, 'due_on', c.due_on,
                                       'signed_on', c.signed_on)
  FROM contracts c JOIN due d USING (hospital_code)
 WHERE (c.signed_on IS NULL AND d.signing_over OR c.signed_on > c.due_on)
   AND NOT EXISTS (SELECT FROM unsigned_at_all u WHERE u.hospital_code = c.hospital_code)
"""
_KEEP = """
INSERT INTO participation_finding AS f (kind, hospital_code, round_code, nhsa_code, state, facts,
                                        found_on, last_found_on)
SELECT kind, hospital_code, %(round)s, nhsa_code, 'open', facts, %(on)s, %(on)s FROM found
 ORDER BY 1, 2, 4
ON CONFLICT (kind, hospital_code, round_code, nhsa_code) DO UPDATE
   SET facts = CASE WHEN f.state = 'settled' THEN f.facts ELSE excluded.facts END,
       last_found_on = excluded.last_found_on,
       state = CASE WHEN f.state = 'gone' THEN 'open' ELSE f.state END
"""
_STEP = """
INSERT INTO participation_step (finding_id, act_no, move, from_state, to_state, actor, happened_on,
                                happened_at)
SELECT f.id, %(act_no)s, %(move)s, f.state, %(to)s, %(actor)s, %(on)s, %(now)s
  FROM participation_finding f WHERE f.round_code = %(round)s AND {which}
"""
_BACK = """
f.state = 'gone' AND EXISTS (SELECT FROM found n WHERE (n.kind, n.hospital_code, n.nhsa_code)
                             = (f.kind, f.hospital_code, f.nhsa_code))
"""
_OVER = """
f.state NOT IN ('settled', 'gone') AND EXISTS (SELECT FROM asked WHERE hospital_code
                                               = f.hospital_code)
AND NOT EXISTS (SELECT FROM found n WHERE (n.kind, n.hospital_code, n.nhsa_code)
                = (f.kind, f.hospital_code, f.nhsa_code))
"""
_RUN = """
INSERT INTO reporting_run (round_code, figured_on, figured_at, hospitals, findings)
SELECT %(round)s, %(on)s, %(now)s, (SELECT count(*) FROM asked), (SELECT count(*) FROM found)
ON CONFLICT (round_code) DO UPDATE SET figured_on = excluded.figured_on,
       figured_at = excluded.figured_at, hospitals = excluded.hospitals,
       findings = excluded.findings
RETURNING hospitals, findings
"""


def run(claim: jobs.Claim) -> dict[str, object]:
    """Do the job `participation`: compare args.round, else every round in its term.

    It covers every area whoever asks: readers see the rows of their own. Raises NotAllowed.
    """
    actor = access.load(claim.requested_by)
    access.require(actor, "participation")
    with db.atomic():
        sql("SELECT pg_advisory_xact_lock(%s)", (FIGURE_LOCK,))
        told = {"round": claim.args.get("round"), "on": claim.on}
        rounds = [code for (code,) in sql(_ROUNDS, told).fetchall()]
        findings = 0
        for place, code in enumerate(rounds):
            claim.progress(place, len(rounds), code)
            findings += figure(code, claim.on, by=actor.name)
        result: dict[str, object] = {"rounds": len(rounds), "findings": findings}
        audit.wrote("participation.figured", actor=actor.name, subject="rounds", **result)
        jobs.finish(claim, result)
    return result


def figure(round_code: str, on: date, *, by: str) -> int:
    """Compare a round as it stands on a day and return how many findings it shows.

    In the caller's transaction. What is shown no more is `gone`; what shows again is `open`
    again; what a person settled stays settled.
    """
    told: Mapping[str, Any] = {
        "round": round_code,
        "areas": access.areas(access.SYSTEM, None),
        "hospitals": [],
        "on": on,
        "now": clock.now(),
        "actor": by,
        "act_no": f"run:{round_code}:{clock.now().isoformat()}",
    }
    sql("DROP TABLE IF EXISTS asked, found")
    sql(_ASKED, told)
    sql("ANALYZE asked")
    sql("DELETE FROM reporting_status WHERE round_code = %(round)s", told)
    with linear_joins():
        # Nobody knows beforehand how many lines a name has: adding up by hash needs no order.
        sql("SET LOCAL enable_sort = off")
        sql(_STATUS, told)
        sql("SET LOCAL enable_sort = on")
    sql(_FOUND, told)
    sql("ANALYZE found")
    sql(_STEP.format(which=_BACK), {**told, "move": "return", "to": "open"})
    sql(_KEEP, told)
    sql(_STEP.format(which=_OVER), {**told, "move": "vanish", "to": "gone"})
    sql(
        f"UPDATE participation_finding f SET state = 'gone', due_on = NULL"
        f" WHERE f.round_code = %(round)s AND {_OVER}",
        told,
    )
    return int(sql(_RUN, told).fetchone()[1])
