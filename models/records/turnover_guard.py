"""What the database itself asks of turnover money: its life, one a year, paid as approved."""

from models.records.base import moves_of
from models.rules.turnover import TURNOVER

_MOVES = moves_of(TURNOVER)

FUNCTIONS = f"""
CREATE FUNCTION keep_turnover() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state || '>' || NEW.state NOT IN ({_MOVES})
       OR OLD.decided_by IS NOT NULL
          AND (NEW.decided_by, NEW.decided_at, NEW.decided_on, NEW.answer)
              IS DISTINCT FROM (OLD.decided_by, OLD.decided_at, OLD.decided_on, OLD.answer)
       OR OLD.voucher_no IS NOT NULL
          AND (NEW.voucher_no, NEW.paid_by, NEW.paid_at, NEW.paid_on)
              IS DISTINCT FROM (OLD.voucher_no, OLD.paid_by, OLD.paid_at, OLD.paid_on)
    THEN
        RAISE EXCEPTION 'turnover_grant % does not go from % to %', OLD.turnover_no, OLD.state,
            NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.voucher_no IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM prepayment_voucher v
         WHERE v.voucher_no = NEW.voucher_no AND v.hospital_code = NEW.hospital_code
           AND v.kind = 'prepayment' AND v.amount_fen = NEW.amount_fen)
    THEN
        RAISE EXCEPTION 'turnover_grant % is paid by its own voucher alone', OLD.turnover_no
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

INDEXES = """
CREATE UNIQUE INDEX turnover_one_a_year ON turnover_grant (hospital_code, year)
    WHERE state NOT IN ('refused', 'withdrawn');
"""

TRIGGERS = """
CREATE TRIGGER turnover_grant_moves BEFORE UPDATE ON turnover_grant
    FOR EACH ROW EXECUTE FUNCTION keep_turnover();
"""

#: What was applied for stays as it was said.
AS_SAID = (
    "turnover_no", "year", "hospital_code", "area_code", "scheme_code", "scheme_from",
    "base_from", "base_to", "base_months", "base_fen", "drug_bp", "consumable_bp", "drug_fen",
    "consumable_fen", "amount_fen", "facts", "note", "applied_by", "applied_at", "applied_on",
)  # fmt: skip
