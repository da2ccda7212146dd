"""Days of an account's statement: opened, fed and closed as recorded facts (对账单日)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from models import clock
from models.records.base import db, sql
from models.rules.errors.cases import NotAnAccount, StatementDayOpen
from models.rules.errors.payment import ReasonNeeded
from models.rules.money import yuan
from models.services import access, audit
from models.services.access import Actor

#: Namespace of the advisory locks: one statement of an account at a time.
STATEMENT_LOCK = 7_466_003
#: Days one may open at once: a quarter.
OPEN_DAYS_MAX = 92

_KEEP_DAYS = """
INSERT INTO statement_day (account_no, day, opening_fen, closing_fen, entries_fen, entries_count,
                           closed, file_id, recorded_at, recorded_by, statement_id, sequence)
SELECT account_no, day, opening_fen, closing_fen, 0, 0, false, %(file_id)s::bigint,
       %(now)s::timestamptz, %(actor)s, statement_id, sequence
  FROM said_day
ON CONFLICT (account_no, day) DO NOTHING
"""
_FED = """
INSERT INTO statement_day_event (account_no, day, what, happened_at, actor, file_id, facts)
SELECT d.account_no, d.day, 'fed', %(now)s, %(actor)s, %(file_id)s,
       jsonb_build_object('profile', %(profile)s::text, 'version', %(version)s::int,
           'entries', count(e.place), 'fresh', count(e.place) FILTER (WHERE e.is_new))
  FROM (SELECT DISTINCT account_no, day FROM said_day) d
  LEFT JOIN said_entry e USING (account_no, day)
 GROUP BY d.account_no, d.day
HAVING count(e.place) FILTER (WHERE e.is_new) > 0 OR NOT EXISTS (
       SELECT 1 FROM statement_day_event v WHERE (v.account_no, v.day) = (d.account_no, d.day)
          AND v.what = 'fed')
 ORDER BY d.account_no, d.day
"""
#: A day is closed when it adds up and begins where the day before it ended.
_CLOSE_DAYS = """
WITH summed AS (
    SELECT d.account_no, d.day, d.closed AS was, coalesce(sum(e.amount_fen), 0)::bigint
               AS entries_fen,
        count(e.entry_no) AS n,
           lag(d.closing_fen) OVER (PARTITION BY d.account_no ORDER BY d.day) AS closing_before_fen
      FROM statement_day d LEFT JOIN statement_entry e USING (account_no, day)
     WHERE d.account_no = ANY (%(accounts)s)
     GROUP BY d.account_no, d.day, d.closing_fen, d.closed
),
kept AS (
    UPDATE statement_day d
       SET entries_fen = s.entries_fen, entries_count = s.n,
           closed = d.opening_fen + s.entries_fen = d.closing_fen
                    AND d.opening_fen = coalesce(s.closing_before_fen, d.opening_fen)
      FROM summed s WHERE (s.account_no, s.day) = (d.account_no, d.day)
    RETURNING d.account_no, d.day, d.closed, s.was
)
INSERT INTO statement_day_event (account_no, day, what, happened_at, actor, file_id, facts)
SELECT account_no, day, CASE WHEN closed THEN 'closed' ELSE 'reopened' END, %(now)s, %(actor)s,
       %(file_id)s, '{}'
  FROM kept WHERE closed <> was ORDER BY account_no, day
"""
#: Why a day is not closed, in fen: what is missing in it, and where it does not follow.
_OPEN_DAYS = """
SELECT account_no, day, closing_fen - opening_fen - entries_fen AS missing_fen,
       opening_fen - before_fen AS gap_fen, before_on
  FROM (SELECT d.*, lag(d.closing_fen) OVER w AS before_fen, lag(d.day) OVER w AS before_on
          FROM statement_day d WHERE d.account_no = ANY (%(accounts)s)
        WINDOW w AS (PARTITION BY d.account_no ORDER BY d.day)) d
 WHERE NOT closed AND (%(days)s::date[] IS NULL OR day = ANY (%(days)s::date[]))
 ORDER BY account_no, day
"""
_OPENED = """
INSERT INTO statement_day_event (account_no, day, what, happened_at, actor, facts)
SELECT %(account)s, d, 'opened', %(now)s, %(actor)s, jsonb_build_object('reason', %(reason)s::text)
  FROM unnest(%(days)s::date[]) d
 WHERE NOT EXISTS (SELECT 1 FROM statement_day_event v WHERE v.account_no = %(account)s
                      AND v.day = d AND v.what = 'opened')
 ORDER BY d
"""
_MINE = """
SELECT DISTINCT area_code FROM (
    SELECT g.area_code FROM agency g WHERE g.account_no = %(account)s
    UNION ALL
    SELECT g.area_code FROM payment_batch b JOIN agency g USING (agency_code)
     WHERE b.debtor_account_no = %(account)s) a
