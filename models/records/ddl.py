"""Promises that need more than a column: partial indexes, add-only tables, kept history."""

import re

from models.records import (
    area_views,
    closing_guard,
    deduction_guard,
    line_facts,
    lost_file_guard,
    paper_guard,
    prepaid_guard,
    problem_guard,
    reissue_guard,
    reporting_guard,
    request_guard,
    retention_guard,
    risk_guard,
    scheme_draft_guard,
    status_indexes,
    turnover_guard,
    watching_marks,
    webhook_guard,
    window_guard,
)
from models.records.base import moves_of
from models.rules.account_states import ACCOUNT
from models.rules.closing import CLOSE
from models.rules.publication import PUBLICATION
from models.rules.remedies import EXCUSE, MEASURE
from models.rules.states import BATCH, CAME_TO_NOTHING, INSTRUCTION

#: Rows of these tables are facts: added, never edited or deleted.
ADD_ONLY = (
    "ledger_entry",
    "audit_event",
    "sign_in_attempt",
    "instruction_event",
    "confirmation",
    "master_history",
    "file_chunk",
    "stored_file",
    "statement_day_event",
    "arrears_ranking",
    "arrears_ranking_row",
    "acknowledgement",
    "acknowledged_line",
    "measure_step",
    "measure_copy",
    "measure_event",
    "measure_file",
    "dispute_word",
    "problem_side",
    "problem_link",
    "problem_word",
    "problem_event",
    "closed_month",
    "closed_book",
    "led_member",
    "money_receipt",
    "books_run",
    "round_line",
    "round_recovery",
    "retention_word",
)

#: Rows of these tables are referred to by code from facts: they may change, never vanish.
NEVER_DELETED = (
    "app_user", "user_session", "password_link",
    "area", "agency", "hospital", "enterprise", "product", "vbp_round", "award", "contract",
    "scheme", "scheme_product", "scheme_round", "mandate",
    "purchase_line", "line_void", "invoice_line", "hospital_payment",
    "prepayment_voucher", "payment_batch", "payment_instruction", "payment_allocation",
    "bank_profile", "bank_profile_change", "rail_rule", "payment_reissue", "bank_inquiry",
    "mail_fact", "contact", "mail_bounce", "bank_result_file", "bank_result_line",
    "statement_day", "statement_entry",
    "payment_exception", "case_decision", "sheet_review", "account_change",
    "hospital_account_change", "delivery_note", "period_close",
    "line_excuse", "measure", "confirm_window", "line_dispute", "money_request", "turnover_grant",
    "subledger_closing", "round_prepayment", "round_share", "scheme_draft",
    "api_key", "webhook", "cadence_rule", "problem",
    "retention_rule", "retention_publicity", "retention_grant", "retention_allocation",
)  # fmt: skip

