"""Windows follow the lines: answered, suspended, silent, opened; disputes come and go."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date

from models.records.base import sql
from models.records.planning import linear_joins
from models.rules.words import Hold
from models.services.imports.taking_in import TABLE_LOCK
from models.services.judgement import FEW_LINES, judge, leads
from models.services.judgement.facts import day_of
from models.services.judgement.holds import any_of
from models.services.windows import disputes, silence, terms

#: One hand at a time on the windows.
WINDOW_LOCK = 7_466_061

_NO_VOID = "LEFT JOIN line_void v USING (line_no)"
_SHEET = """
  LEFT JOIN sheet_line s USING (line_no) LEFT JOIN settlement_sheet x ON x.id = s.sheet_id
"""
_WATCHED = """
   (s.line_no IS NULL OR x.state = 'draft'
    OR EXISTS (SELECT FROM confirm_window w WHERE w.line_no = p.line_no
                  AND w.state IN ('open', 'escalated'))
    OR EXISTS (SELECT FROM line_dispute d WHERE d.line_no = p.line_no AND d.state <> 'closed'))
"""
#: Every line of these areas that nobody reviews yet, or that has a window or dispute that runs.
_WHOLE = f"""
  {_SHEET} {_NO_VOID}
 WHERE h.area_code = ANY (%(areas)s) AND v.line_no IS NULL AND p.accepted_on <= %(on)s
   AND {_WATCHED}
"""
_OF_IMPORT = f"""
  {_SHEET} {_NO_VOID}
 WHERE h.area_code = ANY (%(areas)s) AND v.line_no IS NULL AND {_WATCHED}
   AND p.line_no IN (SELECT f.line_no FROM confirmation f WHERE f.import_id = %(import_id)s)
"""

#: What the verdict knows beside itself.
_ALSO = (
    "accepted_on", "scheme_code", "scheme_valid_from", "hospital_live", "hospital_disputes",
    "hospital_word", "hospital_confirmed_on", "enterprise_live", "enterprise_disputes",
    "enterprise_word", "enterprise_confirmed_on",
)  # fmt: skip

_INVOICES = any_of(Hold.INVOICE_MISSING, Hold.INVOICE_MISMATCH)


def _party(party: str) -> str:
    said = f"coalesce({day_of(f'r.{party}_word')}, r.{party}_confirmed_on)"
    return f"('{party}', r.{party}_live, r.{party}_disputes IS TRUE, {said})"


#: One row for a line and party: whether it speaks, and since when. Where a lead confirms for a
#: member, the window is the lead's.
_SPOKEN = f"""
CREATE TEMP TABLE spoken ON COMMIT DROP AS
SELECT r.line_no, v.party, {leads.SPEAKER} AS hospital_code, r.enterprise_code, r.area_code,
       r.amount_fen, r.accepted_on, r.scheme_code, r.scheme_valid_from, r.is_direct, v.live,
       v.disputes, v.said_on, v.live OR v.disputes AS speaks,
       r.mask & {_INVOICES} = 0 AS invoices_fit,
       r.hospital_disputes IS TRUE OR r.enterprise_disputes IS TRUE AS is_disputed
  FROM judged r CROSS JOIN LATERAL
       (VALUES {_party("hospital")}, {_party("enterprise")}) v (party, live, disputes, said_on)
"""
_VOIDED = """
UPDATE confirm_window w SET state = 'dropped', closed_on = %(on)s
  FROM line_void v WHERE v.line_no = w.line_no AND w.state IN ('open', 'escalated')
"""
#: No more direct, windows switched off, or another version of the scheme: that one opens its own.
_OTHERWISE = """
UPDATE confirm_window w SET state = 'dropped', closed_on = %(on)s
  FROM spoken s WHERE s.line_no = w.line_no AND s.party = w.party
   AND w.state IN ('open', 'escalated')
   AND (NOT s.is_direct
        OR (s.scheme_code, s.scheme_valid_from)
           IS DISTINCT FROM (w.scheme_code, w.scheme_valid_from)
        OR NOT EXISTS (SELECT FROM window_term t WHERE t.scheme_code = s.scheme_code
                          AND t.valid_from = s.scheme_valid_from))
"""
_ANSWERED = """
UPDATE confirm_window w SET state = 'answered', closed_on = %(on)s, answered_on = s.said_on
  FROM spoken s WHERE s.line_no = w.line_no AND s.party = w.party AND s.speaks
   AND w.state IN ('open', 'escalated')
"""
_SUSPENDED = """
UPDATE confirm_window w SET state = 'suspended', closed_on = %(on)s
  FROM spoken s WHERE s.line_no = w.line_no AND s.party = w.party AND s.is_disputed
   AND NOT s.speaks AND w.state IN ('open', 'escalated')
"""
_OVERRULED = """
UPDATE confirm_window w SET state = 'overruled', closed_on = %(on)s
 WHERE w.state = 'auto_confirmed'
   AND EXISTS (SELECT FROM confirmation f WHERE f.line_no = w.line_no AND f.party = w.party
                  AND f.decided_at > w.automatic_at)
