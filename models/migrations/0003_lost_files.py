"""Bank files that left before a restore are kept in view, and nothing of them is paid again."""

from models.records.base import run_sql_text

UP = r"""
CREATE TABLE "installation" (
    "id" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "made_at" TIMESTAMPTZ NOT NULL
);
CREATE TABLE "lost_file" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "batch_no" TEXT COLLATE "C" NOT NULL,
    "file_name" TEXT NOT NULL,
    "sha256" TEXT COLLATE "C" NOT NULL,
    "period" TEXT COLLATE "C" NOT NULL,
    "agency_code" TEXT COLLATE "C" NOT NULL,
    "area_codes" TEXT[] COLLATE "C" NOT NULL,
    "lines_count" INTEGER NOT NULL,
    "total_fen" BIGINT NOT NULL,
    "released_at" TIMESTAMPTZ NOT NULL,
    "released_by" TEXT COLLATE "C" NOT NULL,
    "file_id" BIGINT NOT NULL,
    "claims_id" BIGINT NOT NULL,
    "found_at" TIMESTAMPTZ NOT NULL,
    "found_by" TEXT COLLATE "C" NOT NULL,
    "state" TEXT COLLATE "C" NOT NULL,
    "proposed" TEXT COLLATE "C",
    "reason" TEXT,
    "proposed_by" TEXT COLLATE "C",
    "proposed_at" TIMESTAMPTZ,
    "decided_by" TEXT COLLATE "C",
    "decided_at" TIMESTAMPTZ,
    CONSTRAINT lost_file_state_known CHECK (state IN ('open', 'recorded', 'withdrawn')),
    CONSTRAINT lost_file_proposal_known CHECK (proposed IN ('open', 'recorded', 'withdrawn')),
    CONSTRAINT lost_file_needs_a_second_person CHECK (decided_by <> proposed_by),
    CONSTRAINT lost_file_decided_whole CHECK ((state = 'open') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL) AND (state = 'open' OR state = proposed)),
    CONSTRAINT lost_file_proposes_an_end CHECK (proposed <> 'open')
);
CREATE UNIQUE INDEX "lost_file_sha256" ON "lost_file" ("sha256");
CREATE TABLE "lost_file_claim" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "lost_file_id" INTEGER NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "enterprise_code" TEXT COLLATE "C",
    "amount_fen" BIGINT NOT NULL
);
CREATE INDEX "lost_file_claim_lost_file_id" ON "lost_file_claim" ("lost_file_id");
CREATE INDEX "lost_file_claim_hospital_code_enterprise_code" ON "lost_file_claim" ("hospital_code", "enterprise_code");

CREATE FUNCTION sheet_not_sent_before_restore() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE lost text;
BEGIN
    IF current_setting('zhijie.recording_lost_file', true) <> ''
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
    IF current_setting('zhijie.recording_lost_file', true) <> ''
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
       OR OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ('open>recorded', 'open>withdrawn')
    THEN
        RAISE EXCEPTION 'lost_file % cannot become so', OLD.batch_no
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

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

INSERT INTO installation (id, made_at) VALUES (gen_random_uuid()::text, now());
"""

DOWN = """
DROP TRIGGER payment_allocation_not_sent_before ON payment_allocation;
DROP TRIGGER retention_allocation_not_sent_before ON retention_allocation;
DROP TABLE lost_file_claim;
DROP TABLE lost_file;
DROP TABLE installation;
DROP FUNCTION sheet_not_sent_before_restore;
DROP FUNCTION grant_not_sent_before_restore;
DROP FUNCTION keep_lost_file;
"""


def up(migrator, db):
    """Add the tables and give this installation its number."""
    run_sql_text(UP)


def down(migrator, db):
    """Forget all of it."""
    run_sql_text(DOWN)
