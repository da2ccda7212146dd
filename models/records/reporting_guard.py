"""What the database itself keeps of reports, findings and grades: moves, and what never changes."""

from models.records.base import moves_of
from models.rules.grades import GRADE
from models.rules.participation import FINDING
from models.rules.reporting import REPORT

#: The terms that count for the hospitals of an area: those of the nearest area above; then, of
#: each product with an agreed quantity, the contracts of the round and whether they came in time.
VIEWS = """
CREATE VIEW round_term_of AS
SELECT DISTINCT ON (u.area_code, x.round_code) u.area_code AS of_area, x.*
  FROM area_chain u JOIN round_term x ON x.area_code = u.above_code
 ORDER BY u.area_code, x.round_code, u.distance;

CREATE VIEW signing_status AS
SELECT r.hospital_code, r.round_code, r.nhsa_code, c.enterprise_code, c.contract_no,
       r.committed_quantity, c.committed_quantity AS contracted_quantity,
       t.sign_by AS due_on, c.signed_on,
       CASE WHEN c.contract_no IS NULL THEN 'unsigned'
            WHEN c.signed_on > t.sign_by THEN 'late' ELSE 'in_time' END AS state
  FROM reported_quantity r JOIN hospital h USING (hospital_code)
  LEFT JOIN round_term_of t ON t.of_area = h.area_code AND t.round_code = r.round_code
  LEFT JOIN contract c ON c.hospital_code = r.hospital_code AND c.nhsa_code = r.nhsa_code
       AND c.round_code = r.round_code
 WHERE r.committed_quantity > 0;
"""

INDEXES = f"""
{VIEWS}
CREATE UNIQUE INDEX grade_list_one_stands ON grade_list (year, area_code)
    WHERE state IN ('proposed', 'confirmed');
CREATE INDEX reporting_status_round ON reporting_status (round_code, state);
CREATE INDEX quantity_report_line_round ON quantity_report_line (round_code, hospital_code);
"""

FUNCTIONS = f"""
CREATE FUNCTION keep_quantity_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ({moves_of(REPORT)})
       OR (NEW.hospital_code, NEW.round_code) IS DISTINCT FROM (OLD.hospital_code, OLD.round_code)
       OR OLD.state IN ('submitted', 'reviewed') AND NEW.state = OLD.state
          AND (NEW.letter_file_id, NEW.unified) IS DISTINCT FROM (OLD.letter_file_id, OLD.unified)
    THEN
        RAISE EXCEPTION 'quantity_report % cannot go from % to % like this', OLD.id, OLD.state,
            NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION keep_report_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE said quantity_report_line := coalesce(NEW, OLD);
BEGIN
    IF EXISTS (SELECT FROM quantity_report q JOIN hospital h ON h.hospital_code = said.hospital_code
                WHERE q.round_code = said.round_code AND q.state IN ('submitted', 'reviewed')
                  AND (q.hospital_code = said.hospital_code
                       OR q.unified AND q.hospital_code = h.lead_hospital_code))
    THEN
        RAISE EXCEPTION 'the report of % in % is submitted', said.hospital_code, said.round_code
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN said;
END $$;

CREATE FUNCTION keep_participation_finding() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ({moves_of(FINDING)})
       OR (NEW.kind, NEW.hospital_code, NEW.round_code, NEW.nhsa_code, NEW.found_on)
          IS DISTINCT FROM (OLD.kind, OLD.hospital_code, OLD.round_code, OLD.nhsa_code,
                            OLD.found_on)
    THEN
        RAISE EXCEPTION 'participation_finding % cannot go from % to % like this', OLD.id,
            OLD.state, NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION keep_grade_list() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state || '>' || NEW.state NOT IN ({moves_of(GRADE)})
       OR (NEW.list_no, NEW.year, NEW.area_code, NEW.made_by, NEW.hospitals)
          IS DISTINCT FROM (OLD.list_no, OLD.year, OLD.area_code, OLD.made_by, OLD.hospitals)
    THEN
        RAISE EXCEPTION 'grade_list % cannot go from % to % like this', OLD.id, OLD.state,
            NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

_ADD_ONLY = (
    "quantity_report_event",
    "participation_step",
    "grade_result",
    "grade_result_item",
)
_NEVER_DELETED = (
    "round_term",
    "quantity_report",
    "participation_finding",
    "grade_list",
)
_KEPT_HISTORY = {
    "round_term": ("round_code", "area_code"),
    "round_product": ("round_code", "nhsa_code"),
    "quantity_report_line": ("hospital_code", "round_code", "nhsa_code"),
    "grade_item": ("scheme_code", "valid_from", "item_code"),
    "grade_tier": ("scheme_code", "valid_from", "min_points"),
    "grade_point": ("year", "hospital_code", "item_code"),
}


def _refused(table: str, promise: str, change: str) -> str:
    return (
        f"CREATE TRIGGER {table}_{promise} BEFORE {change} ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();\n"
    )


def _history(table: str, keys: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{key}'" for key in keys)
    return (
        f"CREATE TRIGGER {table}_history AFTER UPDATE ON {table}"
        " REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows"
        f" FOR EACH STATEMENT EXECUTE FUNCTION keep_history({listed});\n"
    )


TRIGGERS = (
    """
CREATE TRIGGER quantity_report_moves BEFORE UPDATE ON quantity_report
    FOR EACH ROW EXECUTE FUNCTION keep_quantity_report();
CREATE TRIGGER quantity_report_line_open BEFORE INSERT OR UPDATE OR DELETE ON quantity_report_line
    FOR EACH ROW EXECUTE FUNCTION keep_report_lines();
CREATE TRIGGER participation_finding_moves BEFORE UPDATE ON participation_finding
    FOR EACH ROW EXECUTE FUNCTION keep_participation_finding();
CREATE TRIGGER grade_list_moves BEFORE UPDATE ON grade_list
    FOR EACH ROW EXECUTE FUNCTION keep_grade_list();
"""
    + "".join(_refused(table, "add_only", "UPDATE OR DELETE") for table in _ADD_ONLY)
    + "".join(_refused(table, "never_deleted", "DELETE") for table in _NEVER_DELETED)
    + "".join(_history(table, keys) for table, keys in _KEPT_HISTORY.items())
)
