"""What the database itself asks of retention: declared, public, granted, paid once, to its owner.

The sheets' promises stand beside these and know nothing of them: an instruction pays sheets of an
enterprise or one amount of a hospital, never both.
"""

from models.records.base import moves_of
from models.records.reissue_guard import NOTHING
from models.rules.retention_payment import GRANT, PUBLICITY, GrantState

_PAYABLE = ", ".join(
    f"'{state}'" for state in (GrantState.GRANTED, GrantState.REJECTED, GrantState.RETURNED)
)


FUNCTIONS = f"""
-- The year of the round's term that ended last before the day after `day`; the first one while
-- none ended. Half a year at the end of a term is a year of its own.
CREATE FUNCTION agreement_year(term_start date, term_end date, day date) RETURNS int
LANGUAGE sql IMMUTABLE AS $$
    SELECT greatest(1, CASE WHEN day >= term_end
        THEN ceil((extract(year FROM w.term) * 12 + extract(month FROM w.term)
                   + sign(extract(day FROM w.term))) / 12)::int
        ELSE extract(year FROM age((day + 1)::timestamp, term_start::timestamp))::int END)
      FROM (SELECT age((term_end + 1)::timestamp, term_start::timestamp) AS term) w
$$;

CREATE FUNCTION list_retention() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE term record; word record;
BEGIN
    SELECT term_start, term_end INTO term FROM vbp_round WHERE round_code = NEW.round_code;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'retention of the unknown round %', NEW.round_code
            USING ERRCODE = 'restrict_violation';
    END IF;
    NEW.agreement_year := agreement_year(term.term_start, term.term_end,
        (to_date(NEW.period, 'YYYY-MM') + interval '1 month - 1 day')::date);
    SELECT w.move, w.base_fen, w.score, w.ratio_bp, w.retained_fen INTO word
      FROM retention_word w
     WHERE (w.period, w.hospital_code, w.round_code)
           = (NEW.period, NEW.hospital_code, NEW.round_code)
     ORDER BY w.id DESC LIMIT 1;
    IF word.move IS DISTINCT FROM 'declare'
       OR (word.base_fen, word.score, word.ratio_bp, word.retained_fen)
          IS DISTINCT FROM (NEW.base_fen, NEW.score, NEW.ratio_bp, NEW.amount_fen) THEN
        RAISE EXCEPTION 'retention % is not what the hospital declared', NEW.grant_no
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> 'listed' OR NOT EXISTS (SELECT 1 FROM retention_publicity p
        WHERE p.id = NEW.publicity_id AND p.state = 'draft' AND p.period = NEW.period) THEN
        RAISE EXCEPTION 'retention % begins on a list that is a draft', NEW.grant_no
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION keep_retention_grant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.grant_no, NEW.publicity_id, NEW.period, NEW.hospital_code, NEW.round_code,
        NEW.area_code, NEW.agreement_year, NEW.base_fen, NEW.score, NEW.ratio_bp, NEW.amount_fen,
        NEW.employee_fen, NEW.resident_fen, NEW.listed_by, NEW.listed_at)
       IS DISTINCT FROM
       (OLD.grant_no, OLD.publicity_id, OLD.period, OLD.hospital_code, OLD.round_code,
        OLD.area_code, OLD.agreement_year, OLD.base_fen, OLD.score, OLD.ratio_bp, OLD.amount_fen,
        OLD.employee_fen, OLD.resident_fen, OLD.listed_by, OLD.listed_at)
       OR OLD.granted_by IS NOT NULL
          AND (NEW.granted_by, NEW.granted_on, NEW.agency_code)
              IS DISTINCT FROM (OLD.granted_by, OLD.granted_on, OLD.agency_code)
    THEN
        RAISE EXCEPTION 'retention % stays as it was listed', OLD.grant_no
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND OLD.state || '>' || NEW.state NOT IN ({moves_of(GRANT)}) THEN
        RAISE EXCEPTION 'retention % does not go from % to %', OLD.grant_no, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'listed' AND NEW.state = 'granted' AND NOT EXISTS (
        SELECT 1 FROM retention_publicity p WHERE p.id = NEW.publicity_id AND p.state = 'ended'
           AND p.ended_on > p.until_on AND NEW.granted_on >= p.ended_on) THEN
        RAISE EXCEPTION 'retention % was not public all its days', OLD.grant_no
            USING ERRCODE = 'restrict_violation';
    END IF;
    -- With an order it shows what its latest order shows, and it is never taken back.
    IF NEW.state NOT IN ('listed', 'granted', 'withdrawn') AND NOT EXISTS (
           SELECT 1 FROM retention_allocation a WHERE a.grant_id = OLD.id)
       OR NEW.state = 'withdrawn' AND OLD.state <> 'withdrawn' AND EXISTS (
           SELECT 1 FROM retention_allocation a WHERE a.grant_id = OLD.id) THEN
        RAISE EXCEPTION 'retention % follows its payment', OLD.grant_no
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION keep_retention_publicity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state || '>' || NEW.state NOT IN ({moves_of(PUBLICITY)})
       OR OLD.published_by IS NOT NULL
          AND (NEW.published_by, NEW.published_at, NEW.published_on, NEW.until_on)
              IS DISTINCT FROM
              (OLD.published_by, OLD.published_at, OLD.published_on, OLD.until_on) THEN
        RAISE EXCEPTION 'retention_publicity % does not go from % to %', OLD.publicity_no,
            OLD.state, NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'withdrawn' AND EXISTS (SELECT 1 FROM retention_grant g
        WHERE g.publicity_id = OLD.id AND g.state NOT IN ('listed', 'withdrawn')) THEN
        RAISE EXCEPTION 'retention_publicity % has granted amounts', OLD.publicity_no
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION retention_is_paid_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM new_rows n
                 LEFT JOIN retention_grant g ON g.id = n.grant_id
                 LEFT JOIN payment_instruction i ON i.id = n.instruction_id
                 LEFT JOIN hospital h ON h.hospital_code = g.hospital_code
                WHERE (n.live AND g.state IN ({_PAYABLE})
                       AND n.amount_fen = g.amount_fen AND n.amount_fen = i.amount_fen
                       AND i.hospital_code = g.hospital_code AND i.agency_code = g.agency_code
                       AND h.account_verified
                       AND (i.payee_account_no, i.payee_account_name, i.payee_cnaps_code)
                           = (h.account_no, h.account_name, h.cnaps_code)) IS NOT TRUE) THEN
        RAISE EXCEPTION 'an order pays one granted amount whole, to the verified account of its'
            ' hospital' USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM new_rows n
                 JOIN retention_allocation a
                   ON a.grant_id = n.grant_id AND a.instruction_id <> n.instruction_id
                 JOIN payment_instruction i ON i.id = n.instruction_id
                WHERE i.reissue_of IS NULL OR a.instruction_id > i.reissue_of)
       OR EXISTS (SELECT 1 FROM new_rows n JOIN payment_instruction i ON i.id = n.instruction_id
                    LEFT JOIN retention_allocation a
                      ON a.instruction_id = i.reissue_of AND a.grant_id = n.grant_id
                   WHERE i.reissue_of IS NOT NULL AND a.grant_id IS NULL)
    THEN
        RAISE EXCEPTION 'retention paid before is paid again by the re-issue of that payment alone'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION keep_retention_allocation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.instruction_id, NEW.grant_id, NEW.amount_fen)
       IS DISTINCT FROM (OLD.instruction_id, OLD.grant_id, OLD.amount_fen)
       OR NEW.live <> (SELECT state NOT IN ({NOTHING}) FROM payment_instruction
                        WHERE id = NEW.instruction_id)
    THEN
        RAISE EXCEPTION 'retention_allocation of instruction % follows its instruction',
            OLD.instruction_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION order_to_hospital_pays_retention() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM retention_allocation a WHERE a.instruction_id = NEW.id)
       OR EXISTS (SELECT 1 FROM payment_allocation a WHERE a.instruction_id = NEW.id) THEN
        RAISE EXCEPTION 'payment_instruction % pays a hospital no retention', NEW.reference
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
"""

