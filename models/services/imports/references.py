"""What rows refer to must exist, and lie within the rows of whoever imports."""

from models.records.base import sql
from models.rules.words import Role
from models.schemas.table import Nature, Scope
from models.services.imports.intake import Intake
from models.services.judgement import leads

#: Table referred to → its key.
KEYS = {
    "area": "area_code",
    "hospital": "hospital_code",
    "enterprise": "credit_code",
    "product": "nhsa_code",
    "vbp_round": "round_code",
    "scheme": "scheme_code",
    "purchase_line": "line_no",
}
_IN_AREA = "r.area_code = ANY(%(areas)s)"
_HOSPITAL_IN_AREA = (
    "EXISTS (SELECT FROM hospital h WHERE h.hospital_code = r.hospital_code"
    " AND h.area_code = ANY(%(areas)s))"
)
#: Column that carries the scope → condition on the row r it refers to, for a limited actor.
_WITHIN = {
    Scope.AREA: _IN_AREA,
    Scope.HOSPITAL: _IN_AREA,
    Scope.SCHEME: _IN_AREA,
    Scope.LINE: _HOSPITAL_IN_AREA,
}
#: Condition on a known master row t of the same table, for a limited actor.
_MINE = {
    Scope.AREA: "t.area_code = ANY(%(areas)s)",
    Scope.HOSPITAL: _HOSPITAL_IN_AREA.replace("r.hospital_code", "t.hospital_code"),
    Scope.SCHEME: "EXISTS (SELECT FROM scheme c WHERE c.scheme_code = t.scheme_code"
    " AND c.area_code = ANY(%(areas)s))",
}


def check(intake: Intake) -> None:
    """Find every reference that is unknown or lies outside the actor's rows."""
    for name, column in intake.schema.columns().items():
        if column.references:
            _check_column(intake, name, column.references)
    _check_foreign_masters(intake)
    _check_party(intake)


def _check_column(intake: Intake, name: str, table: str) -> None:
    conditions = [f"r.{KEYS[table]} = s.{name}"]
    if table == "purchase_line" and intake.kind != "voids":
        conditions.append("NOT EXISTS (SELECT FROM line_void v WHERE v.line_no = r.line_no)")
    conditions += _limits(intake, name, table)
    sql(
        "INSERT INTO finding SELECT s.row_no, 'unknown_reference', %(column)s FROM stage s"
        f" WHERE s.{name} IS NOT NULL"
        f" AND NOT EXISTS (SELECT FROM {table} r WHERE {' AND '.join(conditions)})",
        intake.told | {"column": name},
    )


def codes(intake: Intake, name: str, table: str) -> str:
    """Return the SELECT of all codes that the reference column may name."""
    conditions = " AND ".join(_limits(intake, name, table)) or "true"
    return f"SELECT r.{KEYS[table]} FROM {table} r WHERE {conditions}"


def _limits(intake: Intake, name: str, table: str) -> list[str]:
    """Return what keeps a limited actor to his own rows, in terms of the row referred to."""
    about, limits = intake.schema.about, []
    if intake.areas is not None and name == about.scope:
        limits.append(_WITHIN[about.scope])
    role = intake.actor.role
    if role == Role.HOSPITAL and table in {"hospital", "purchase_line"}:
        own = "r.hospital_code"
        if intake.kind == "confirmations" and leads.build_for(str(intake.actor.party_code)):
            own = leads.SPEAKER
        limits.append(f"{own} = %(party)s")
    if role == Role.ENTERPRISE and table == "purchase_line":
        limits.append("r.enterprise_code = %(party)s")
    if role == Role.ENTERPRISE and table == "enterprise":
        limits.append("r.credit_code = %(party)s")
    return limits


def _check_foreign_masters(intake: Intake) -> None:
    """Keep known rows of another area from being taken over by sending them with an own area."""
    about = intake.schema.about
    if intake.areas is None or about.nature is not Nature.MASTER or about.scope not in _MINE:
        return
    same = " AND ".join(f"t.{column} = s.{column}" for column in about.key)
    sql(
        "INSERT INTO finding SELECT s.row_no, 'unknown_reference', %(column)s FROM stage s"
        f" JOIN {about.table} t ON {same} WHERE NOT ({_MINE[about.scope]})"
        " AND NOT EXISTS (SELECT FROM finding f WHERE f.row_no = s.row_no"
        " AND f.code = 'unknown_reference')",
        intake.told | {"column": about.key[0]},
    )


#: A seat speaks for itself only: in confirmations and in the confirmation days of purchases.
_OTHER_PARTY = {
    Role.HOSPITAL: ("hospital", "enterprise_confirmed_on"),
    Role.ENTERPRISE: ("enterprise", "hospital_confirmed_on"),
}


def _check_party(intake: Intake) -> None:
    if intake.actor.role not in _OTHER_PARTY:
        return
    party, foreign_day = _OTHER_PARTY[Role(intake.actor.role)]
    if intake.kind == "confirmations":
        sql(
            "INSERT INTO finding SELECT row_no, 'party_mismatch', 'party' FROM stage"
            " WHERE party <> %(own)s",
            {"own": party},
        )
    if intake.kind == "purchases":
        sql(
            f"INSERT INTO finding SELECT s.row_no, 'party_mismatch', '{foreign_day}' FROM stage s"
            f" WHERE s.{foreign_day} IS NOT NULL AND NOT EXISTS (SELECT FROM purchase_line t"
            f" WHERE t.line_no = s.line_no AND t.{foreign_day} = s.{foreign_day})"
        )
