"""What a file of enterprises asks about their accounts: a change is staged, never taken at once.

A file that repeats the account in force, or the one already asked for, asks nothing; it takes back
what an earlier file asked for when it says the account in force again. A request made on a page
or by the enterprise is taken back by no file. An account that was refused and is sent again is
asked for again.
"""

from models.records.base import sql
from models.rules.account_states import ACCOUNT, OPEN, AccountMove
from models.rules.states import sources, target
from models.rules.words import AccountChangeState, AccountSource
from models.services import audit
from models.services.accounts import news, policy
from models.services.imports.intake import Intake

COLUMNS = ("account_no", "account_name", "bank_name", "cnaps_code")


def _account(row: str) -> str:
    told = ", ".join(f"'{name}', {row}.{name}" for name in COLUMNS)
    return f"jsonb_build_object({told})"


def _same(one: str, other: str) -> str:
    pairs = " AND ".join(f"{one}.{name} = {other}.{name}" for name in COLUMNS)
    return f"({pairs})"


_FIRSTS = f"""
WITH firsts AS (
    SELECT DISTINCT ON (s.credit_code) s.* FROM stage s
     WHERE NOT s.bad ORDER BY s.credit_code, s.row_no
)
SELECT {{what}}
  FROM firsts s LEFT JOIN enterprise e USING (credit_code)
  LEFT JOIN account_change o ON o.credit_code = s.credit_code AND o.state = ANY (%(open)s)
 WHERE e.credit_code IS NULL
    OR o.id IS NULL AND NOT ({_same("s", "e")} AND e.account_verified)
    OR o.id IS NOT NULL AND o.after <> {_account("s")}
       AND NOT ({_same("s", "e")} AND (%(by_form)s OR o.source <> 'import'))
"""
_LOCK = (
    "SELECT 1 FROM enterprise WHERE credit_code IN ("
    + _FIRSTS.format(what="s.credit_code")
    + ") ORDER BY credit_code FOR UPDATE"
)
#: `wants`: a change is asked for; else an earlier one is only taken back.
_ASKED = "CREATE TEMP TABLE account_asked ON COMMIT DROP AS " + _FIRSTS.format(
    what=f"""s.row_no, s.credit_code, o.id AS open_id, o.state AS open_state,
       CASE WHEN o.id IS NOT NULL THEN o.before WHEN e.account_verified THEN {_account("e")} END
           AS before,
       {_account("s")} AS after,
       NOT coalesce(o.id IS NOT NULL AND o.before IS NOT NULL AND {_same("s", "e")}, false) AS wants
"""
)
_TAKE_BACK = """
UPDATE account_change c SET state = %(to)s, {who}_by = %(actor)s, {who}_at = %(now)s,
       reason = '后续导入的文件改为另一账户'
  FROM account_asked a WHERE a.open_id = c.id AND c.state = ANY (%(from)s)
"""
_ASK = """
INSERT INTO account_change (credit_code, before, after, source, reviews_needed, cooling_days,
                            requested_by, requested_at, state)
SELECT credit_code, before, after, %(source)s, %(reviews)s, %(cooling)s, %(actor)s, %(now)s,
       %(requested)s
  FROM account_asked WHERE wants ORDER BY row_no
RETURNING id
"""


def ask(intake: Intake) -> None:
    """Stage the changes of accounts; `account_asked` then has the rows that asked."""
    asked = policy.at(intake.on)
    told = {
        **intake.told,
        "open": list(OPEN),
        "by_form": intake.by_form,
        "source": (AccountSource.PAGE if intake.by_form else AccountSource.IMPORT).value,
        "reviews": asked.reviews,
        "cooling": asked.cooling_days,
        "requested": AccountChangeState.REQUESTED.value,
    }
    sql("DROP TABLE IF EXISTS pg_temp.account_asked")
    sql(_LOCK, told)
    sql(_ASKED, told)
    sql("CREATE INDEX ON account_asked (row_no)")
    sql("ANALYZE account_asked")
    taken_back = _take_back(told)
    ids = [int(row[0]) for row in sql(_ASK, told)]
    if taken_back or ids:
        audit.wrote(
            "accounts.requested",
            actor=intake.actor.name,
            subject=f"import_run:{intake.import_id}",
            requested=len(ids),
            taken_back=taken_back,
        )
        news.tell_soon(intake.actor.name, intake.on, ids=ids + taken_back)


def _take_back(told: dict[str, object]) -> list[int]:
    """End the open changes that the file replaces."""
    ids = [
        int(row[0]) for row in sql("SELECT open_id FROM account_asked WHERE open_id IS NOT NULL")
    ]
    for move, who in ((AccountMove.WITHDRAW, "decided"), (AccountMove.STOP, "stopped")):
        if ids:
            guarded = {**told, "from": sources(ACCOUNT, move), "to": target(ACCOUNT, move)}
            sql(_TAKE_BACK.format(who=who), guarded)
    return ids