"""
#: A line of an earlier month, its round begun, its party silent: a window, unless the applicant
#: has not applied, applied late for this round, or its invoices do not add up yet.
#: The last window of each is looked up as one set before the first row is written: a scan of the
#: growing table for each line would take the square of their number.
_OPEN = """
INSERT INTO confirm_window (line_no, party, round_no, kind, hospital_code, enterprise_code,
       area_code, amount_fen, period, scheme_code, scheme_valid_from, days, unit, holiday_shift,
       silence, revocable_days, opened_on, due_on, state)
WITH latest AS MATERIALIZED (
    SELECT DISTINCT ON (w.line_no, w.party) w.line_no, w.party, w.round_no, w.next_on, w.state
      FROM confirm_window w WHERE w.line_no IN (SELECT line_no FROM spoken)
     ORDER BY w.line_no, w.party, w.round_no DESC
)
SELECT s.line_no, s.party, coalesce(b.round_no, 0) + 1, k.kind, s.hospital_code,
       s.enterprise_code, s.area_code, s.amount_fen, to_char(s.accepted_on, 'YYYY-MM'),
       t.scheme_code, t.valid_from,
       CASE k.kind WHEN 'apply' THEN t.apply_day ELSE t.days END,
       CASE k.kind WHEN 'apply' THEN 'day_of_month' ELSE t.unit END, t.holiday_shift,
       CASE k.kind WHEN 'apply' THEN 'roll' ELSE t.silence END, t.revocable_days, %(on)s,
       CASE k.kind WHEN 'apply' THEN t.apply_due_on ELSE t.answer_due_on END, 'open'
  FROM spoken s
  JOIN window_term t ON t.scheme_code = s.scheme_code AND t.valid_from = s.scheme_valid_from
 CROSS JOIN LATERAL (SELECT CASE WHEN s.party = t.initiator THEN 'apply' ELSE 'answer' END) k (kind)
  JOIN spoken o ON o.line_no = s.line_no AND o.party <> s.party
  LEFT JOIN latest b ON b.line_no = s.line_no AND b.party = s.party
 WHERE s.is_direct AND NOT s.speaks AND NOT s.is_disputed
   AND %(on)s >= (date_trunc('month', s.accepted_on) + interval '1 month')::date + t.begins - 1
   AND coalesce(b.state NOT IN ('open', 'escalated', 'auto_confirmed')
                AND coalesce(b.next_on <= %(on)s, true), true)
   AND (k.kind = 'apply' OR t.initiator = 'system'
        OR o.live AND coalesce(o.said_on <= t.applied_by_on, true)
           AND (t.initiator <> 'enterprise' OR s.invoices_fit))
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class Followed:
    """What one run did."""

    opened: int = 0
    answered: int = 0
    escalated: int = 0
    rolled: int = 0
    confirmed: int = 0
    disputes: int = 0


#: Told (done, total, stage) between the steps.
Progress = Callable[[int, int, str], None]


def lock() -> None:
    """Wait for imports of confirmations and for other hands on the windows, in this order.

    A word that came in while silence is judged would else be overruled by the silence.
    """
    sql("SELECT pg_advisory_xact_lock(%s, hashtext('confirmations'))", (TABLE_LOCK,))
    sql("SELECT pg_advisory_xact_lock(%s)", (WINDOW_LOCK,))


def follow_all(on: date, progress: Progress = lambda *_: None) -> Followed:
    """Bring every window and dispute to a business day; the same day again changes nothing."""
    areas = terms.areas()
    lock()
    terms.follow_the_calendar(on)
    return _follow(areas, _WHOLE, {"areas": areas, "on": on}, on, progress)


def follow_import(import_id: int, on: date) -> Followed:
    """Bring the windows and disputes of one import's lines to a business day."""
    areas = terms.areas()
    lock()
    told = {"areas": areas, "on": on, "import_id": import_id}
    return _follow(areas, _OF_IMPORT, told, on, lambda *_: None)


def _follow(
    areas: Sequence[str],
    candidates: str,
    told: dict[str, object],
    on: date,
    progress: Progress,
) -> Followed:
    progress(0, 4, "判定明细")
    judge(areas, candidates, told, on, also=_ALSO)
    sql("DROP TABLE IF EXISTS pg_temp.spoken")
    count = int(sql(_SPOKEN).rowcount)
    sql("ANALYZE pg_temp.spoken")
    terms.make(on)
    # The planner knows nothing of windows written in this night; few lines look theirs up.
    with linear_joins() if count > FEW_LINES else nullcontext():
        progress(1, 4, "登记表态与异议")
        for statement in (_VOIDED, _OTHERWISE, _OVERRULED):
            sql(statement, told)
        answered = int(sql(_ANSWERED, told).rowcount)
        sql(_SUSPENDED, told)
        opened_disputes = disputes.follow(on)
        progress(2, 4, "处理到期未表态")
        silent = silence.act(on)
    silence.write(silent.confirmed, on)
    with linear_joins() if count > FEW_LINES else nullcontext():
        progress(3, 4, "开立时限")
        opened = int(sql(_OPEN, told).rowcount)
    return Followed(
        opened, answered, silent.escalated, silent.rolled, len(silent.confirmed), opened_disputes
    )