"""


def keep(told: Mapping[str, Any]) -> None:
    """Record the days of said_day that are new."""
    sql(_KEEP_DAYS, told)


def settle_up(told: Mapping[str, Any], accounts: Sequence[str]) -> None:
    """Write down that the days were fed and close, or open again, what now adds up or does not."""
    sql(_FED, told)
    sql(_CLOSE_DAYS, {**told, "accounts": list(accounts)})


def still_open(accounts: Sequence[str], days: Sequence[date] | None = None) -> list[dict[str, Any]]:
    """Return the fed days that are not closed and the sentence why."""
    found = sql(_OPEN_DAYS, {"accounts": list(accounts), "days": list(days) if days else None})
    return [
        {
            "account_tail": account_no[-4:],
            "day": day.isoformat(),
            "missing_fen": int(missing_fen),
            "gap_fen": None if gap_fen is None else int(gap_fen),
            "sentence": why(missing_fen, gap_fen, before_on),
            "sentence_en": why_en(missing_fen, gap_fen, before_on),
        }
        for account_no, day, missing_fen, gap_fen, before_on in found
    ]


def why(missing_fen: int, gap_fen: int | None, before_on: date | None) -> str:
    """Return in Chinese why a day does not close."""
    parts = []
    if missing_fen:
        parts.append(
            f"期初加发生额与期末相差 {yuan(missing_fen)} 元，对账单不完整，请补导缺少的分录。"
        )
    if gap_fen:
        side = "多" if gap_fen > 0 else "少"
        parts.append(
            f"期初比上一登记日 {before_on} 的期末{side} {yuan(abs(gap_fen))} 元，中间可能缺对账单。"
        )
    return "".join(parts)


def why_en(missing_fen: int, gap_fen: int | None, before_on: date | None) -> str:
    """Return in English why a day does not close."""
    parts = []
    if missing_fen:
        parts.append(f"opening plus entries misses the closing by {yuan(missing_fen)} yuan")
    if gap_fen:
        parts.append(f"it opens {yuan(gap_fen)} yuan away from the closing of {before_on}")
    return "; ".join(parts)


def _entered(actor: Actor, account_no: str) -> None:
    access.require(actor, "statement")
    areas = [row[0] for row in sql(_MINE, {"account": account_no})]
    if not areas:
        raise NotAnAccount
    access.require_rows(actor, areas, "对账单")
    sql("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (STATEMENT_LOCK, account_no))


def open_days(actor: Actor, account_no: str, first: date, last: date, reason: str) -> int:
    """Say that statements of these days are expected; return how many days were opened now.

    Raises NotAllowed, NotAnAccount, OutOfScope, ReasonNeeded.
    """
    if not reason.strip():
        raise ReasonNeeded(what="开立对账单日")
    count = min(max((last - first).days + 1, 0), OPEN_DAYS_MAX)
    days = [first + timedelta(days=place) for place in range(count)]
    with db.atomic():
        _entered(actor, account_no)
        opened = int(
            sql(
                _OPENED,
                {
                    "account": account_no,
                    "days": days,
                    "now": clock.now(),
                    "actor": actor.name,
                    "reason": reason.strip(),
                },
            ).rowcount
        )
        if opened:
            audit.wrote(
                "statement.opened",
                actor=actor.name,
                subject=f"account:{account_no[-4:]}",
                first=first,
                last=days[-1],
                days=opened,
                reason=reason.strip(),
            )
    return opened


def close_day(actor: Actor, account_no: str, day: date) -> bool:
    """Close a fed day that adds up; return whether that is news.

    Days close by themselves when they are fed; a person closes what an earlier day had held open,
    and learns why a day stays open. Raises NotAllowed, NotAnAccount, OutOfScope, StatementDayOpen.
    """
    with db.atomic():
        _entered(actor, account_no)
        before = sql(
            "SELECT closed FROM statement_day WHERE (account_no, day) = (%s, %s)", (account_no, day)
        ).fetchone()
        if before is None:
            raise StatementDayOpen(
                day=day, reason="还没有收到这一天的对账单。", reason_en="no statement of it came"
            )
        told = {"now": clock.now(), "actor": actor.name, "file_id": None}
        sql(_CLOSE_DAYS, {**told, "accounts": [account_no]})
        left = still_open([account_no], [day])
        if left:
            raise StatementDayOpen(
                day=day, reason=left[0]["sentence"], reason_en=left[0]["sentence_en"]
            )
        audit.wrote(
            "statement.closed", actor=actor.name, subject=f"account:{account_no[-4:]}", day=day
        )
    return not before[0]
