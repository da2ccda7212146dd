"""What the database itself refuses about windows and disputes: two at once, and foreign moves."""

from models.records.base import moves_of
from models.rules.windows import DISPUTE, WINDOW

FUNCTIONS = f"""
CREATE FUNCTION keep_window() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.line_no, OLD.party, OLD.round_no, OLD.kind, OLD.opened_on, OLD.scheme_code, OLD.silence,
        OLD.amount_fen)
       IS DISTINCT FROM
       (NEW.line_no, NEW.party, NEW.round_no, NEW.kind, NEW.opened_on, NEW.scheme_code, NEW.silence,
        NEW.amount_fen)
       OR NEW.due_on < OLD.due_on
       OR OLD.automatic_at IS NOT NULL AND NEW.automatic_at IS DISTINCT FROM OLD.automatic_at
       OR OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ({moves_of(WINDOW)})
    THEN
        RAISE EXCEPTION 'confirm_window % cannot become so', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION keep_dispute() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.line_no, OLD.party, OLD.opened_on, OLD.said_at)
       IS DISTINCT FROM (NEW.line_no, NEW.party, NEW.opened_on, NEW.said_at)
       OR OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ({moves_of(DISPUTE)})
    THEN
        RAISE EXCEPTION 'line_dispute % cannot become so', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

INDEXES = """
CREATE UNIQUE INDEX confirm_window_one_running ON confirm_window (line_no, party)
    WHERE state IN ('open', 'escalated');
-- A window changes some times in its life: room beside it, so that few indexes are touched.
ALTER TABLE confirm_window SET (fillfactor = 60);
CREATE INDEX confirm_window_running_due ON confirm_window (due_on)
    WHERE state IN ('open', 'escalated');
CREATE INDEX confirm_window_automatic ON confirm_window (line_no, party)
    WHERE state = 'auto_confirmed';
CREATE UNIQUE INDEX line_dispute_one_live ON line_dispute (line_no, party) WHERE state <> 'closed';
"""

TRIGGERS = """
CREATE TRIGGER confirm_window_moves BEFORE UPDATE ON confirm_window FOR EACH ROW
    WHEN ((OLD.line_no, OLD.party, OLD.round_no, OLD.kind, OLD.opened_on, OLD.due_on,
           OLD.scheme_code, OLD.silence, OLD.amount_fen, OLD.automatic_at, OLD.state)
          IS DISTINCT FROM
          (NEW.line_no, NEW.party, NEW.round_no, NEW.kind, NEW.opened_on, NEW.due_on,
           NEW.scheme_code, NEW.silence, NEW.amount_fen, NEW.automatic_at, NEW.state))
    EXECUTE FUNCTION keep_window();
CREATE TRIGGER line_dispute_moves BEFORE UPDATE ON line_dispute
    FOR EACH ROW EXECUTE FUNCTION keep_dispute();
"""