#: What the bank said and what was asked for stay as they came: no update even names these columns.
KEPT_AS_SAID = {
    "purchase_line": ("line_no", "amount_fen"),
    "invoice_line": ("line_no", "amount_fen", "issued_on"),
    "payment_batch": ("explanation",),
    "account_change": (
        "credit_code", "before", "after", "source", "note", "evidence_file_id", "wanted_on",
        "reviews_needed", "cooling_days", "requested_by", "requested_at",
    ),
    "hospital_account_change": (
        "hospital_code", "before", "after", "source", "note", "evidence_file_id", "wanted_on",
        "reviews_needed", "cooling_days", "requested_by", "requested_at",
    ),
    "period_close": (
        "close_no", "period", "area_code", "area_codes", "totals", "points", "content_hash",
        "note", "proposed_by", "proposed_at", "proposed_on",
    ),
    "bank_result_file": ("file_id", "sha256", "profile_code", "profile_version"),
    "bank_result_line": (
        "result_file_id", "row", "reference", "status_text", "status", "amount_fen", "booked_on",
        "account_no", "account_name",
    ),
    "statement_entry": ("account_no", "day", "entry_no", "booked_on", "amount_fen", "reference"),
    "line_excuse": (
        "request_no", "line_no", "hospital_code", "enterprise_code", "area_code", "responsible",
        "party_code", "due_on", "unpaid_fen", "from_on", "until_on", "reason", "note",
        "evidence_file_id", "asked_by", "asked_at", "asked_on",
    ),
    "measure": (
        "measure_no", "kind", "party_kind", "party_code", "area_codes", "opened_on", "words",
        "lines_count", "unpaid_fen", "interest_fen", "days_late_max", "from_on", "until_on",
        "made_by", "made_at", "dedupe_key",
    ),
    "payment_exception": ("kind", "evidence", "facts", "opened_at", "opened_on", "dedupe_key"),
    "money_request": (
        "request_no", "kind", "hospital_code", "area_code", "period", "amount_fen", "asked_on",
        "due_on", "source", "note", "asked_by", "asked_at",
    ),
    "turnover_grant": turnover_guard.AS_SAID,
    "problem": problem_guard.AS_SAID,
    "subledger_closing": (
        "closing_no", "hospital_code", "area_code", "reason", "finish_on", "asked_by", "asked_at",
        "asked_on",
    ),
    "round_prepayment": (
        "prepayment_no", "round_code", "hospital_code", "area_code", "year", "agreed_fen",
        "ratio_bp", "gross_fen", "already_fen", "amount_fen", "destination", "pass_on_days",
        "pass_down_days", "proposed_by", "proposed_at", "proposed_on",
    ),
    "round_share": ("prepayment_id", "enterprise_code", "hospital_code", "amount_fen"),
    "api_key": (
        "key_hash", "hint", "role", "area_code", "party_code", "permissions", "addresses",
        "certificate_sha256", "sealed_signing_secret", "expires_on", "made_by", "made_at",
    ),
    "webhook": (
        "url", "role", "area_code", "party_code", "events", "sealed_secret", "made_by", "made_at",
    ),
    "webhook_event": (
        "kind", "area_code", "hospital_code", "enterprise_code", "subject", "facts", "happened_at",
    ),
}  # fmt: skip

#: Master data whose every change keeps what was before: table → key columns.
KEPT_HISTORY = {
    "area": ("area_code",),
    "agency": ("agency_code",),
    "hospital": ("hospital_code",),
    "enterprise": ("credit_code",),
    "bank_branch": ("cnaps_code",),
    "contact": ("id",),
    "product": ("nhsa_code",),
    "vbp_round": ("round_code",),
    "award": ("round_code", "nhsa_code", "area_code"),
    "contract": ("contract_no",),
    "purchase_order": ("order_no", "nhsa_code"),
    "delivery_note": ("delivery_no", "order_no", "nhsa_code"),
    "calendar_day": ("day",),
    "scheme": ("scheme_code", "valid_from"),
    "scheme_product": ("scheme_code", "valid_from", "nhsa_code"),
    "scheme_round": ("scheme_code", "valid_from", "round_code"),
    "mandate": ("hospital_code", "valid_from"),
    "ladder_step": ("scheme_code", "valid_from", "step"),
    "cadence_rule": ("area_code", "valid_from"),
    "lpr_rate": ("valid_from",),
    "retention_tier": ("scheme_code", "valid_from", "min_score"),
    "indicator_definition": ("indicator", "subject", "area_code", "valid_from"),
    "retention_rule": ("scheme_code", "valid_from"),
    "assessment_item": ("scheme_code", "valid_from", "item_code"),
    "assessment_point": ("period", "hospital_code", "round_code", "item_code"),
    "rail_rule": ("profile_code", "rail", "valid_from"),
    "bank_day": ("profile_code", "day"),
    "monthly_fund": ("period", "hospital_code"),
    "fund_reserve": ("area_code", "year", "pool"),
    "procurement_total": ("period", "hospital_code", "kind"),
    "reported_quantity": ("hospital_code", "round_code", "nhsa_code"),
    "assessment": ("period", "hospital_code", "round_code"),
    "retention_input": ("period", "hospital_code", "round_code", "nhsa_code"),
    "risk_rule": ("area_code", "rule", "valid_from"),
    "short_supply": ("nhsa_code", "valid_from"),
    "prescription": (
        "period",
        "hospital_code",
        "department",
        "prescriber_code",
        "nhsa_code",
    ),
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
    IF NEW.hospital_code IS NULL THEN
        UPDATE payment_allocation SET live = NEW.state NOT IN ({nothing})
         WHERE instruction_id = NEW.id;
    ELSE
        UPDATE retention_allocation SET live = NEW.state NOT IN ({nothing})
         WHERE instruction_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION keep_snapshot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {snapshot_changes}
    THEN
        RAISE EXCEPTION 'payment_instruction % is a snapshot', OLD.reference
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF {instruction_strays} THEN
        RAISE EXCEPTION 'payment_instruction % does not go from % to %', OLD.reference, OLD.state,
            NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION keep_allocation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.instruction_id, NEW.sheet_id, NEW.amount_fen)
       IS DISTINCT FROM (OLD.instruction_id, OLD.sheet_id, OLD.amount_fen)
       OR NEW.live <> (SELECT state NOT IN ({nothing}) FROM payment_instruction
                        WHERE id = NEW.instruction_id)
    THEN
        RAISE EXCEPTION 'payment_allocation of instruction % follows its instruction',
            OLD.instruction_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION allocations_pay_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM new_rows n LEFT JOIN settlement_sheet s ON s.id = n.sheet_id
                WHERE NOT n.live OR s.payable_fen IS DISTINCT FROM n.amount_fen)
    THEN
        RAISE EXCEPTION 'payment_allocation pays a sheet whole, and is live when it is made'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION keep_paid_sheet() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM payment_allocation WHERE sheet_id = OLD.id) THEN
        RAISE EXCEPTION 'settlement_sheet % has a payment', OLD.sheet_no
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE FUNCTION keep_stored_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM stored_file f WHERE f.id = NEW.file_id) THEN
        RAISE EXCEPTION 'a stored file takes no more bytes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION keep_account_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state || '>' || NEW.state NOT IN ({account_moves}) THEN
        RAISE EXCEPTION '% % cannot go from % to %', TG_TABLE_NAME, OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION keep_sent_batch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.file_id IS NOT NULL AND
       (NEW.batch_no, NEW.period, NEW.agency_code, NEW.debtor_account_no, NEW.profile_code,
        NEW.profile_version, NEW.rail, NEW.execution_on, NEW.made_by, NEW.made_at, NEW.file_name,
        NEW.file_id, NEW.file_sha256, NEW.total_fen, NEW.lines_count, NEW.content_hash)
       IS DISTINCT FROM
       (OLD.batch_no, OLD.period, OLD.agency_code, OLD.debtor_account_no, OLD.profile_code,
        OLD.profile_version, OLD.rail, OLD.execution_on, OLD.made_by, OLD.made_at, OLD.file_name,
        OLD.file_id, OLD.file_sha256, OLD.total_fen, OLD.lines_count, OLD.content_hash)
    THEN
        RAISE EXCEPTION 'the file of batch % never changes', OLD.batch_no
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN ({batch_moves}) THEN
        RAISE EXCEPTION 'payment_batch % does not go from % to %', OLD.batch_no, OLD.state,
            NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION keep_decided() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE moves text[] := TG_ARGV;
