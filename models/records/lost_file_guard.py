"""What the database itself refuses: paying again what an open lost file may have paid."""

from models.records.base import moves_of
from models.rules.lost_files import LOST_FILE

#: Who records a lost file names its batch for the length of the transaction.
RECORDING = "zhijie.recording_lost_file"

FUNCTIONS = f"""
CREATE FUNCTION sheet_not_sent_before_restore() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE lost text;
BEGIN
    IF current_setting('{RECORDING}', true) <> ''
       OR NOT EXISTS (SELECT 1 FROM lost_file WHERE state = 'open') THEN
        RETURN NULL;
    END IF;
    SELECT f.batch_no INTO lost
      FROM new_rows n JOIN settlement_sheet s ON s.id = n.sheet_id
      JOIN lost_file_claim c ON c.hospital_code = s.hospital_code
       AND c.enterprise_code = s.enterprise_code
      JOIN lost_file f ON f.id = c.lost_file_id AND f.state = 'open'
     LIMIT 1;
    IF lost IS NOT NULL THEN
        RAISE EXCEPTION 'sent before the restore by the bank file of batch %', lost
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION grant_not_sent_before_restore() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE lost text;
BEGIN
    IF current_setting('{RECORDING}', true) <> ''
       OR NOT EXISTS (SELECT 1 FROM lost_file WHERE state = 'open') THEN
        RETURN NULL;
    END IF;
    SELECT f.batch_no INTO lost
      FROM new_rows n JOIN retention_grant g ON g.id = n.grant_id
      JOIN lost_file_claim c ON c.hospital_code = g.hospital_code AND c.enterprise_code IS NULL
      JOIN lost_file f ON f.id = c.lost_file_id AND f.state = 'open'
     LIMIT 1;
    IF lost IS NOT NULL THEN
        RAISE EXCEPTION 'sent before the restore by the bank file of batch %', lost
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION keep_lost_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (OLD.batch_no, OLD.file_name, OLD.sha256, OLD.period, OLD.agency_code,
        OLD.area_codes, OLD.lines_count, OLD.total_fen, OLD.file_id, OLD.claims_id)
       IS DISTINCT FROM (NEW.batch_no, NEW.file_name, NEW.sha256, NEW.period, NEW.agency_code,
        NEW.area_codes, NEW.lines_count, NEW.total_fen, NEW.file_id, NEW.claims_id)
       OR OLD.state <> 'open'
       OR OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ({moves_of(LOST_FILE)})
    THEN
        RAISE EXCEPTION 'lost_file % cannot become so', OLD.batch_no
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

TRIGGERS = """
CREATE TRIGGER payment_allocation_not_sent_before AFTER INSERT ON payment_allocation
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION sheet_not_sent_before_restore();
CREATE TRIGGER retention_allocation_not_sent_before AFTER INSERT ON retention_allocation
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION grant_not_sent_before_restore();
CREATE TRIGGER lost_file_stays BEFORE UPDATE OR DELETE ON lost_file
    FOR EACH ROW EXECUTE FUNCTION keep_lost_file();
CREATE TRIGGER lost_file_claim_stays BEFORE UPDATE OR DELETE ON lost_file_claim
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
