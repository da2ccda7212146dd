"""What the database itself asks of close-outs and of the round's prepayments."""

from models.records.base import moves_of
from models.rules.prepaid import CLOSING, ROUND

FUNCTIONS = f"""
CREATE FUNCTION keep_subledger_closing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = NEW.state AND OLD.state <> 'running'
       OR OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ({moves_of(CLOSING)})
       OR OLD.decided_by IS NOT NULL AND (NEW.decided_by, NEW.decided_at, NEW.answer,
           NEW.refund_account_no, NEW.refund_account_name, NEW.refund_bank_name)
           IS DISTINCT FROM (OLD.decided_by, OLD.decided_at, OLD.answer,
           OLD.refund_account_no, OLD.refund_account_name, OLD.refund_bank_name)
    THEN
        RAISE EXCEPTION 'subledger_closing % cannot go from % to %', OLD.closing_no, OLD.state,
            NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION refuse_closed_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM new_rows v JOIN subledger_closing c USING (hospital_code)
                WHERE c.state = 'closed')
    THEN
        RAISE EXCEPTION 'a closed sub-ledger takes no voucher'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION keep_round() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = NEW.state AND OLD.state <> 'paid'
       OR OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ({moves_of(ROUND)})
       OR NEW.recovered_fen <> (SELECT coalesce(sum(amount_fen), 0) FROM round_recovery
                                 WHERE prepayment_id = NEW.id)
    THEN
        RAISE EXCEPTION 'round_prepayment % cannot go from % to %', OLD.prepayment_no, OLD.state,
            NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION recovery_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE round_prepayment
       SET recovered_fen = recovered_fen + NEW.amount_fen,
           state = CASE WHEN recovered_fen + NEW.amount_fen = amount_fen THEN 'recovered'
                        ELSE state END
     WHERE id = NEW.prepayment_id AND state = 'paid' AND hospital_code = NEW.hospital_code;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'round_prepayment % is not recovered from %', NEW.prepayment_id,
            NEW.hospital_code USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION keep_round_share() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.passed_on IS NOT NULL AND (NEW.passed_on, NEW.passed_voucher_no, NEW.passed_by,
           NEW.down_due_on) IS DISTINCT FROM (OLD.passed_on, OLD.passed_voucher_no,
           OLD.passed_by, OLD.down_due_on)
       OR OLD.passed_down_on IS NOT NULL AND (NEW.passed_down_on, NEW.down_voucher_no, NEW.down_by)
           IS DISTINCT FROM (OLD.passed_down_on, OLD.down_voucher_no, OLD.down_by)
    THEN
        RAISE EXCEPTION 'what % reported stays as it is', OLD.enterprise_code
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

INDEXES = """
CREATE UNIQUE INDEX subledger_closing_one_live ON subledger_closing (hospital_code)
    WHERE state IN ('asked', 'running', 'closed');
CREATE UNIQUE INDEX round_prepayment_one_live ON round_prepayment (hospital_code, round_code, year)
    WHERE state NOT IN ('refused', 'withdrawn');
CREATE UNIQUE INDEX round_recovery_month_once ON round_recovery (prepayment_id, period)
    WHERE period IS NOT NULL;
CREATE UNIQUE INDEX round_recovery_voucher_once ON round_recovery (voucher_no)
    WHERE voucher_no IS NOT NULL;
"""

TRIGGERS = """
CREATE TRIGGER subledger_closing_moves BEFORE UPDATE ON subledger_closing
    FOR EACH ROW EXECUTE FUNCTION keep_subledger_closing();
CREATE TRIGGER voucher_of_closed_account AFTER INSERT ON prepayment_voucher
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_closed_account();
CREATE TRIGGER round_prepayment_moves BEFORE UPDATE ON round_prepayment
    FOR EACH ROW EXECUTE FUNCTION keep_round();
CREATE TRIGGER round_recovery_counts AFTER INSERT ON round_recovery
    FOR EACH ROW EXECUTE FUNCTION recovery_counts();
CREATE TRIGGER round_share_stays BEFORE UPDATE ON round_share
    FOR EACH ROW EXECUTE FUNCTION keep_round_share();
"""
