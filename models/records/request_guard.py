"""What the database itself asks of money requested from hospitals: receipts make it paid.

Nobody writes how much came in: the receipts do, and a top-up is answered only by vouchers of the
same hospital, each at most with its own amount. What was booked wrongly another person takes back.
"""

from models.records.base import moves_of
from models.rules.requests import REQUEST

_MOVES = moves_of(REQUEST)

FUNCTIONS = f"""
CREATE FUNCTION receipt_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.is_reversal AND NOT EXISTS (
           SELECT FROM money_receipt r JOIN money_request q ON q.id = r.request_id
            WHERE r.request_id = NEW.request_id AND r.voucher_no = NEW.voucher_no
              AND r.turn = NEW.turn AND NOT r.is_reversal AND r.amount_fen = -NEW.amount_fen
              AND r.made_by <> NEW.made_by AND q.kind <> 'top_up')
       OR NOT NEW.is_reversal AND NEW.turn > 1 AND NOT EXISTS (
           SELECT FROM money_receipt r
            WHERE r.request_id = NEW.request_id AND r.voucher_no = NEW.voucher_no
              AND r.turn = NEW.turn - 1 AND r.is_reversal)
    THEN
        RAISE EXCEPTION 'receipt % of money_request % is taken back by another person, once',
            NEW.voucher_no, NEW.request_id USING ERRCODE = 'restrict_violation';
    END IF;
    UPDATE money_request
       SET received_fen = received_fen + NEW.amount_fen,
           state = CASE WHEN received_fen + NEW.amount_fen = amount_fen THEN 'paid'
                        WHEN state = 'paid' THEN 'asked' ELSE state END,
           paid_on = CASE WHEN received_fen + NEW.amount_fen = amount_fen
                          THEN NEW.booked_on END
     WHERE id = NEW.request_id AND (state = 'asked' OR NEW.is_reversal)
       AND hospital_code = NEW.hospital_code;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'money_request % takes no receipt of %', NEW.request_id, NEW.hospital_code
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (SELECT kind = 'top_up' FROM money_request WHERE id = NEW.request_id)
       AND coalesce((SELECT v.amount_fen FROM prepayment_voucher v
                      WHERE v.voucher_no = NEW.voucher_no AND v.hospital_code = NEW.hospital_code
                        AND v.kind <> 'refund'), 0)
           < (SELECT sum(r.amount_fen) FROM money_receipt r
                JOIN money_request q ON q.id = r.request_id AND q.kind = 'top_up'
               WHERE r.voucher_no = NEW.voucher_no)
    THEN
        RAISE EXCEPTION 'a top-up is answered by vouchers of the sub-ledger, not by %',
            NEW.voucher_no USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION keep_money_request() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state || '>' || NEW.state NOT IN ({_MOVES})
       OR NEW.received_fen <> (SELECT coalesce(sum(amount_fen), 0) FROM money_receipt
                                WHERE request_id = NEW.id)
    THEN
        RAISE EXCEPTION 'money_request % follows its receipts', OLD.request_no
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

INDEXES = """
CREATE UNIQUE INDEX money_request_one_live ON money_request (kind, source)
    WHERE state <> 'withdrawn';
"""

TRIGGERS = """
CREATE TRIGGER money_receipt_counts AFTER INSERT ON money_receipt
    FOR EACH ROW EXECUTE FUNCTION receipt_counts();
CREATE TRIGGER money_request_follows BEFORE UPDATE ON money_request
    FOR EACH ROW EXECUTE FUNCTION keep_money_request();
"""
