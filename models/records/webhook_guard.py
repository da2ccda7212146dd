"""What the database itself does for other systems: events with their moves, keys that stay."""

from models.records.base import moves_of
from models.rules.webhooks import DELIVERY, PAYMENT_EVENTS

_MOVES = moves_of(DELIVERY)
_PAYMENT_STATES = ", ".join(f"'{kind.partition('.')[2]}'" for kind in PAYMENT_EVENTS)

INDEXES = """
CREATE INDEX webhook_event_untold ON webhook_event (id) WHERE NOT told;
CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook_id, next_try_at)
    WHERE state IN ('waiting', 'sending');
CREATE INDEX webhook_delivery_dead ON webhook_delivery (webhook_id, id) WHERE state = 'dead';
"""

#: By the statement, not by the row: a pay run moves thousands of sheets at once. Without a live
#: webhook nothing is written.
FUNCTIONS = f"""
CREATE FUNCTION tell_sheet_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM webhook WHERE ended_at IS NULL) THEN
        INSERT INTO webhook_event (kind, area_code, hospital_code, enterprise_code, subject, facts,
                                   happened_at)
        SELECT 'sheet.' || n.state, n.area_code, n.hospital_code, n.enterprise_code, n.sheet_no,
               jsonb_build_object('sheet_no', n.sheet_no, 'period', n.period,
                   'hospital_code', n.hospital_code, 'enterprise_code', n.enterprise_code,
                   'state', n.state, 'was', o.state),
               clock_timestamp()
          FROM new_rows n JOIN old_rows o USING (id) WHERE n.state <> o.state ORDER BY n.id;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION tell_payment_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM webhook WHERE ended_at IS NULL) THEN
        INSERT INTO webhook_event (kind, area_code, hospital_code, enterprise_code, subject, facts,
                                   happened_at)
        SELECT 'payment.' || n.state, n.area_code, n.hospital_code, n.enterprise_code, n.reference,
               jsonb_build_object('reference', n.reference, 'period', n.period,
                   'enterprise_code', n.enterprise_code, 'state', n.state, 'was', o.state),
               clock_timestamp()
          FROM new_rows n JOIN old_rows o USING (id)
         WHERE n.state <> o.state AND n.state IN ({_PAYMENT_STATES}) ORDER BY n.id;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION keep_webhook_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state || '>' || NEW.state NOT IN ({_MOVES})
       OR (NEW.webhook_id, NEW.event_id) IS DISTINCT FROM (OLD.webhook_id, OLD.event_id)
    THEN
        RAISE EXCEPTION 'webhook_delivery % cannot go from % to %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION keep_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% % was ended for ever', TG_TABLE_NAME, OLD.id
        USING ERRCODE = 'restrict_violation';
END $$;
"""

TRIGGERS = """
CREATE TRIGGER settlement_sheet_told AFTER UPDATE ON settlement_sheet
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION tell_sheet_moves();
CREATE TRIGGER payment_instruction_told AFTER UPDATE ON payment_instruction
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION tell_payment_moves();
CREATE TRIGGER webhook_delivery_moves BEFORE UPDATE ON webhook_delivery
    FOR EACH ROW EXECUTE FUNCTION keep_webhook_delivery();
CREATE TRIGGER api_key_ended BEFORE UPDATE ON api_key
    FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION keep_ended();
CREATE TRIGGER webhook_ended BEFORE UPDATE ON webhook
    FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION keep_ended();
"""
