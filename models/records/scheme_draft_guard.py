"""What the database itself keeps of a draft of a scheme: its moves, and that an ended one stays."""

from models.records.base import moves_of
from models.rules.scheme_drafts import DRAFT

_MOVES = moves_of(DRAFT)

INDEXES = """
CREATE UNIQUE INDEX scheme_draft_one_open ON scheme_draft (scheme_code, valid_from)
    WHERE state IN ('draft', 'submitted');
"""

FUNCTIONS = f"""
CREATE FUNCTION keep_scheme_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state || '>' || NEW.state NOT IN ({_MOVES})
       OR NOT NEW.makers @> OLD.makers
       OR OLD.state = 'submitted' AND (NEW.cells, NEW.scheme_code, NEW.valid_from, NEW.area_code)
          IS DISTINCT FROM (OLD.cells, OLD.scheme_code, OLD.valid_from, OLD.area_code)
    THEN
        RAISE EXCEPTION 'scheme_draft % cannot go from % to % like this', OLD.id, OLD.state,
            NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

TRIGGERS = """
CREATE TRIGGER scheme_draft_moves BEFORE UPDATE ON scheme_draft
    FOR EACH ROW EXECUTE FUNCTION keep_scheme_draft();
"""