BEGIN
    IF OLD.state || '>' || NEW.state <> ALL (moves) OR OLD.decided_by IS NOT NULL
       AND (NEW.decided_by, NEW.decided_at, NEW.decided_on, NEW.answer)
           IS DISTINCT FROM (OLD.decided_by, OLD.decided_at, OLD.decided_on, OLD.answer)
    THEN
        RAISE EXCEPTION '% % cannot go from % to %', TG_TABLE_NAME, OLD.id, OLD.state, NEW.state
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

CREATE FUNCTION keep_publication() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'published' OR TG_OP = 'DELETE'
       OR OLD.state || '>' || NEW.state NOT IN ({publication_moves}) THEN
        RAISE EXCEPTION 'overdue_publication % is %', OLD.id, OLD.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION keep_published_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT state <> 'draft' FROM overdue_publication
         WHERE id = coalesce(NEW.publication_id, OLD.publication_id)) THEN
        RAISE EXCEPTION 'the rows of a reviewed publication stay as they are'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
"""

INDEXES = """
CREATE UNIQUE INDEX password_link_one_open ON password_link (user_name)
    WHERE used_at IS NULL AND ended_at IS NULL;
CREATE UNIQUE INDEX job_one_waiting_per_dedupe_key ON job (dedupe_key)
    WHERE state IN ('waiting', 'sent');
CREATE UNIQUE INDEX sheet_review_one_live_per_level ON sheet_review (sheet_id, level)
    WHERE counts AND approved;
CREATE UNIQUE INDEX sheet_review_two_persons ON sheet_review (sheet_id, reviewer)
    WHERE counts AND approved;
