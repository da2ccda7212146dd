"""Which lines the fund pays: the reasons that leave a line to the hospital, in their order.

A rule that no scheme in sight switches on is not even asked, so it costs nothing.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from models.records.base import sql
from models.rules.scope import Outside


class Rule(StrEnum):
    """What a scheme may switch on beyond its categories."""

    OWNERSHIPS = "ownerships"
    MIN_LEVEL = "min_level"
    DRUGS_FROM = "drugs_from"
    CONSUMABLES_FROM = "consumables_from"
    NOT_ABOVE_SELECTED = "not_above_selected"
    PRODUCTS = "products"
    ROUNDS = "rounds"
    MANDATES = "mandates"
    TOLERANCE = "tolerance"
    LEADS = "leads"


_CODES = "SELECT scheme_code FROM scheme_span"

#: How the schemes of `scheme_span` show that they switch a rule on.
_SHOWN = {
    Rule.OWNERSHIPS: "bool_or(cardinality(ownerships) > 0)",
    Rule.MIN_LEVEL: "bool_or(min_level IS NOT NULL)",
    Rule.DRUGS_FROM: "bool_or(drugs_from IS NOT NULL)",
    Rule.CONSUMABLES_FROM: "bool_or(consumables_from IS NOT NULL)",
    Rule.NOT_ABOVE_SELECTED: "bool_or(not_above_selected)",
    Rule.PRODUCTS: f"EXISTS (SELECT FROM scheme_product WHERE scheme_code IN ({_CODES}))",
    Rule.ROUNDS: f"EXISTS (SELECT FROM scheme_round WHERE scheme_code IN ({_CODES}))",
    Rule.MANDATES: "bool_or(mandates)",
    Rule.TOLERANCE: "bool_or(invoice_tolerance_fen > 0)",
    Rule.LEADS: "bool_or(lead_settles)",
}
_SWITCHED = f"SELECT {', '.join(_SHOWN.values())} FROM scheme_span"

Rules = frozenset[Rule]


def switched() -> Rules:
    """Return the rules that a scheme of `scheme_span` switches on."""
    answers = sql(_SWITCHED).fetchone()
    return frozenset(rule for rule, answer in zip(_SHOWN, answers, strict=True) if answer)


@dataclass(frozen=True)
class _Reason:
    """When a line is out, over the columns of a line with its scheme; unknown is not out."""

    outside: Outside
    when: str
    #: Asked only where one of these is switched on; none: always.
    needs: frozenset[Rule] = field(default_factory=frozenset)


_IN_CATEGORY = "category = ANY (scope)"
_NOT_ABOVE = (
    "(not_above_selected AND category = 'listed' AND judged_price > 0"
    " AND judged_price <= selected_price) IS TRUE"
)


def _reasons(rules: Rules) -> list[_Reason]:
    """Return what is asked of a line, in the order in which reasons are told."""
    # What a list brings in needs no category; the product speaks before the round.
    lists = {Rule.PRODUCTS: "product_rule", Rule.ROUNDS: "round_rule"}
    named = ", ".join(column for rule, column in lists.items() if rule in rules)
    let_in = _IN_CATEGORY
    if named:
        let_in += f" OR coalesce({named}) IS NOT DISTINCT FROM 'in'"
    above = (
        "not_above_selected AND category = 'listed' AND judged_price > selected_price"
        f" AND NOT ({let_in})"
    )
    if Rule.NOT_ABOVE_SELECTED in rules:
        let_in += f" OR {_NOT_ABOVE}"
    round_out = "round_rule = 'out'"
    if Rule.PRODUCTS in rules:
        round_out += " AND product_rule IS NULL"
    every = [
        _Reason(Outside.OFFLINE, "judged_platform <> 'online'"),
        _Reason(Outside.NO_SCHEME, "scheme_code IS NULL"),
        _Reason(Outside.NOT_JOINED, "joined_on IS NULL"),
        _Reason(Outside.JOINED_LATER, "joined_on > judged_on"),
        _Reason(
            Outside.OWNERSHIP,
            "cardinality(ownerships) > 0 AND NOT ownership = ANY (ownerships)",
            frozenset({Rule.OWNERSHIPS}),
        ),
        _Reason(Outside.LEVEL, "level::int < min_level", frozenset({Rule.MIN_LEVEL})),
        _Reason(
            Outside.DRUGS_LATER,
            "kind IN ('drug', 'cloud_film') AND judged_on < drugs_from",
            frozenset({Rule.DRUGS_FROM}),
        ),
        _Reason(
            Outside.CONSUMABLES_LATER,
            "kind = 'consumable' AND judged_on < consumables_from",
            frozenset({Rule.CONSUMABLES_FROM}),
        ),
        _Reason(Outside.PRODUCT_OUT, "product_rule = 'out'", frozenset({Rule.PRODUCTS})),
        _Reason(Outside.ROUND_OUT, round_out, frozenset({Rule.ROUNDS})),
        _Reason(Outside.ABOVE_SELECTED, above, frozenset({Rule.NOT_ABOVE_SELECTED})),
        _Reason(Outside.CATEGORY, f"NOT ({let_in})"),
    ]
    return [reason for reason in every if not reason.needs or reason.needs & rules]


def is_direct(rules: Rules) -> str:
    """Return SQL that is true for a line the fund pays: no reason applies, or it is settled."""
    out = " OR ".join(f"({reason.when})" for reason in _reasons(rules))
    return f"(original_sheet IS NOT NULL OR ({out}) IS NOT TRUE)"


def outside(rules: Rules) -> str:
    """Return SQL that is the first reason why a line is not direct, NULL for a direct one."""
    cases = " ".join(f"WHEN {one.when} THEN '{one.outside}'" for one in _reasons(rules))
    return f"CASE WHEN is_direct THEN NULL {cases} END"


#: Columns that a rule reads of a line, its hospital and its scheme.
_COLUMNS: dict[Rule, tuple[str, ...]] = {
    Rule.OWNERSHIPS: ("s.ownerships", "h.ownership"),
    Rule.MIN_LEVEL: ("s.min_level", "h.level"),
    Rule.DRUGS_FROM: ("s.drugs_from",),
    Rule.CONSUMABLES_FROM: ("s.consumables_from",),
    Rule.NOT_ABOVE_SELECTED: (
        "s.not_above_selected",
        "sp.selected_price",
        "coalesce(o.unit_price_yuan, c.unit_price_yuan) AS judged_price",
    ),
    Rule.PRODUCTS: ("lp.rule AS product_rule",),
    Rule.ROUNDS: ("lr.rule AS round_rule",),
    Rule.MANDATES: ("s.mandates", "m.document_no AS mandate_no"),
    Rule.TOLERANCE: ("s.invoice_tolerance_fen",),
}
_DAY = "coalesce(o.accepted_on, c.accepted_on)"
_HOSPITAL = " JOIN hospital h ON h.hospital_code = c.hospital_code"
_JOINS = {
    Rule.OWNERSHIPS: _HOSPITAL,
    Rule.MIN_LEVEL: _HOSPITAL,
    Rule.NOT_ABOVE_SELECTED: " LEFT JOIN selected_span sp ON sp.area_code = c.area_code"
    f" AND sp.name = p.name AND sp.kind = p.kind AND {_DAY} BETWEEN sp.from_on AND sp.to_on",
    Rule.PRODUCTS: " LEFT JOIN scheme_product_span lp ON lp.scheme_code = s.scheme_code"
    f" AND lp.nhsa_code = c.nhsa_code AND {_DAY} BETWEEN lp.from_on AND lp.to_on",
    Rule.ROUNDS: " LEFT JOIN scheme_round_span lr ON lr.scheme_code = s.scheme_code"
    f" AND lr.round_code = a.round_code AND {_DAY} BETWEEN lr.from_on AND lr.to_on",
    Rule.MANDATES: " LEFT JOIN mandate_span m ON m.hospital_code = c.hospital_code"
    f" AND {_DAY} BETWEEN m.from_on AND m.to_on",
}


def columns(rules: Rules) -> str:
    """Return the columns, each after a comma, that the rules read."""
    return "".join(
        f", {column}" for rule, read in _COLUMNS.items() if rule in rules for column in read
    )


def joins(rules: Rules) -> str:
    """Return the joins that bring these columns to candidate c, product p, award a, scheme s."""
    return "".join(dict.fromkeys(_JOINS[rule] for rule in _JOINS if rule in rules))
