"""What the database itself asks of deductions: moves of their life alone, amounts as proposed."""

from models.records.base import moves_of
from models.rules.deductions import DEDUCTION

FUNCTIONS = f"""
CREATE FUNCTION keep_deduction_list() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state || '>' || NEW.state NOT IN ({moves_of(DEDUCTION)})
       OR (NEW.list_no, NEW.period, NEW.area_code, NEW.kind, NEW.basis, NEW.proposed_by)
          IS DISTINCT FROM
          (OLD.list_no, OLD.period, OLD.area_code, OLD.kind, OLD.basis, OLD.proposed_by)
       OR OLD.decided_by IS NOT NULL AND NEW.decided_by IS DISTINCT FROM OLD.decided_by
    THEN
        RAISE EXCEPTION 'deduction_list % cannot go from % to % like this', OLD.list_no,
            OLD.state, NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION keep_deduction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.list_id, NEW.hospital_code, NEW.amount_fen, NEW.reason)
       IS DISTINCT FROM (OLD.list_id, OLD.hospital_code, OLD.amount_fen, OLD.reason)
       OR OLD.after_fen IS NOT NULL
    THEN
        RAISE EXCEPTION 'deduction of % in list % stays as proposed', OLD.hospital_code,
            OLD.list_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
TRIGGERS = """
CREATE TRIGGER deduction_list_moves BEFORE UPDATE ON deduction_list
    FOR EACH ROW EXECUTE FUNCTION keep_deduction_list();
CREATE TRIGGER deduction_list_never_deleted BEFORE DELETE ON deduction_list
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER deduction_stays BEFORE UPDATE ON deduction
    FOR EACH ROW EXECUTE FUNCTION keep_deduction();
CREATE TRIGGER deduction_never_deleted BEFORE DELETE ON deduction
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
