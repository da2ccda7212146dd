"""What the database itself asks of reported problems: their life, and who may see them."""

from models.records.base import moves_of
from models.rules.problems import PROBLEM

_MOVES = moves_of(PROBLEM)

FUNCTIONS = f"""
CREATE FUNCTION keep_problem() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state || '>' || NEW.state NOT IN ({_MOVES}) THEN
        RAISE EXCEPTION 'problem % does not go from % to %', OLD.problem_no, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

#: Whose rows a problem is: of the area where it happened, of the desk in charge, of each side.
INDEXES = """
CREATE VIEW problem_sight (problem_id, area_code, hospital_code, enterprise_code) AS
SELECT id, area_code, NULL, NULL FROM problem
UNION ALL
SELECT id, desk_area_code, NULL, NULL FROM problem WHERE desk_area_code <> area_code
UNION ALL
SELECT problem_id, NULL, CASE party_kind WHEN 'hospital' THEN party_code END,
       CASE party_kind WHEN 'enterprise' THEN party_code END
  FROM problem_side;
"""

TRIGGERS = """
CREATE TRIGGER problem_moves BEFORE UPDATE ON problem
    FOR EACH ROW EXECUTE FUNCTION keep_problem();
"""

#: What was reported stays as it was said.
AS_SAID = (
    "problem_no", "title", "words", "party_kind", "party_code", "area_code", "is_new",
    "hospital_code", "enterprise_code", "manufacturer_code", "reported_by", "reported_at",
    "reported_on",
)  # fmt: skip
