"""Judge a set of purchase lines: lane, category, contract, holds and due day (file formats §3).

The callers name the lines; everything is computed over the set in temporary tables of the caller's
transaction. `judged` has one row a line; `shifted` turns its raw due days into business due days.
"""

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import date

from models.records.planning import linear_joins
from models.services.judgement import due, leads, lines, rule_spans, scope, spans

__all__ = ["judge"]

#: So many lines are looked up in the indexes one by one; more are joined as whole sets.
FEW_LINES = 1_000


def judge(
    areas: Sequence[str],
    candidates: str,
    params: dict[str, object],
    period_end: date,
    *,
    also: Sequence[str] = (),
    few: int | None = None,
    holds: bool = True,
    spanned: bool = False,
) -> None:
    """Build the temporary tables `judged` and `shifted` for the lines that `candidates` chooses.

    `areas` are the areas of the lines' hospitals; `candidates` is SQL that follows
    `FROM purchase_line p JOIN hospital h`: joins and conditions over p and h;
    `period_end` is the day up to which returns and suspensions count;
    `also` names columns of `judged` beyond the verdict, the pair, the amount and the contract;
    up to `few` lines (FEW_LINES) are looked up one by one;
    without `holds` only receipts are judged, and only their lane, terms and due days are told;
    `spanned`: the spans of these areas, with their contracts, were built in this transaction.
    """
    with linear_joins():
        if not spanned:
            spans.build(areas)
        rules = scope.switched()
        if not spanned:
            leads.build(rules)
            spans.build_contracts(areas, lent=scope.Rule.LEADS in rules)
        rule_spans.build(areas, rules)
        count = lines.collect(candidates, params)
    # A page that asks for one line must not read whole tables for it.
    is_few = count <= (FEW_LINES if few is None else few)
    with nullcontext() if is_few else linear_joins():
        lines.find_originals(period_end)
        lines.judge(period_end, also, rules, few=is_few, holds=holds)
        due.shift()
