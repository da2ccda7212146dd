"""On which days a list, a mandate or a selected price counts, for rules that are switched on."""

from collections.abc import Sequence

from models.records.base import sql
from models.services.judgement.scope import Rule, Rules
from models.services.judgement.spans import spans


def _of_list(table: str, column: str) -> str:
    """Return SQL of the days of a list: what began last counts."""
    return spans(
        f"{table}_span",
        f"scheme_code, {column}",
        f"""
        SELECT scheme_code, {column}, valid_from AS from_on,
               coalesce(valid_to, 'infinity'::date) AS to_on, rule
          FROM {table} WHERE scheme_code IN (SELECT scheme_code FROM scheme_span)
        """,
        "source.from_on DESC",
        "rule",
    )


#: The lowest price of what is selected under a name: nothing dearer than any of it comes in.
_SELECTED = spans(
    "selected_span",
    "area_code, name, kind",
    """
    SELECT u.area_code, p.name, p.kind, coalesce(a.term_start, r.term_start) AS from_on,
           coalesce(a.term_end, r.term_end) AS to_on, a.price_yuan AS selected_price
      FROM area_above u JOIN award a ON a.area_code = u.above_code
      JOIN vbp_round r USING (round_code) JOIN product p USING (nhsa_code)
     WHERE coalesce(a.term_start, r.term_start) <= coalesce(a.term_end, r.term_end)
    """,
    "selected_price",
    "selected_price",
)

#: A member is covered by its own mandate, and by that of a lead on the days it stands for it.
_MANDATES = spans(
    "mandate_span",
    "hospital_code",
    """
    SELECT m.hospital_code, m.valid_from AS from_on, coalesce(m.valid_to, 'infinity'::date) AS
           to_on, m.document_no
      FROM mandate m JOIN hospital h USING (hospital_code) WHERE h.area_code = ANY (%(areas)s)
    UNION ALL
    SELECT l.hospital_code, greatest(m.valid_from, l.from_on),
           least(coalesce(m.valid_to, 'infinity'::date), l.to_on), m.document_no
      FROM mandate m JOIN led_span l ON l.lead_hospital_code = m.hospital_code
     WHERE greatest(m.valid_from, l.from_on) <= least(coalesce(m.valid_to, 'infinity'), l.to_on)
    """,
    "source.from_on DESC, document_no",
    "document_no",
)

_NEEDED = {
    Rule.NOT_ABOVE_SELECTED: ("selected_span", _SELECTED),
    Rule.PRODUCTS: ("scheme_product_span", _of_list("scheme_product", "nhsa_code")),
    Rule.ROUNDS: ("scheme_round_span", _of_list("scheme_round", "round_code")),
    Rule.MANDATES: ("mandate_span", _MANDATES),
}


def build(areas: Sequence[str], rules: Rules) -> None:
    """Make the spans that the rules need as temporary tables of the present transaction."""
    for rule, (table, statement) in _NEEDED.items():
        sql(f"DROP TABLE IF EXISTS pg_temp.{table}")
        if rule in rules:
            sql(statement, {"areas": list(areas)})
            sql(f"ANALYZE pg_temp.{table}")
