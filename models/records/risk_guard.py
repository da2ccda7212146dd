"""What the database asks of findings: their life, evidence for ever, two hands to hand over."""

from models.records.base import moves_of
from models.rules.risks import HANDOVER, RISK

_MOVES = moves_of(RISK)
_HANDOVERS = moves_of(HANDOVER)

FUNCTIONS = f"""
CREATE FUNCTION keep_risk_finding() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ({_MOVES})
       OR NEW.evidence_count < OLD.evidence_count
    THEN
        RAISE EXCEPTION 'risk_finding % does not go from % to %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'handed_over' AND OLD.state <> 'handed_over' AND NOT EXISTS (
        SELECT FROM risk_handover_item i JOIN risk_handover h ON h.id = i.handover_id
         WHERE i.finding_id = NEW.id AND h.state = 'handed')
    THEN
        RAISE EXCEPTION 'risk_finding % is handed over by an approved handover alone', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION keep_risk_handover() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state || '>' || NEW.state NOT IN ({_HANDOVERS}) THEN
        RAISE EXCEPTION 'risk_handover % does not go from % to %', OLD.handover_no, OLD.state,
            NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

_AS_SAID = {
    "risk_finding": (
        "kind", "dedupe_key", "hospital_code", "enterprise_code", "nhsa_code", "round_code",
        "subject", "opened_on", "opened_at",
    ),
    "risk_handover": (
        "handover_no", "area_code", "authority", "words", "prepared_by", "prepared_at",
        "prepared_on",
    ),
}  # fmt: skip
_ADD_ONLY = ("risk_evidence", "risk_event", "risk_handover_item")
_NEVER_DELETED = ("risk_finding", "risk_handover")


def _refused(table: str, name: str, change: str) -> str:
    return (
        f"CREATE TRIGGER {table}_{name} BEFORE {change} ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();\n"
    )


TRIGGERS = (
    """
CREATE TRIGGER risk_finding_moves BEFORE UPDATE ON risk_finding
    FOR EACH ROW EXECUTE FUNCTION keep_risk_finding();
CREATE TRIGGER risk_handover_moves BEFORE UPDATE ON risk_handover
    FOR EACH ROW EXECUTE FUNCTION keep_risk_handover();
"""
    + "".join(_refused(table, "add_only", "UPDATE OR DELETE") for table in _ADD_ONLY)
    + "".join(_refused(table, "never_deleted", "DELETE") for table in _NEVER_DELETED)
    + "".join(
        _refused(table, "as_said", f"UPDATE OF {', '.join(columns)}")
        for table, columns in _AS_SAID.items()
    )
)