CREATE UNIQUE INDEX payment_one_live_per_sheet ON payment_allocation (sheet_id) WHERE live;
CREATE UNIQUE INDEX ledger_same_cause_once
    ON ledger_entry (kind, source, debit_account, credit_account)
    WHERE reverses IS NULL AND kind NOT IN ('offset', 'offset_undone', 'turnover_offset',
        'turnover_offset_undone');
CREATE UNIQUE INDEX account_change_one_open ON account_change (credit_code)
    WHERE state IN ('requested', 'checked', 'approved');
CREATE UNIQUE INDEX hospital_account_change_one_open ON hospital_account_change (hospital_code)
    WHERE state IN ('requested', 'checked', 'approved');
CREATE UNIQUE INDEX period_close_one_open ON period_close (period, area_code)
    WHERE state = 'proposed';
CREATE UNIQUE INDEX bank_profile_change_one_open ON bank_profile_change (profile_code)
    WHERE state = 'proposed';
CREATE INDEX purchase_line_original ON purchase_line (original_line_no)
    WHERE original_line_no IS NOT NULL;
-- Lists of a month, whoever reads them: by day, and by hospital or enterprise within. Without the
-- line's number equal keys share an entry: the index is a quarter of the size, and so is its log.
CREATE INDEX purchase_line_day ON purchase_line (accepted_on, hospital_code, enterprise_code);
-- By the number of an order: seldom asked, and next to nothing to keep.
CREATE INDEX purchase_line_order ON purchase_line
    USING brin (order_no text_bloom_ops) WITH (pages_per_range = 64, autosummarize = on);
CREATE INDEX hospital_payment_day ON hospital_payment (paid_on, payment_no, line_no);
-- What waits is little beside what is paid; a page of either is found without sorting them all.
CREATE INDEX settlement_sheet_open ON settlement_sheet (state, due_on)
    WHERE state NOT IN ('paid', 'nothing_payable');
CREATE INDEX settlement_sheet_due ON settlement_sheet (due_on, id);
CREATE INDEX settlement_sheet_payable ON settlement_sheet (payable_fen, id);
CREATE INDEX settlement_sheet_prepaid ON settlement_sheet (hospital_code)
    WHERE funding IN ('prepaid_subledger', 'turnover');
CREATE INDEX settlement_sheet_month_due ON settlement_sheet (period, due_on, id);
CREATE INDEX settlement_sheet_month_payable ON settlement_sheet (period, payable_fen, id);
CREATE UNIQUE INDEX payment_reissue_one_open ON payment_reissue (instruction_id)
    WHERE decided_by IS NULL;
CREATE INDEX instruction_event_came_to_nothing ON instruction_event (id)
    WHERE to_state IN ('rejected', 'returned', 'reversed');
CREATE UNIQUE INDEX case_decision_one_open ON case_decision (case_id)
    WHERE act = 'admit' AND decided_by IS NULL;
CREATE UNIQUE INDEX case_decision_order_one_open ON case_decision (instruction_id, status)
    WHERE act = 'admit' AND decided_by IS NULL;
CREATE UNIQUE INDEX overdue_publication_one_open ON overdue_publication (year, area_code)
    WHERE state <> 'published';
CREATE INDEX bank_result_line_problem ON bank_result_line (result_file_id)
    WHERE problem IS NOT NULL;
CREATE UNIQUE INDEX contact_address_once ON contact (party_kind, party_code, lower(email));
CREATE INDEX payment_exception_evidence ON payment_exception (evidence);
CREATE UNIQUE INDEX line_excuse_one_live ON line_excuse (line_no)
    WHERE state IN ('asked', 'granted');
CREATE UNIQUE INDEX measure_one_suspension ON measure (party_kind, party_code)
    WHERE state IN ('proposed', 'in_force');
CREATE INDEX payment_exception_open ON payment_exception (opened_at) WHERE closed_at IS NULL;
"""

#: Both stand in the trigger's WHEN too: asked there a row costs a tenth of a call of the function.
_SNAPSHOT_CHANGES = """
(NEW.reference, NEW.uetr, NEW.enterprise_code, NEW.payee_account_no, NEW.payee_account_name,
    NEW.payee_bank_name, NEW.payee_cnaps_code, NEW.amount_fen, NEW.purpose, NEW.content_hash,
    NEW.reissue_of, NEW.period, NEW.area_code, NEW.agency_code, NEW.made_at,
    NEW.written_name, NEW.written_bank_name, NEW.rail, NEW.hospital_code,
    coalesce(OLD.batch_id, NEW.batch_id), coalesce(OLD.line_in_batch, NEW.line_in_batch))
    IS DISTINCT FROM
    (OLD.reference, OLD.uetr, OLD.enterprise_code, OLD.payee_account_no, OLD.payee_account_name,
    OLD.payee_bank_name, OLD.payee_cnaps_code, OLD.amount_fen, OLD.purpose, OLD.content_hash,
    OLD.reissue_of, OLD.period, OLD.area_code, OLD.agency_code, OLD.made_at,
    OLD.written_name, OLD.written_bank_name, OLD.rail, OLD.hospital_code,
    NEW.batch_id, NEW.line_in_batch)
