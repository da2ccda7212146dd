"""What every change of a fact or a term leaves behind for the register of open lines.

Triggers write the marks, so that no writer can forget one, in the writer's own transaction, so
that no order of commits can lose one. Each fires once a statement (or once for the few rows whose
change matters): a COPY of a million lines leaves one mark a block.
"""

#: From so many rows in one statement on, judging everything again costs less than looking each up.
MARKED_ROWS_MAX = 20_000

#: Rows of these come in by imports and carry its number; the trigger writes down which one is
#: running. Rows written by hand have none: then everything is judged again.
IMPORTED = (
    "purchase_line",
    "trace_code",
    "confirmation",
    "line_void",
    "invoice_line",
    "hospital_payment",
)

#: Facts whose empty cells a later import may fill.
FILLED = ("purchase_line", "invoice_line", "hospital_payment")

#: Terms: table → columns that name the lines concerned (none: everything) and columns that no
#: judgement reads. A column added later counts, until somebody says here that it does not.
TERMS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "enterprise": (
        ("credit_code",),
        ("name", "role", "account_no", "account_name", "bank_name", "cnaps_code", "email",
         "suspended_set_at"),
    ),
    "contract": (("hospital_code", "nhsa_code", "enterprise_code"), ()),
    "lpr_rate": (("valid_from",), ()),
    "ladder_step": (("scheme_code",), ("name", "action", "copy_to")),
    "scheme": (
        (),
        ("upcoming_days", "legal_basis", "preset", "target_on", "target_share_bp", "cycle_days",
         "third_review_fen"),
    ),
    "scheme_product": ((), ("note",)),
    "scheme_round": ((), ("note",)),
    "mandate": (
        ("hospital_code",),
        ("document_no", "signed_on", "file_id", "registered_by", "registered_at", "ended_by",
         "ended_at", "end_reason"),
    ),
    "vbp_round": ((), ("name", "non_selected_limit_bp")),
    "award": ((), ()),
    "calendar_day": ((), ()),
    "area": ((), ("name", "level")),
    "agency": (
        (),
        ("name", "account_no", "account_name", "bank_name", "cnaps_code", "email", "mail_at",
         "mail_rest"),
    ),
    "hospital": (
        (),
        ("name", "credit_code", "email", "copy_emails", "inpatient", "account_no", "account_name",
         "bank_name", "cnaps_code", "account_verified"),
    ),
    "product": (
        (),
        ("specification", "unit", "manufacturer_code", "listed_price_yuan"),
    ),
}  # fmt: skip

#: No line can refer to a new row of these yet.
NEW_SAYS_NOTHING = ("area", "hospital", "product")
#: Other terms can never be deleted.
DELETED = ("calendar_day", "ladder_step", "lpr_rate")

#: What was recorded and told beside the scan itself: the next checks are reckoned again.
TOLD = ("overdue_step", "mail_line")

FUNCTIONS = f"""
CREATE FUNCTION mark_import() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO open_line_change (what, key)
    VALUES (TG_TABLE_NAME, nullif(current_setting('zhijie.import_id', true), ''));
    RETURN NULL;
END $$;

CREATE FUNCTION mark_filled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) FROM new_rows) > {MARKED_ROWS_MAX} THEN
        INSERT INTO open_line_change (what) VALUES (TG_TABLE_NAME);
    ELSE
        INSERT INTO open_line_change (what, key) SELECT DISTINCT 'line', line_no FROM new_rows;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION mark_sheets() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO open_line_change (what, key) SELECT 'sheet', id::text FROM changed_rows;
    RETURN NULL;
END $$;

CREATE FUNCTION mark_sheet() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO open_line_change (what, key) VALUES ('sheet', NEW.id::text);
    RETURN NULL;
END $$;

CREATE FUNCTION mark_instructions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO open_line_change (what, key)
    SELECT 'instruction', instruction_id::text FROM new_rows
     WHERE to_state IN ('settled', 'returned', 'reversed');
    RETURN NULL;
END $$;

CREATE FUNCTION mark_instruction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO open_line_change (what, key) VALUES ('instruction', NEW.id::text);
    RETURN NULL;
END $$;

CREATE FUNCTION mark_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('zhijie.scanning', true) IS DISTINCT FROM 'yes' THEN
        INSERT INTO open_line_change (what) VALUES (TG_TABLE_NAME);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION mark_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) FROM changed_rows) > {MARKED_ROWS_MAX} THEN
        INSERT INTO open_line_change (what) VALUES (TG_TABLE_NAME);
    ELSE
        INSERT INTO open_line_change (what, key)
        SELECT DISTINCT TG_TABLE_NAME,
               (SELECT string_agg(to_jsonb(t) ->> c.k, '|' ORDER BY c.n)
                  FROM unnest(string_to_array(TG_ARGV[0], ',')) WITH ORDINALITY AS c(k, n))
          FROM changed_rows t;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION mark_changed_terms() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE unread text[] := string_to_array(TG_ARGV[1], ',');
BEGIN
    IF (SELECT count(*) FROM new_rows) > {MARKED_ROWS_MAX} THEN
        INSERT INTO open_line_change (what) VALUES (TG_TABLE_NAME);
    ELSE
        INSERT INTO open_line_change (what, key)
        SELECT DISTINCT TG_TABLE_NAME,
               (SELECT string_agg(d.row ->> c.k, '|' ORDER BY c.n)
                  FROM unnest(string_to_array(TG_ARGV[0], ',')) WITH ORDINALITY AS c(k, n))
          FROM ((SELECT to_jsonb(o) - unread AS row FROM old_rows o
                 EXCEPT SELECT to_jsonb(n) - unread FROM new_rows n)
                UNION ALL
                (SELECT to_jsonb(n) - unread FROM new_rows n
                 EXCEPT SELECT to_jsonb(o) - unread FROM old_rows o)) d;
    END IF;
    RETURN NULL;
END $$;
"""

