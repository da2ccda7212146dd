"""Quality deposits and assessment deductions are proposed as lists for the monthly funds."""

from models.records.base import run_sql_text

UP = """
CREATE TABLE "deduction_list" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "list_no" TEXT COLLATE "C" NOT NULL,
    "period" TEXT COLLATE "C" NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "kind" TEXT COLLATE "C" NOT NULL,
    "state" TEXT COLLATE "C" NOT NULL,
    "basis" TEXT NOT NULL,
    "proposed_by" TEXT COLLATE "C" NOT NULL,
    "proposed_at" TIMESTAMPTZ NOT NULL,
    "decided_by" TEXT COLLATE "C",
    "decided_at" TIMESTAMPTZ,
    "ended_by" TEXT COLLATE "C",
    "ended_at" TIMESTAMPTZ,
    "reason" TEXT,
    CONSTRAINT deduction_list_kind_known CHECK (kind IN ('quality_deposit', 'assessment')),
    CONSTRAINT deduction_list_state_known CHECK (state IN ('proposed', 'accepted', 'withdrawn', 'revoked')),
    CONSTRAINT deduction_list_rests_on_something CHECK (btrim(basis) <> ''),
    CONSTRAINT deduction_list_needs_a_second_person CHECK (decided_by <> proposed_by),
    CONSTRAINT deduction_list_told_whole CHECK ((decided_by IS NULL) = (decided_at IS NULL) AND (ended_by IS NULL) = (ended_at IS NULL) AND (decided_by IS NOT NULL) = (state IN ('accepted', 'revoked')) AND (ended_by IS NOT NULL) = (state IN ('withdrawn', 'revoked')) AND (ended_by IS NULL OR btrim(reason) <> '')));
CREATE UNIQUE INDEX "deduction_list_list_no" ON "deduction_list" ("list_no");
CREATE INDEX "deduction_list_period_area_code" ON "deduction_list" ("period", "area_code");
CREATE TABLE "deduction" (
    "list_id" INTEGER NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "reason" TEXT NOT NULL,
    "before_fen" BIGINT,
    "after_fen" BIGINT,
    PRIMARY KEY ("list_id", "hospital_code"),
    CONSTRAINT deduction_above_zero CHECK (amount_fen > 0),
    CONSTRAINT deduction_has_a_reason CHECK (btrim(reason) <> ''),
    CONSTRAINT deduction_adds_up CHECK ((before_fen IS NULL) = (after_fen IS NULL) AND (after_fen IS NULL OR after_fen = before_fen + amount_fen)));
CREATE INDEX "deduction_hospital_code" ON "deduction" ("hospital_code");
CREATE FUNCTION keep_deduction_list() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state || '>' || NEW.state NOT IN ('accepted>revoked', 'proposed>accepted', 'proposed>withdrawn')
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

CREATE TRIGGER deduction_list_moves BEFORE UPDATE ON deduction_list
    FOR EACH ROW EXECUTE FUNCTION keep_deduction_list();
CREATE TRIGGER deduction_list_never_deleted BEFORE DELETE ON deduction_list
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER deduction_stays BEFORE UPDATE ON deduction
    FOR EACH ROW EXECUTE FUNCTION keep_deduction();
CREATE TRIGGER deduction_never_deleted BEFORE DELETE ON deduction
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

DOWN = """
DROP TABLE "deduction";
DROP TABLE "deduction_list";
DROP FUNCTION keep_deduction;
DROP FUNCTION keep_deduction_list;
"""


def up(migrator, db):
    """Add both tables and what guards them."""
    run_sql_text(UP)


def down(migrator, db):
    """Forget all of it."""
    run_sql_text(DOWN)