""".strip()
_INSTRUCTION_STRAYS = (
    "(NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN ({instruction_moves}))"
)

#: The snapshots of the money and what follows from them.
TRIGGERS = """
CREATE TRIGGER payment_instruction_state AFTER UPDATE OF state ON payment_instruction
    FOR EACH ROW WHEN ((OLD.state IN ({nothing})) <> (NEW.state IN ({nothing})))
    EXECUTE FUNCTION follow_instruction_state();
CREATE TRIGGER payment_instruction_snapshot BEFORE UPDATE ON payment_instruction
    FOR EACH ROW WHEN ({snapshot_changes}
        OR {instruction_strays})
    EXECUTE FUNCTION keep_snapshot();
CREATE TRIGGER payment_allocation_follows BEFORE UPDATE ON payment_allocation
    FOR EACH ROW EXECUTE FUNCTION keep_allocation();
CREATE TRIGGER payment_allocation_whole AFTER INSERT ON payment_allocation
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION allocations_pay_whole();
CREATE TRIGGER settlement_sheet_paid BEFORE UPDATE OF payable_fen, hospital_code, enterprise_code
    ON settlement_sheet FOR EACH ROW WHEN ((NEW.payable_fen, NEW.hospital_code, NEW.enterprise_code)
        IS DISTINCT FROM (OLD.payable_fen, OLD.hospital_code, OLD.enterprise_code))
    EXECUTE FUNCTION keep_paid_sheet();
CREATE TRIGGER settlement_sheet_paid_stays BEFORE DELETE ON settlement_sheet
    FOR EACH ROW EXECUTE FUNCTION keep_paid_sheet();
CREATE TRIGGER file_chunk_whole BEFORE INSERT ON file_chunk
    FOR EACH ROW EXECUTE FUNCTION keep_stored_file();
CREATE TRIGGER account_change_moves BEFORE UPDATE ON account_change
    FOR EACH ROW EXECUTE FUNCTION keep_account_change();
CREATE TRIGGER hospital_account_change_moves BEFORE UPDATE ON hospital_account_change
    FOR EACH ROW EXECUTE FUNCTION keep_account_change();
CREATE TRIGGER period_close_moves BEFORE UPDATE ON period_close
    FOR EACH ROW EXECUTE FUNCTION keep_decided({close_moves});
CREATE TRIGGER payment_batch_file BEFORE UPDATE ON payment_batch
    FOR EACH ROW EXECUTE FUNCTION keep_sent_batch();
CREATE TRIGGER line_excuse_moves BEFORE UPDATE ON line_excuse
    FOR EACH ROW EXECUTE FUNCTION keep_decided({excuse_moves});
CREATE TRIGGER measure_moves BEFORE UPDATE ON measure
    FOR EACH ROW EXECUTE FUNCTION keep_decided({measure_moves});
CREATE TRIGGER overdue_publication_stays BEFORE UPDATE OR DELETE ON overdue_publication
    FOR EACH ROW EXECUTE FUNCTION keep_publication();
CREATE TRIGGER publication_row_stays BEFORE INSERT OR UPDATE OR DELETE ON publication_row
    FOR EACH ROW EXECUTE FUNCTION keep_published_rows();
CREATE TRIGGER sheet_review_persons BEFORE INSERT ON sheet_review
    FOR EACH ROW EXECUTE FUNCTION reviewers_are_two();
