"""Whether evidence may be admitted about an order, asked when it is wanted and again when given."""

from collections.abc import Mapping
from typing import Any

from models.records.base import sql
from models.rules.bank_news import plan_name
from models.rules.case_acts import ADMISSIBLE, DATED, admissions
from models.rules.errors.cases import CaseNotAdmissible
from models.services.bank_results import suggestions

_NEWS = ", ".join(
    f"('{state}', '{status}', '{plan_name(one.moves)}', '{one.outcome}')"
    for state, status, one in admissions()
)
_KINDS = ", ".join(f"'{kind}'" for kind in sorted(ADMISSIBLE))
_DATED = ", ".join(f"'{status}'" for status in sorted(DATED))

#: Wanted decisions beside what the bank says and what the order is now.
_MAKE = """
CREATE TEMP TABLE admitted ON COMMIT DROP AS
SELECT w.decision_id, w.case_id, w.instruction_id, w.status, w.booked_on, v.bank_reason,
       v.evidence, v.source, v.row, v.kind, v.closed_at, v.amount_fen, v.account_no, v.as_recorded,
       v.account_name, v.debtor_account_no,
       row_number() OVER (PARTITION BY w.instruction_id ORDER BY w.case_id) AS turn,
       NULL::text AS plan, NULL::text AS outcome, NULL::text AS problem
  FROM ({wanted}) w LEFT JOIN ({evidence}) v ON v.case_id = w.case_id
"""
_LOCK = """
SELECT 1 FROM payment_instruction WHERE id IN (SELECT instruction_id FROM admitted)
 ORDER BY id FOR UPDATE
"""
#: Of several things that forbid it the first is told.
_JUDGE = f"""
UPDATE admitted a SET plan = j.plan, outcome = j.outcome, problem = j.problem
  FROM (
    SELECT x.case_id, n.plan, n.outcome,
           CASE
               WHEN x.evidence IS NULL OR NOT x.as_recorded THEN 'no_evidence'
               WHEN x.closed_at IS NOT NULL THEN 'closed'
               WHEN x.kind NOT IN ({_KINDS}) THEN 'kind'
               WHEN i.id IS NULL OR b.id IS NULL THEN 'order'
               WHEN x.debtor_account_no <> b.debtor_account_no THEN 'order'
               WHEN x.amount_fen <> i.amount_fen THEN 'amount'
               WHEN x.account_no <> i.payee_account_no THEN 'account'
               WHEN n.plan IS NULL THEN 'state'
               WHEN n.plan LIKE 'admit%%' AND EXISTS (
                   SELECT 1 FROM payment_instruction s WHERE s.reissue_of = i.id) THEN 'successor'
               WHEN x.status IN ('rejected', 'cancelled') AND 0 > (
                   SELECT coalesce(sum(e.amount_fen), 0) FROM statement_entry e
                    WHERE e.instruction_id = i.id) THEN 'debited'
               WHEN x.debtor_account_no IS NOT NULL AND EXISTS (
                   SELECT 1 FROM statement_entry e WHERE e.instruction_id = i.id
                      AND (e.amount_fen < 0) = (x.status = 'settled')
                      AND 'statement:' || e.account_no || ':' || e.day || ':' || e.entry_no
                          <> x.evidence) THEN 'booked'
               WHEN x.status IN ({_DATED}) AND x.booked_on IS NULL THEN 'day'
           END AS problem
      FROM admitted x
      LEFT JOIN payment_instruction i ON i.id = x.instruction_id
      LEFT JOIN payment_batch b ON b.id = i.batch_id
      LEFT JOIN (VALUES {_NEWS}) AS n (state, status, plan, outcome)
             ON (n.state, n.status) = (i.state, x.status)
     WHERE x.turn = %(turn)s
  ) j
 WHERE j.case_id = a.case_id
"""
_FIRST_PROBLEM = """
SELECT case_id, problem FROM admitted WHERE problem IS NOT NULL ORDER BY case_id LIMIT 1
"""

REASONS: Mapping[str, tuple[str, str]] = {
    "no_evidence": (
        "找不到银行的原始记录，或同一笔已按另一内容登记。",
        "the bank's own record is missing or was recorded with another content",
    ),
    "closed": ("这一异常已处理。", "the case is closed"),
    "kind": (
        "这一类异常不能凭认定入账，须等银行更正的回盘或对账单。",
        "cases of this kind are never booked; the bank must correct it",
    ),
    "order": (
        "所选付款不是从这个账户或这家银行发出的。",
        "the chosen order was not sent from this account or to this bank",
    ),
    "amount": ("金额与付款指令不同。", "the amount is not that of the order"),
    "account": ("收款账号与付款指令不同。", "the account is not that of the order"),
    "state": (
        "付款现在的状态与银行的说法不能同时成立，请等对账单或银行更正。",
        "the order's state and the bank's word cannot both be true",
    ),
    "successor": (
        "这笔付款已关联重付，再认定到账就是付了两次。请先追回其中一笔。",
        "the order was paid again; admitting it would be paying twice",
    ),
    "debited": (
        "对账单上有这笔扣款，不能认定为拒绝。",
        "the statement shows its debit; it was not refused",
    ),
    "booked": (
        "对账单上已有这笔付款的另一条记录。",
        "the statement has another entry of this order already",
    ),
    "day": ("缺少入账日。", "the booking day is missing"),
}


def collect(wanted: str, where: str, told: Mapping[str, Any]) -> None:
    """Put wanted decisions beside their evidence and lock the orders.

    `wanted` yields decision_id, case_id, instruction_id, status, booked_on; `where` bounds the
    cases (x) it speaks of.
    """
    sql("DROP TABLE IF EXISTS pg_temp.admitted")
    sql(_MAKE.format(wanted=wanted, evidence=suggestions.evidence(where)), dict(told))
    sql("ANALYZE pg_temp.admitted")
    sql(_LOCK)


def judge(turn: int) -> None:
    """Say for the decisions of one turn what follows; raises CaseNotAdmissible for the first."""
    sql(_JUDGE, {"turn": turn})
    problem = sql(_FIRST_PROBLEM).fetchone()
    if problem:
        reason, reason_en = REASONS[problem[1]]
        raise CaseNotAdmissible(case=problem[0], reason=reason, reason_en=reason_en)


def turns() -> int:
    """Return how many words about one order are among the decisions."""
    return int(sql("SELECT coalesce(max(turn), 0) FROM admitted").fetchone()[0])
