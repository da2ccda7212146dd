"""Promises that need more than a column: partial indexes, add-only tables, kept history."""

import re

#: Rows of these tables are facts: added, never edited or deleted.
ADD_ONLY = (
    "ledger_entry",
    "audit_event",
    "instruction_event",
    "confirmation",
    "master_history",
    "file_chunk",
)

#: Rows of these tables are referred to by code from facts: they may change, never vanish.
NEVER_DELETED = (
    "area", "agency", "hospital", "enterprise", "product", "vbp_round", "award", "contract",
    "scheme", "purchase_line", "line_void", "invoice_line", "hospital_payment",
    "prepayment_voucher", "payment_batch", "payment_instruction", "payment_allocation",
    "bank_profile", "stored_file",
)  # fmt: skip

#: Master data whose every change keeps what was before: table → key columns.
KEPT_HISTORY = {
    "area": ("area_code",),
    "agency": ("agency_code",),
    "hospital": ("hospital_code",),
    "enterprise": ("credit_code",),
    "product": ("nhsa_code",),
    "vbp_round": ("round_code",),
    "award": ("round_code", "nhsa_code", "area_code"),
    "contract": ("contract_no",),
    "purchase_order": ("order_no", "nhsa_code"),
    "calendar_day": ("day",),
    "scheme": ("scheme_code", "valid_from"),
    "ladder_step": ("scheme_code", "valid_from", "step"),
    "lpr_rate": ("valid_from",),
    "retention_tier": ("scheme_code", "valid_from", "min_score"),
    "monthly_fund": ("period", "hospital_code"),
    "procurement_total": ("period", "hospital_code", "kind"),
    "reported_quantity": ("hospital_code", "round_code", "nhsa_code"),
    "assessment": ("period", "hospital_code", "round_code"),
    "retention_input": ("period", "hospital_code", "round_code", "nhsa_code"),
}

FUNCTIONS = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is add-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION keep_history() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE key_columns text[] := TG_ARGV;
BEGIN
    INSERT INTO master_history (table_name, key, changed_at, changed_by, before, after)
    SELECT TG_TABLE_NAME, o.key, clock_timestamp(),
           nullif(current_setting('zhijie.actor', true), ''), o.row, w.row
      FROM (SELECT to_jsonb(t) AS row, (SELECT string_agg(to_jsonb(t) ->> c.k, '|' ORDER BY c.n)
              FROM unnest(key_columns) WITH ORDINALITY AS c(k, n)) AS key FROM old_rows t) AS o
      JOIN (SELECT to_jsonb(t) AS row, (SELECT string_agg(to_jsonb(t) ->> c.k, '|' ORDER BY c.n)
              FROM unnest(key_columns) WITH ORDINALITY AS c(k, n)) AS key FROM new_rows t) AS w
     USING (key)
     WHERE o.row IS DISTINCT FROM w.row;
    RETURN NULL;
END $$;

CREATE FUNCTION follow_instruction_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE payment_allocation
       SET live = NEW.state NOT IN ('rejected', 'returned', 'reversed', 'cancelled')
     WHERE instruction_id = NEW.id;
    RETURN NULL;
END $$;

CREATE FUNCTION keep_snapshot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.reference, NEW.uetr, NEW.enterprise_code, NEW.payee_account_no, NEW.payee_account_name,
        NEW.payee_bank_name, NEW.payee_cnaps_code, NEW.amount_fen, NEW.purpose, NEW.content_hash,
        NEW.reissue_of)
       IS DISTINCT FROM
       (OLD.reference, OLD.uetr, OLD.enterprise_code, OLD.payee_account_no, OLD.payee_account_name,
        OLD.payee_bank_name, OLD.payee_cnaps_code, OLD.amount_fen, OLD.purpose, OLD.content_hash,
        OLD.reissue_of)
    THEN
        RAISE EXCEPTION 'payment_instruction % is a snapshot', OLD.reference
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION keep_sent_batch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.file_id IS NOT NULL AND
       (NEW.file_id, NEW.file_sha256, NEW.total_fen, NEW.lines_count, NEW.content_hash)
       IS DISTINCT FROM
       (OLD.file_id, OLD.file_sha256, OLD.total_fen, OLD.lines_count, OLD.content_hash)
    THEN
        RAISE EXCEPTION 'the file of batch % never changes', OLD.batch_no
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION reviewers_are_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.approved AND EXISTS (SELECT 1 FROM settlement_sheet s
                                 WHERE s.id = NEW.sheet_id AND NEW.reviewer = ANY (s.makers)) THEN
        RAISE EXCEPTION 'sheet_review_not_by_a_maker' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""