"""

#: Files are kept as they came: compressing them would take longer than writing them. Sheets and
#: instructions change their state some times each: half a page is left free, so that the new
#: version lies beside the old one and no index is touched.
STORAGE = """
ALTER TABLE file_chunk ALTER COLUMN content SET STORAGE EXTERNAL;
ALTER TABLE settlement_sheet SET (fillfactor = 50);
ALTER TABLE payment_instruction SET (fillfactor = 50);
"""


#: States in which a payment can move no money any more.
_NOTHING = ", ".join(f"'{state}'" for state in CAME_TO_NOTHING)


def _filled(text: str) -> str:
    """Return a text with the conditions and life cycles of models/rules/states.py written in."""
    for mark, meaning in (
        ("{snapshot_changes}", _SNAPSHOT_CHANGES),
        ("{instruction_strays}", _INSTRUCTION_STRAYS),
        ("{nothing}", _NOTHING),
        ("{instruction_moves}", moves_of(INSTRUCTION)),
        ("{batch_moves}", moves_of(BATCH)),
        ("{account_moves}", moves_of(ACCOUNT)),
        ("{excuse_moves}", moves_of(EXCUSE)),
        ("{publication_moves}", moves_of(PUBLICATION)),
        ("{measure_moves}", moves_of(MEASURE)),
        ("{close_moves}", moves_of(CLOSE)),
    ):
        text = text.replace(mark, meaning)
    return text


def functions() -> str:
    """Return our functions with the life cycles of models/rules/states.py written into them."""
    own: tuple[str, ...] = (
        watching_marks.FUNCTIONS,
        line_facts.FUNCTIONS,
        reissue_guard.FUNCTIONS,
        reporting_guard.FUNCTIONS,
        request_guard.FUNCTIONS,
        risk_guard.FUNCTIONS,
        turnover_guard.FUNCTIONS,
        prepaid_guard.FUNCTIONS,
        problem_guard.FUNCTIONS,
        scheme_draft_guard.FUNCTIONS,
        window_guard.FUNCTIONS,
        paper_guard.FUNCTIONS,
        webhook_guard.FUNCTIONS,
    )
    own += (closing_guard.FUNCTIONS, retention_guard.FUNCTIONS, lost_file_guard.FUNCTIONS)
    own += (deduction_guard.FUNCTIONS,)
    return _filled(FUNCTIONS) + "".join(own)


def statements() -> str:
    """Return the whole of it as one SQL text, to be run after the tables were created."""
    parts = [
        area_views.VIEWS,
        functions(),
        INDEXES,
        watching_marks.INDEXES,
        request_guard.INDEXES,
        reporting_guard.INDEXES,
        turnover_guard.INDEXES,
        prepaid_guard.INDEXES,
        problem_guard.INDEXES,
        scheme_draft_guard.INDEXES,
        window_guard.INDEXES,
        paper_guard.INDEXES,
        webhook_guard.INDEXES,
        retention_guard.INDEXES,
        status_indexes.INDEXES,
        STORAGE,
    ]
    parts += [_refused(table, "add_only", "UPDATE OR DELETE") for table in ADD_ONLY]
    parts += [_refused(table, "never_deleted", "DELETE") for table in NEVER_DELETED]
    parts += [
        _refused(table, "as_said", f"UPDATE OF {', '.join(columns)}")
        for table, columns in KEPT_AS_SAID.items()
    ]
    for table, keys in KEPT_HISTORY.items():
        listed = ", ".join(f"'{key}'" for key in keys)
        parts.append(
            f"CREATE TRIGGER {table}_history AFTER UPDATE ON {table}"
            " REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows"
            f" FOR EACH STATEMENT EXECUTE FUNCTION keep_history({listed});"
        )
    parts += [_filled(TRIGGERS), watching_marks.triggers(), line_facts.TRIGGERS]
    parts += [reissue_guard.TRIGGERS, reporting_guard.TRIGGERS]
    parts += [
        request_guard.TRIGGERS,
        risk_guard.TRIGGERS,
        turnover_guard.TRIGGERS,
        prepaid_guard.TRIGGERS,
        problem_guard.TRIGGERS,
        scheme_draft_guard.TRIGGERS,
        window_guard.TRIGGERS,
        paper_guard.TRIGGERS,
        webhook_guard.TRIGGERS,
        closing_guard.TRIGGERS,
        retention_guard.TRIGGERS,
        lost_file_guard.TRIGGERS,
        deduction_guard.TRIGGERS,
    ]
    return "\n".join(parts)


def _refused(table: str, promise: str, change: str) -> str:
    return (
        f"CREATE TRIGGER {table}_{promise} BEFORE {change} ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();"
    )


def function_names() -> list[str]:
    """Return the names of our functions in the database."""
    return re.findall(r"CREATE FUNCTION (\w+)\(", functions())