#: The due day and lane of a line depend on its sheet being there; its sheet's state counts when it
#: is short, and its last approval when there is nothing to pay.
_SHEET_MATTERS = (
    "(OLD.settled_at, OLD.payable_fen, OLD.approved_on, OLD.state = 'short')"
    " IS DISTINCT FROM (NEW.settled_at, NEW.payable_fen, NEW.approved_on, NEW.state = 'short')"
)

INDEXES = """
CREATE INDEX open_line_check ON open_line (next_check_on) WHERE next_check_on IS NOT NULL;
CREATE INDEX purchase_line_import ON purchase_line USING brin (import_id)
    WITH (autosummarize = on);
CREATE INDEX confirmation_import ON confirmation USING brin (import_id) WITH (autosummarize = on);
CREATE INDEX line_void_import ON line_void USING brin (import_id) WITH (autosummarize = on);
CREATE INDEX invoice_line_import ON invoice_line USING brin (import_id) WITH (autosummarize = on);
CREATE INDEX hospital_payment_import ON hospital_payment USING brin (import_id)
    WITH (autosummarize = on);
"""

_TRIGGERS = f"""
CREATE TRIGGER settlement_sheet_mark_new AFTER INSERT ON settlement_sheet
    REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_sheets();
CREATE TRIGGER settlement_sheet_mark_gone AFTER DELETE ON settlement_sheet
    REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_sheets();
CREATE TRIGGER settlement_sheet_mark AFTER UPDATE ON settlement_sheet
    FOR EACH ROW WHEN ({_SHEET_MATTERS}) EXECUTE FUNCTION mark_sheet();
CREATE TRIGGER instruction_event_mark AFTER INSERT ON instruction_event
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_instructions();
CREATE TRIGGER payment_instruction_mark AFTER INSERT ON payment_instruction
    FOR EACH ROW WHEN (NEW.booked_on IS NOT NULL) EXECUTE FUNCTION mark_instruction();
"""


def triggers() -> str:
    """Return the triggers of every table whose rows decide what is open, due or told."""
    parts = [_TRIGGERS]
    parts += [_trigger(table, "mark_new", "INSERT", "", "mark_import()") for table in IMPORTED]
    parts += [
        _trigger(table, "mark_filled", "UPDATE", "NEW TABLE AS new_rows", "mark_filled()")
        for table in FILLED
    ]
    parts += [_trigger(table, "mark_told", "INSERT", "", "mark_told()") for table in TOLD]
    for table, (key, unread) in TERMS.items():
        told = f"'{','.join(key)}', '{','.join(unread)}'"
        terms = f"mark_terms({told})"
        if table not in NEW_SAYS_NOTHING:
            parts.append(_trigger(table, "mark_new", "INSERT", "NEW TABLE AS changed_rows", terms))
        if table in DELETED:
            parts.append(_trigger(table, "mark_gone", "DELETE", "OLD TABLE AS changed_rows", terms))
        both = "OLD TABLE AS old_rows NEW TABLE AS new_rows"
        parts.append(_trigger(table, "mark", "UPDATE", both, f"mark_changed_terms({told})"))
    return "\n".join(parts)


def _trigger(table: str, name: str, change: str, rows: str, call: str) -> str:
    referencing = f" REFERENCING {rows}" if rows else ""
    return (
        f"CREATE TRIGGER {table}_{name} AFTER {change} ON {table}{referencing}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {call};"
    )