INDEXES = """
CREATE UNIQUE INDEX job_one_waiting_per_dedupe_key ON job (dedupe_key)
    WHERE state IN ('waiting', 'sent');
CREATE UNIQUE INDEX sheet_review_one_live_per_level ON sheet_review (sheet_id, level)
    WHERE counts AND approved;
CREATE UNIQUE INDEX sheet_review_two_persons ON sheet_review (sheet_id, reviewer)
    WHERE counts AND approved;
CREATE UNIQUE INDEX payment_one_live_per_sheet ON payment_allocation (sheet_id) WHERE live;
CREATE UNIQUE INDEX ledger_same_cause_once
    ON ledger_entry (kind, source, debit_account, credit_account)
    WHERE reverses IS NULL AND kind NOT IN ('offset', 'offset_undone');
CREATE UNIQUE INDEX account_change_one_open ON account_change (credit_code)
    WHERE decided_by IS NULL;
CREATE INDEX purchase_line_original ON purchase_line (original_line_no)
    WHERE original_line_no IS NOT NULL;
CREATE INDEX purchase_line_day ON purchase_line USING brin (accepted_on);
CREATE INDEX payment_exception_open ON payment_exception (opened_at) WHERE closed_at IS NULL;
"""

#: Files are kept as they came: compressing them would take longer than writing them.
STORAGE = "ALTER TABLE file_chunk ALTER COLUMN content SET STORAGE EXTERNAL;"


def statements() -> str:
    """Return the whole of it as one SQL text, to be run after the tables were created."""
    parts = [FUNCTIONS, INDEXES, STORAGE]
    parts += [_refused(table, "add_only", "UPDATE OR DELETE") for table in ADD_ONLY]
    parts += [_refused(table, "never_deleted", "DELETE") for table in NEVER_DELETED]
    for table, keys in KEPT_HISTORY.items():
        listed = ", ".join(f"'{key}'" for key in keys)
        parts.append(
            f"CREATE TRIGGER {table}_history AFTER UPDATE ON {table}"
            " REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows"
            f" FOR EACH STATEMENT EXECUTE FUNCTION keep_history({listed});"
        )
    parts.append(
        "CREATE TRIGGER payment_instruction_state AFTER UPDATE OF state ON payment_instruction"
        " FOR EACH ROW WHEN ((OLD.state IN ('rejected', 'returned', 'reversed', 'cancelled'))"
        " <> (NEW.state IN ('rejected', 'returned', 'reversed', 'cancelled')))"
        " EXECUTE FUNCTION follow_instruction_state();\n"
        "CREATE TRIGGER payment_instruction_snapshot BEFORE UPDATE ON payment_instruction"
        " FOR EACH ROW EXECUTE FUNCTION keep_snapshot();\n"
        "CREATE TRIGGER payment_batch_file BEFORE UPDATE ON payment_batch"
        " FOR EACH ROW EXECUTE FUNCTION keep_sent_batch();\n"
        "CREATE TRIGGER sheet_review_persons BEFORE INSERT ON sheet_review"
        " FOR EACH ROW EXECUTE FUNCTION reviewers_are_two();"
    )
    return "\n".join(parts)


def _refused(table: str, promise: str, change: str) -> str:
    return (
        f"CREATE TRIGGER {table}_{promise} BEFORE {change} ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();"
    )


def function_names() -> list[str]:
    """Return the names of our functions in the database."""
    return re.findall(r"CREATE FUNCTION (\w+)\(", FUNCTIONS)