INDEXES = """
CREATE UNIQUE INDEX retention_once_a_year_of_the_round
    ON retention_grant (hospital_code, round_code, agreement_year) WHERE state <> 'withdrawn';
CREATE UNIQUE INDEX retention_once_a_calculation
    ON retention_grant (period, hospital_code, round_code) WHERE state <> 'withdrawn';
CREATE UNIQUE INDEX retention_one_live_payment ON retention_allocation (grant_id) WHERE live;
CREATE INDEX payment_instruction_hospital ON payment_instruction (hospital_code)
    WHERE hospital_code IS NOT NULL;
"""

TRIGGERS = """
CREATE TRIGGER retention_grant_listed BEFORE INSERT ON retention_grant
    FOR EACH ROW EXECUTE FUNCTION list_retention();
CREATE TRIGGER retention_grant_moves BEFORE UPDATE ON retention_grant
    FOR EACH ROW EXECUTE FUNCTION keep_retention_grant();
CREATE TRIGGER retention_publicity_moves BEFORE UPDATE ON retention_publicity
    FOR EACH ROW EXECUTE FUNCTION keep_retention_publicity();
CREATE TRIGGER retention_allocation_whole AFTER INSERT ON retention_allocation
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION retention_is_paid_whole();
CREATE TRIGGER retention_allocation_follows BEFORE UPDATE ON retention_allocation
    FOR EACH ROW EXECUTE FUNCTION keep_retention_allocation();
-- At the end of the transaction: the order is written before what it pays.
CREATE CONSTRAINT TRIGGER payment_instruction_of_retention AFTER INSERT ON payment_instruction
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.hospital_code IS NOT NULL)
    EXECUTE FUNCTION order_to_hospital_pays_retention();
"""
