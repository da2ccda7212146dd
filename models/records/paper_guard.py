"""What the database itself keeps of papers: their content for ever, two persons, their moves."""

from models.records.base import moves_of
from models.rules.papers import PAPER, RECTIFICATION

INDEXES = """
CREATE UNIQUE INDEX paper_one_open ON paper (kind, span, area_code)
    WHERE state IN ('draft', 'reviewed');
CREATE UNIQUE INDEX paper_one_in_force ON paper (kind, span, area_code) WHERE state = 'sent';
CREATE INDEX rectification_live ON rectification (hospital_code)
    WHERE state IN ('open', 'answered', 'returned', 'accepted');
"""

FUNCTIONS = f"""
CREATE FUNCTION keep_paper() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.kind, NEW.span, NEW.area_code, NEW.version, NEW.content, NEW.content_hash,
        NEW.made_by, NEW.made_at, NEW.made_on)
       IS DISTINCT FROM (OLD.kind, OLD.span, OLD.area_code, OLD.version, OLD.content,
        OLD.content_hash, OLD.made_by, OLD.made_at, OLD.made_on)
       OR (OLD.docx_file_id IS NOT NULL AND NEW.docx_file_id IS DISTINCT FROM OLD.docx_file_id)
       OR (OLD.xlsx_file_id IS NOT NULL AND NEW.xlsx_file_id IS DISTINCT FROM OLD.xlsx_file_id)
       OR (OLD.paper_no IS NOT NULL AND (NEW.paper_no, NEW.sent_on, NEW.reviewed_by)
           IS DISTINCT FROM (OLD.paper_no, OLD.sent_on, OLD.reviewed_by))
    THEN
        RAISE EXCEPTION 'paper % was written once', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ({moves_of(PAPER)}) THEN
        RAISE EXCEPTION 'paper % cannot go from % to %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION keep_rectification() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.state <> NEW.state
        AND OLD.state || '>' || NEW.state NOT IN ({moves_of(RECTIFICATION)}))
       OR (NEW.rectification_no, NEW.hospital_code, NEW.paper_id, NEW.findings, NEW.demand)
       IS DISTINCT FROM (OLD.rectification_no, OLD.hospital_code, OLD.paper_id, OLD.findings,
                         OLD.demand)
    THEN
        RAISE EXCEPTION 'rectification % cannot go from % to %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

TRIGGERS = """
CREATE TRIGGER paper_kept BEFORE UPDATE ON paper FOR EACH ROW EXECUTE FUNCTION keep_paper();
CREATE TRIGGER paper_never_deleted BEFORE DELETE ON paper
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER paper_hospital_add_only BEFORE UPDATE OR DELETE ON paper_hospital
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER rectification_kept BEFORE UPDATE ON rectification
    FOR EACH ROW EXECUTE FUNCTION keep_rectification();
CREATE TRIGGER rectification_never_deleted BEFORE DELETE ON rectification
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER rectification_event_add_only BEFORE UPDATE OR DELETE ON rectification_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
