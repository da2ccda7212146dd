"""The exports of what was recorded about debts: the ranking of a day, the list of a year."""

from models.rules.overdue import Responsible

_RATIO = "CASE WHEN r.{1} > 0 THEN round(10000 * r.{0}::numeric / r.{1})::bigint END"
_PLACE = (
    "CASE WHEN r.{0} > 0 THEN rank() OVER (PARTITION BY r.level, r.{0} > 0 ORDER BY {1} DESC) END"
)


def _ratio(owed: str, base: str) -> str:
    """Return SQL of owed ÷ base in basis points, half up; empty where nothing was accepted."""
    return _RATIO.format(owed, base)


def _by_ratio(owed: str, base: str) -> str:
    """Return SQL of the place by ratio; without a base the ratio is endless."""
    return _PLACE.format(owed, f"coalesce({_ratio(owed, base)}, r.{owed} * 10000)")


def _yuan(column: str) -> str:
    return f"(r.{column}::numeric / 100)::numeric(24, 2)"


RANKING_COLUMNS = (
    "as_of since_on hospital_code hospital_name area_code level owed_yuan accepted_yuan ratio_bp"
    " amount_place ratio_place month_owed_yuan month_due_yuan month_ratio_bp month_amount_place"
    " month_ratio_place"
)
#: The latest recorded one that is not after the day; places among all that are exported.
RANKING = f"""
SELECT r.as_of, r.since_on, r.hospital_code,
       CASE WHEN r.hospital_name ~ '^[=+@-]' THEN '''' || r.hospital_name ELSE r.hospital_name END,
       r.area_code, r.level, {_yuan("owed_fen")}, {_yuan("accepted_fen")},
       {_ratio("owed_fen", "accepted_fen")}, {_PLACE.format("owed_fen", "r.owed_fen")},
       {_by_ratio("owed_fen", "accepted_fen")},
       {_yuan("month_owed_fen")}, {_yuan("month_due_fen")},
       {_ratio("month_owed_fen", "month_due_fen")},
       {_PLACE.format("month_owed_fen", "r.month_owed_fen")},
       {_by_ratio("month_owed_fen", "month_due_fen")}
  FROM arrears_ranking_row r
 WHERE (r.as_of, r.since_on) = (SELECT k.as_of, k.since_on FROM arrears_ranking k
                                 WHERE k.as_of <= %(on)s
                                 ORDER BY k.as_of DESC, k.made_at DESC LIMIT 1)
   AND r.area_code = ANY (%(areas)s) AND %(enterprise)s::text IS NULL
   AND (%(hospital)s::text IS NULL OR r.hospital_code = %(hospital)s)
 ORDER BY r.level DESC, r.owed_fen DESC, r.hospital_code
"""

PUBLICATION_COLUMNS = (
    "year publication_no state debtor_kind debtor_code debtor_name contracts unpaid_yuan"
    " year_contracts year_overdue_yuan"
)
#: The latest list of the year before the day for each area; seats get published ones.
PUBLICATION = f"""
SELECT p.year, p.publication_no, p.state, r.debtor_kind, r.debtor_code,
       CASE WHEN r.debtor_name ~ '^[=+@-]' THEN '''' || r.debtor_name ELSE r.debtor_name END,
       r.contracts, {_yuan("unpaid_fen")}, r.year_contracts, {_yuan("year_fen")}
  FROM overdue_publication p JOIN publication_row r ON r.publication_id = p.id
 WHERE p.year = extract(year FROM %(on)s::date)::int - 1
   AND p.version = (SELECT max(v.version) FROM overdue_publication v
                     WHERE v.year = p.year AND v.area_code = p.area_code
                       AND (%(hospital)s::text IS NULL OR v.state = 'published'))
   AND r.area_code = ANY (%(areas)s) AND %(enterprise)s::text IS NULL
   AND (%(hospital)s::text IS NULL OR (r.debtor_kind = '{Responsible.HOSPITAL}'
        AND r.debtor_code = %(hospital)s))
 ORDER BY p.area_code, r.debtor_kind, r.debtor_code
"""
