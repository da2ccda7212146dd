"""Every table, index and trigger of the first release.

Frozen: never edited. What changes since has a migration of its own and is in models/records too.
"""

from models.records.base import run_sql_text

UP = r"""
CREATE TABLE "app_user" (
    "name" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "full_name" TEXT NOT NULL,
    "role" TEXT COLLATE "C" NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "party_code" TEXT COLLATE "C",
    "email" TEXT,
    "password_hash" TEXT,
    "password_set_at" TIMESTAMPTZ,
    "password_by_other" BOOLEAN NOT NULL DEFAULT false,
    "keeper" BOOLEAN NOT NULL DEFAULT false,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "failed_count" INTEGER NOT NULL DEFAULT 0,
    "locked_until" TIMESTAMPTZ,
    "last_seen_at" TIMESTAMPTZ,
    "language" TEXT COLLATE "C" NOT NULL DEFAULT 'zh',
    "created_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT user_role_known CHECK (role IN ('maker', 'checker', 'approver', 'supervisor', 'auditor', 'administrator', 'hospital', 'enterprise')),
    CONSTRAINT user_is_no_key CHECK (left(name, 4) <> 'api:'),
    CONSTRAINT user_keeper_has_institution CHECK (NOT keeper OR party_code IS NOT NULL)
);

CREATE TABLE "saved_view" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "user_name" TEXT COLLATE "C" NOT NULL,
    "screen" TEXT COLLATE "C" NOT NULL,
    "place" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "query" TEXT NOT NULL,
    "role" TEXT COLLATE "C",
    "made_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT saved_view_role_known CHECK (role IN ('maker', 'checker', 'approver', 'supervisor', 'auditor', 'administrator', 'hospital', 'enterprise')),
    CONSTRAINT saved_view_no_more_than_places CHECK (place BETWEEN 1 AND 20),
    CONSTRAINT saved_view_has_a_name CHECK (char_length(name) BETWEEN 1 AND 30),
    CONSTRAINT saved_view_asks_something CHECK (char_length(query) BETWEEN 1 AND 1000),
    CONSTRAINT saved_view_of_a_list CHECK (screen ~ '^/[a-z0-9/_-]+/$')
);

CREATE INDEX "saved_view_role" ON "saved_view" ("role");

CREATE UNIQUE INDEX "saved_view_user_name_screen_name" ON "saved_view" ("user_name", "screen", "name");

CREATE UNIQUE INDEX "saved_view_user_name_screen_place" ON "saved_view" ("user_name", "screen", "place");

CREATE TABLE "audit_event" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "happened_at" TIMESTAMPTZ NOT NULL,
    "actor" TEXT COLLATE "C" NOT NULL,
    "action" TEXT COLLATE "C" NOT NULL,
    "subject" TEXT COLLATE "C" NOT NULL,
    "facts" JSONB NOT NULL,
    "prev_hash" TEXT COLLATE "C" NOT NULL,
    "hash" TEXT COLLATE "C" NOT NULL
);

CREATE INDEX "audit_event_action" ON "audit_event" ("action");

CREATE INDEX "audit_event_subject" ON "audit_event" ("subject");

CREATE UNIQUE INDEX "audit_event_prev_hash" ON "audit_event" ("prev_hash");

CREATE UNIQUE INDEX "audit_event_hash" ON "audit_event" ("hash");

CREATE TABLE "api_key" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "key_hash" TEXT COLLATE "C" NOT NULL,
    "hint" TEXT COLLATE "C" NOT NULL,
    "label" TEXT NOT NULL,
    "role" TEXT COLLATE "C" NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "party_code" TEXT COLLATE "C",
    "permissions" TEXT[] COLLATE "C" NOT NULL,
    "addresses" TEXT[] COLLATE "C" NOT NULL,
    "certificate_sha256" TEXT COLLATE "C",
    "sealed_signing_secret" TEXT,
    "expires_on" DATE NOT NULL,
    "made_by" TEXT COLLATE "C" NOT NULL,
    "made_at" TIMESTAMPTZ NOT NULL,
    "last_used_at" TIMESTAMPTZ,
    "last_used_from" TEXT COLLATE "C",
    "ended_at" TIMESTAMPTZ,
    "ended_by" TEXT COLLATE "C",
    CONSTRAINT api_key_role_known CHECK (role IN ('maker', 'hospital', 'enterprise', 'auditor')),
    CONSTRAINT api_key_seat_has_its_party CHECK ((role IN ('hospital', 'enterprise')) = (party_code IS NOT NULL)),
    CONSTRAINT api_key_may_something CHECK (cardinality(permissions) > 0),
    CONSTRAINT api_key_ended_by_somebody CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
    CONSTRAINT api_key_ends CHECK (expires_on <= (made_at AT TIME ZONE 'Asia/Shanghai')::date + 731)
);

CREATE UNIQUE INDEX "api_key_key_hash" ON "api_key" ("key_hash");

CREATE INDEX "api_key_party_code" ON "api_key" ("party_code");

CREATE TABLE "api_nonce" (
    "key_id" INTEGER NOT NULL,
    "nonce" TEXT COLLATE "C" NOT NULL,
    "seen_at" TIMESTAMPTZ NOT NULL,
    PRIMARY KEY ("key_id", "nonce")
);

CREATE INDEX "api_nonce_seen_at" ON "api_nonce" ("seen_at");

CREATE TABLE "api_request" (
    "owner" TEXT COLLATE "C" NOT NULL,
    "key" TEXT COLLATE "C" NOT NULL,
    "payload_sha256" TEXT COLLATE "C" NOT NULL,
    "answer" JSONB NOT NULL,
    "status" INTEGER NOT NULL,
    "made_at" TIMESTAMPTZ NOT NULL,
    PRIMARY KEY ("owner", "key")
);

CREATE INDEX "api_request_made_at" ON "api_request" ("made_at");

CREATE TABLE "user_session" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "number_hash" TEXT COLLATE "C" NOT NULL,
    "user_name" TEXT COLLATE "C" NOT NULL,
    "began_at" TIMESTAMPTZ NOT NULL,
    "seen_at" TIMESTAMPTZ NOT NULL,
    "confirmed_at" TIMESTAMPTZ NOT NULL,
    "second_factor" BOOLEAN NOT NULL,
    "address" TEXT COLLATE "C" NOT NULL,
    "agent" TEXT NOT NULL,
    "ended_at" TIMESTAMPTZ,
    "ended_as" TEXT COLLATE "C",
    CONSTRAINT user_session_end_known CHECK (ended_as IN ('signed_out', 'idle', 'aged', 'owner', 'password', 'keeper', 'replaced')),
    CONSTRAINT user_session_ends_somehow CHECK ((ended_at IS NULL) = (ended_as IS NULL))
);

CREATE UNIQUE INDEX "user_session_number_hash" ON "user_session" ("number_hash");

CREATE INDEX "user_session_user_name_began_at" ON "user_session" ("user_name", "began_at");

CREATE TABLE "sign_in_attempt" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "happened_at" TIMESTAMPTZ NOT NULL,
    "user_name" TEXT COLLATE "C",
    "address" TEXT COLLATE "C" NOT NULL,
    "agent" TEXT NOT NULL,
    "result" TEXT COLLATE "C" NOT NULL,
    CONSTRAINT sign_in_attempt_result_known CHECK (result IN ('entered', 'unknown_name', 'wrong_password', 'wrong_code', 'locked', 'asked_reset'))
);

CREATE INDEX "sign_in_attempt_address_happened_at" ON "sign_in_attempt" ("address", "happened_at");

CREATE INDEX "sign_in_attempt_user_name_happened_at" ON "sign_in_attempt" ("user_name", "happened_at");

CREATE TABLE "second_factor" (
    "user_name" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "sealed_secret" TEXT NOT NULL,
    "begun_at" TIMESTAMPTZ NOT NULL,
    "on_since" TIMESTAMPTZ,
    "last_step" BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE "recovery_code" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "user_name" TEXT COLLATE "C" NOT NULL,
    "code_hash" TEXT COLLATE "C" NOT NULL,
    "made_at" TIMESTAMPTZ NOT NULL,
    "used_at" TIMESTAMPTZ
);

CREATE UNIQUE INDEX "recovery_code_user_name_code_hash" ON "recovery_code" ("user_name", "code_hash");

CREATE TABLE "password_used" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "user_name" TEXT COLLATE "C" NOT NULL,
    "password_hash" TEXT NOT NULL,
    "set_at" TIMESTAMPTZ NOT NULL
);

CREATE INDEX "password_used_user_name" ON "password_used" ("user_name");

CREATE TABLE "password_link" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "user_name" TEXT COLLATE "C" NOT NULL,
    "purpose" TEXT COLLATE "C" NOT NULL,
    "nonce" TEXT COLLATE "C" NOT NULL,
    "made_at" TIMESTAMPTZ NOT NULL,
    "made_by" TEXT COLLATE "C" NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "used_at" TIMESTAMPTZ,
    "ended_at" TIMESTAMPTZ,
    CONSTRAINT password_link_purpose_known CHECK (purpose IN ('invitation', 'reset')),
    CONSTRAINT password_link_used_or_ended CHECK (used_at IS NULL OR ended_at IS NULL),
    CONSTRAINT password_link_has_a_life CHECK (expires_at > made_at)
);

CREATE INDEX "password_link_user_name" ON "password_link" ("user_name");

CREATE TABLE "job" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "name" TEXT COLLATE "C" NOT NULL,
    "queue" TEXT COLLATE "C" NOT NULL,
    "args" JSONB NOT NULL,
    "dedupe_key" TEXT COLLATE "C",
    "state" TEXT COLLATE "C" NOT NULL,
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "attempts_max" INTEGER NOT NULL,
    "leased_until" TIMESTAMPTZ,
    "next_try_at" TIMESTAMPTZ NOT NULL,
    "sent_at" TIMESTAMPTZ,
    "stage" TEXT,
    "done_count" BIGINT NOT NULL DEFAULT 0,
    "total_count" BIGINT,
    "result" JSONB,
    "error_code" TEXT COLLATE "C",
    "error_sentence" TEXT,
    "error_sentence_en" TEXT,
    "cancel_wanted" BOOLEAN NOT NULL DEFAULT false,
    "requested_by" TEXT COLLATE "C" NOT NULL,
    "requested_at" TIMESTAMPTZ NOT NULL,
    "started_at" TIMESTAMPTZ,
    "finished_at" TIMESTAMPTZ,
    "again_of" BIGINT,
    CONSTRAINT job_state_known CHECK (state IN ('waiting', 'sent', 'running', 'done', 'failed', 'cancelled')),
    CONSTRAINT running_job_has_a_lease CHECK (state <> 'running' OR leased_until IS NOT NULL),
    CONSTRAINT ended_job_has_its_time CHECK ((state IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL))
);

CREATE INDEX "job_state_next_try_at" ON "job" ("state", "next_try_at");

CREATE INDEX "job_requested_at" ON "job" ("requested_at");

CREATE TABLE "schedule_run" (
    "task" TEXT COLLATE "C" NOT NULL,
    "tick" TIMESTAMPTZ NOT NULL,
    "job_id" BIGINT,
    "ran_at" TIMESTAMPTZ NOT NULL,
    PRIMARY KEY ("task", "tick")
);

CREATE TABLE "heartbeat" (
    "process" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "kind" TEXT COLLATE "C" NOT NULL,
    "seen_at" TIMESTAMPTZ NOT NULL,
    "queues" TEXT
);

CREATE INDEX "heartbeat_kind" ON "heartbeat" ("kind");

CREATE TABLE "stored_file" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "kind" TEXT COLLATE "C" NOT NULL,
    "size_bytes" BIGINT NOT NULL,
    "sha256" TEXT COLLATE "C" NOT NULL,
    "stored_by" TEXT COLLATE "C" NOT NULL,
    "stored_at" TIMESTAMPTZ NOT NULL
);

CREATE INDEX "stored_file_sha256" ON "stored_file" ("sha256");

CREATE TABLE "file_chunk" (
    "file_id" BIGINT NOT NULL,
    "place" INTEGER NOT NULL,
    "content" BYTEA NOT NULL,
    PRIMARY KEY ("file_id", "place"),
    CONSTRAINT file_chunk_not_empty CHECK (length(content) > 0)
);

CREATE TABLE "import_run" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "kind" TEXT COLLATE "C" NOT NULL,
    "file_id" BIGINT NOT NULL,
    "job_id" BIGINT,
    "imported_by" TEXT COLLATE "C" NOT NULL,
    "all_or_nothing" BOOLEAN NOT NULL,
    "business_on" DATE NOT NULL,
    "imported_at" TIMESTAMPTZ NOT NULL,
    "rows_count" BIGINT NOT NULL,
    "accepted_count" BIGINT NOT NULL,
    "unchanged_count" BIGINT NOT NULL,
    "rejected_count" BIGINT NOT NULL,
    "by_code" JSONB NOT NULL,
    "warnings" JSONB NOT NULL,
    "error_file_id" BIGINT,
    CONSTRAINT import_loses_nothing CHECK (rows_count = accepted_count + unchanged_count + rejected_count)
);

CREATE INDEX "import_run_kind" ON "import_run" ("kind");

CREATE TABLE "area" (
    "area_code" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "parent_code" TEXT COLLATE "C",
    "level" TEXT COLLATE "C" NOT NULL,
    CONSTRAINT area_level_known CHECK (level IN ('province', 'city', 'county')),
    CONSTRAINT area_is_not_its_own_parent CHECK (parent_code IS DISTINCT FROM area_code)
);

CREATE INDEX "area_parent_code" ON "area" ("parent_code");

CREATE TABLE "agency" (
    "agency_code" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "account_no" TEXT COLLATE "C" NOT NULL,
    "account_name" TEXT NOT NULL,
    "bank_name" TEXT NOT NULL,
    "cnaps_code" TEXT COLLATE "C" NOT NULL,
    "email" TEXT NOT NULL,
    "mail_at" TEXT COLLATE "C",
    "mail_rest" BOOLEAN NOT NULL DEFAULT false
);

CREATE INDEX "agency_area_code" ON "agency" ("area_code");

CREATE TABLE "hospital" (
    "hospital_code" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "credit_code" TEXT COLLATE "C" NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "ownership" TEXT COLLATE "C" NOT NULL,
    "level" TEXT COLLATE "C" NOT NULL,
    "lead_hospital_code" TEXT COLLATE "C",
    "joined_on" DATE,
    "email" TEXT NOT NULL,
    "copy_emails" TEXT,
    "inpatient" BOOLEAN,
    "account_no" TEXT COLLATE "C",
    "account_name" TEXT,
    "bank_name" TEXT,
    "cnaps_code" TEXT COLLATE "C",
    "account_verified" BOOLEAN NOT NULL DEFAULT false,
    CONSTRAINT hospital_ownership_known CHECK (ownership IN ('public', 'private', 'military')),
    CONSTRAINT hospital_level_known CHECK (level IN ('3', '2', '1', '0'))
);

CREATE INDEX "hospital_area_code" ON "hospital" ("area_code");

CREATE TABLE "enterprise" (
    "credit_code" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "role" TEXT COLLATE "C" NOT NULL,
    "size" TEXT COLLATE "C" NOT NULL,
    "account_no" TEXT COLLATE "C" NOT NULL,
    "account_name" TEXT NOT NULL,
    "bank_name" TEXT NOT NULL,
    "cnaps_code" TEXT COLLATE "C" NOT NULL,
    "email" TEXT NOT NULL,
    "suspended_on" DATE,
    "suspended_set_at" TIMESTAMPTZ,
    "account_verified" BOOLEAN NOT NULL DEFAULT false,
    CONSTRAINT enterprise_role_known CHECK (role IN ('manufacturer', 'distributor', 'both')),
    CONSTRAINT enterprise_size_known CHECK (size IN ('micro', 'small', 'medium', 'large'))
);

CREATE TABLE "account_change" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "credit_code" TEXT COLLATE "C" NOT NULL,
    "before" JSONB,
    "after" JSONB NOT NULL,
    "source" TEXT COLLATE "C" NOT NULL,
    "note" TEXT,
    "evidence_file_id" BIGINT,
    "wanted_on" DATE,
    "reviews_needed" INTEGER NOT NULL,
    "cooling_days" INTEGER NOT NULL,
    "requested_by" TEXT COLLATE "C" NOT NULL,
    "requested_at" TIMESTAMPTZ NOT NULL,
    "state" TEXT COLLATE "C" NOT NULL,
    "checked_by" TEXT COLLATE "C",
    "checked_at" TIMESTAMPTZ,
    "decided_by" TEXT COLLATE "C",
    "decided_at" TIMESTAMPTZ,
    "effective_on" DATE,
    "in_force_at" TIMESTAMPTZ,
    "stopped_by" TEXT COLLATE "C",
    "stopped_at" TIMESTAMPTZ,
    "reason" TEXT,
    CONSTRAINT account_change_source_known CHECK (source IN ('import', 'page', 'seat')),
    CONSTRAINT account_change_state_known CHECK (state IN ('requested', 'checked', 'approved', 'in_force', 'rejected', 'withdrawn', 'stopped')),
    CONSTRAINT account_change_needs_a_second_person CHECK (state NOT IN ('approved', 'in_force') OR decided_by <> requested_by),
    CONSTRAINT account_change_checked_by_another CHECK (checked_by IS NULL OR (checked_by <> requested_by AND (state NOT IN ('approved', 'in_force') OR checked_by <> decided_by))),
    CONSTRAINT account_change_checked_where_needed CHECK (reviews_needed = 1 OR state NOT IN ('approved', 'in_force') OR checked_by IS NOT NULL),
    CONSTRAINT account_change_decided_whole CHECK ((decided_by IS NULL) = (decided_at IS NULL) AND (decided_by IS NULL) = (state IN ('requested', 'checked'))),
    CONSTRAINT account_change_has_its_day CHECK (state NOT IN ('approved', 'in_force') OR effective_on IS NOT NULL),
    CONSTRAINT account_change_reviews_known CHECK (reviews_needed IN (1, 2)),
    CONSTRAINT account_change_cools_forward CHECK (cooling_days >= 0)
);

CREATE INDEX "account_change_credit_code" ON "account_change" ("credit_code");

CREATE TABLE "hospital_account_change" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "before" JSONB,
    "after" JSONB NOT NULL,
    "source" TEXT COLLATE "C" NOT NULL,
    "note" TEXT,
    "evidence_file_id" BIGINT,
    "wanted_on" DATE,
    "reviews_needed" INTEGER NOT NULL,
    "cooling_days" INTEGER NOT NULL,
    "requested_by" TEXT COLLATE "C" NOT NULL,
    "requested_at" TIMESTAMPTZ NOT NULL,
    "state" TEXT COLLATE "C" NOT NULL,
    "checked_by" TEXT COLLATE "C",
    "checked_at" TIMESTAMPTZ,
    "decided_by" TEXT COLLATE "C",
    "decided_at" TIMESTAMPTZ,
    "effective_on" DATE,
    "in_force_at" TIMESTAMPTZ,
    "stopped_by" TEXT COLLATE "C",
    "stopped_at" TIMESTAMPTZ,
    "reason" TEXT,
    CONSTRAINT hospital_account_change_source_known CHECK (source IN ('import', 'page', 'seat')),
    CONSTRAINT hospital_account_change_state_known CHECK (state IN ('requested', 'checked', 'approved', 'in_force', 'rejected', 'withdrawn', 'stopped')),
    CONSTRAINT hospital_account_change_needs_a_second_person CHECK (state NOT IN ('approved', 'in_force') OR decided_by <> requested_by),
    CONSTRAINT hospital_account_change_checked_by_another CHECK (checked_by IS NULL OR (checked_by <> requested_by AND (state NOT IN ('approved', 'in_force') OR checked_by <> decided_by))),
    CONSTRAINT hospital_account_change_checked_where_needed CHECK (reviews_needed = 1 OR state NOT IN ('approved', 'in_force') OR checked_by IS NOT NULL),
    CONSTRAINT hospital_account_change_decided_whole CHECK ((decided_by IS NULL) = (decided_at IS NULL) AND (decided_by IS NULL) = (state IN ('requested', 'checked'))),
    CONSTRAINT hospital_account_change_has_its_day CHECK (state NOT IN ('approved', 'in_force') OR effective_on IS NOT NULL),
    CONSTRAINT hospital_account_change_reviews_known CHECK (reviews_needed IN (1, 2)),
    CONSTRAINT hospital_account_change_cools_forward CHECK (cooling_days >= 0)
);

CREATE INDEX "hospital_account_change_hospital_code" ON "hospital_account_change" ("hospital_code");

CREATE TABLE "master_history" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "table_name" TEXT COLLATE "C" NOT NULL,
    "key" TEXT COLLATE "C" NOT NULL,
    "changed_at" TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    "changed_by" TEXT COLLATE "C",
    "before" JSONB NOT NULL,
    "after" JSONB NOT NULL
);

CREATE INDEX "master_history_table_name_key" ON "master_history" ("table_name", "key");

CREATE TABLE "bank_branch" (
    "cnaps_code" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "bank_name" TEXT NOT NULL,
    "valid_from" DATE,
    "valid_to" DATE,
    CONSTRAINT bank_branch_ends_after_it_begins CHECK (valid_to >= valid_from)
);

CREATE TABLE "product" (
    "nhsa_code" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "kind" TEXT COLLATE "C" NOT NULL,
    "specification" TEXT NOT NULL,
    "unit" TEXT NOT NULL,
    "manufacturer_code" TEXT COLLATE "C" NOT NULL,
    "listed_price_yuan" NUMERIC(18, 4) NOT NULL,
    "negotiated" BOOLEAN NOT NULL,
    CONSTRAINT product_kind_known CHECK (kind IN ('drug', 'consumable', 'cloud_film'))
);

CREATE TABLE "vbp_round" (
    "round_code" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "level" TEXT COLLATE "C" NOT NULL,
    "term_start" DATE NOT NULL,
    "term_end" DATE NOT NULL,
    "non_selected_limit_bp" INTEGER,
    CONSTRAINT vbp_round_level_known CHECK (level IN ('national', 'alliance', 'province', 'city'))
);

CREATE TABLE "award" (
    "round_code" TEXT COLLATE "C" NOT NULL,
    "nhsa_code" TEXT COLLATE "C" NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "price_yuan" NUMERIC(18, 4) NOT NULL,
    "term_start" DATE,
    "term_end" DATE,
    PRIMARY KEY ("round_code", "nhsa_code", "area_code")
);

CREATE TABLE "contract" (
    "contract_no" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "nhsa_code" TEXT COLLATE "C" NOT NULL,
    "enterprise_code" TEXT COLLATE "C" NOT NULL,
    "round_code" TEXT COLLATE "C",
    "price_yuan" NUMERIC(18, 4) NOT NULL,
    "committed_quantity" NUMERIC(18, 4) NOT NULL,
    "term_start" DATE NOT NULL,
    "term_end" DATE NOT NULL,
    "signed_on" DATE NOT NULL,
    "payment_days" INTEGER,
    "late_rate_bp" INTEGER,
    "enterprise_size" TEXT COLLATE "C",
    "acceptance_days" INTEGER,
    "declared_on" DATE,
    CONSTRAINT contract_enterprise_size_known CHECK (enterprise_size IN ('micro', 'small', 'medium', 'large')),
    CONSTRAINT contract_payment_days_at_most_60 CHECK (payment_days BETWEEN 1 AND 60),
    CONSTRAINT contract_acceptance_days_at_most_60 CHECK (acceptance_days BETWEEN 0 AND 60)
);

CREATE INDEX "contract_hospital_code_nhsa_code_enterprise_code" ON "contract" ("hospital_code", "nhsa_code", "enterprise_code");

CREATE TABLE "purchase_order" (
    "order_no" TEXT COLLATE "C" NOT NULL,
    "nhsa_code" TEXT COLLATE "C" NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "enterprise_code" TEXT COLLATE "C" NOT NULL,
    "ordered_on" DATE NOT NULL,
    "quantity" NUMERIC(18, 4) NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "responded_on" DATE,
    PRIMARY KEY ("order_no", "nhsa_code")
);

CREATE TABLE "delivery_note" (
    "delivery_no" TEXT COLLATE "C" NOT NULL,
    "order_no" TEXT COLLATE "C" NOT NULL,
    "nhsa_code" TEXT COLLATE "C" NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "enterprise_code" TEXT COLLATE "C" NOT NULL,
    "delivered_on" DATE NOT NULL,
    "quantity" NUMERIC(18, 4) NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    PRIMARY KEY ("delivery_no", "order_no", "nhsa_code"),
    CONSTRAINT delivery_note_above_zero CHECK (quantity > 0 AND amount_fen > 0)
);

CREATE INDEX "delivery_note_order_no_nhsa_code" ON "delivery_note" ("order_no", "nhsa_code");

CREATE TABLE "calendar_day" (
    "day" DATE NOT NULL PRIMARY KEY,
    "kind" TEXT COLLATE "C" NOT NULL,
    CONSTRAINT calendar_day_kind_known CHECK (kind IN ('working', 'weekend', 'holiday', 'makeup'))
);

CREATE TABLE "scheme" (
    "scheme_code" TEXT COLLATE "C" NOT NULL,
    "valid_from" DATE NOT NULL,
    "valid_to" DATE,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "funding" TEXT COLLATE "C" NOT NULL,
    "scope" TEXT[] COLLATE "C" NOT NULL,
    "deduct_month" TEXT COLLATE "C" NOT NULL,
    "confirm_days" INTEGER NOT NULL,
    "confirm_unit" TEXT COLLATE "C" NOT NULL,
    "silence" TEXT COLLATE "C" NOT NULL,
    "payment_per" TEXT COLLATE "C" NOT NULL,
    "trace_codes" TEXT COLLATE "C" NOT NULL,
    "holiday_shift" TEXT COLLATE "C" NOT NULL,
    "due_start" TEXT COLLATE "C" NOT NULL,
    "due_days" INTEGER,
    "due_month_end" BOOLEAN NOT NULL,
    "windows" BOOLEAN NOT NULL DEFAULT false,
    "lead_settles" BOOLEAN NOT NULL DEFAULT false,
    "account_reviews" INTEGER NOT NULL DEFAULT 1,
    "account_cooling_days" INTEGER NOT NULL DEFAULT 0,
    "account_name_binds" BOOLEAN NOT NULL DEFAULT false,
    "upcoming_days" INTEGER,
    "legal_basis" TEXT,
    "preset" TEXT COLLATE "C",
    "drugs_from" DATE,
    "consumables_from" DATE,
    "not_above_selected" BOOLEAN NOT NULL DEFAULT false,
    "ownerships" TEXT[] COLLATE "C",
    "min_level" INTEGER,
    "mandates" BOOLEAN NOT NULL DEFAULT false,
    "invoice_tolerance_fen" BIGINT NOT NULL DEFAULT 0,
    "target_on" DATE,
    "target_share_bp" INTEGER,
    "initiator" TEXT COLLATE "C" NOT NULL DEFAULT 'system',
    "apply_day" INTEGER,
    "revocable_days" INTEGER,
    "dispute_days" INTEGER,
    "shortfall" TEXT COLLATE "C" NOT NULL DEFAULT 'carry',
    "shortfall_days" INTEGER,
    "suspend_after_days" INTEGER,
    "turnover_months" INTEGER,
    "turnover_drug_bp" INTEGER,
    "turnover_consumable_bp" INTEGER,
    "turnover_recovery" TEXT COLLATE "C",
    "top_up_days" INTEGER,
    "top_up_remind_days" INTEGER,
    "round_prepay_bp" INTEGER,
    "pass_on_days" INTEGER,
    "pass_down_days" INTEGER,
    "cycle_days" INTEGER,
    "third_review_fen" BIGINT,
    PRIMARY KEY ("scheme_code", "valid_from"),
    CONSTRAINT scheme_funding_known CHECK (funding IN ('offset', 'prepaid_subledger', 'turnover', 'bank_debit')),
    CONSTRAINT scheme_deduct_month_known CHECK (deduct_month IN ('current', 'next')),
    CONSTRAINT scheme_confirm_unit_known CHECK (confirm_unit IN ('working_day', 'calendar_day', 'day_of_month')),
    CONSTRAINT scheme_silence_known CHECK (silence IN ('escalate', 'roll', 'auto_confirm')),
    CONSTRAINT scheme_payment_per_known CHECK (payment_per IN ('enterprise', 'sheet')),
    CONSTRAINT scheme_trace_codes_known CHECK (trace_codes IN ('ignore', 'warn', 'require')),
    CONSTRAINT scheme_holiday_shift_known CHECK (holiday_shift IN ('next_working_day', 'after_holiday_plus_2', 'previous_working_day')),
    CONSTRAINT scheme_due_start_known CHECK (due_start IN ('delivery', 'acceptance', 'joint_confirmation')),
    CONSTRAINT scheme_account_reviews_known CHECK (account_reviews IN (1, 2)),
    CONSTRAINT scheme_account_cools_forward CHECK (account_cooling_days BETWEEN 0 AND 365),
    CONSTRAINT scheme_initiator_known CHECK (initiator IN ('enterprise', 'hospital', 'system')),
    CONSTRAINT scheme_shortfall_known CHECK (shortfall IN ('carry', 'collect', 'top_up', 'suspend')),
    CONSTRAINT scheme_turnover_recovery_known CHECK (turnover_recovery IN ('repay', 'offset')),
    CONSTRAINT scheme_level_known CHECK (min_level BETWEEN 1 AND 3),
    CONSTRAINT scheme_tolerance_not_negative CHECK (invoice_tolerance_fen >= 0),
    CONSTRAINT scheme_third_review_not_negative CHECK (third_review_fen >= 0),
    CONSTRAINT scheme_shares_within_whole CHECK (target_share_bp BETWEEN 0 AND 10000 AND round_prepay_bp BETWEEN 0 AND 10000),
    CONSTRAINT scheme_ownerships_known CHECK (ownerships <@ ARRAY['public', 'private', 'military']),
    CONSTRAINT scheme_scope_known CHECK (scope <@ ARRAY['national_vbp', 'alliance_vbp', 'province_vbp', 'city_vbp', 'negotiated', 'cloud_film', 'listed'])
);

CREATE INDEX "scheme_area_code" ON "scheme" ("area_code");

CREATE TABLE "ladder_step" (
    "scheme_code" TEXT COLLATE "C" NOT NULL,
    "valid_from" DATE NOT NULL,
    "step" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "after_days" INTEGER NOT NULL,
    "action" TEXT COLLATE "C" NOT NULL,
    "repeat_days" INTEGER,
    "copy_to" TEXT,
    PRIMARY KEY ("scheme_code", "valid_from", "step"),
    CONSTRAINT ladder_step_action_known CHECK (action IN ('remind', 'urge', 'bulletin', 'interview', 'suspend'))
);

CREATE TABLE "lpr_rate" (
    "valid_from" DATE NOT NULL PRIMARY KEY,
    "one_year_bp" INTEGER NOT NULL
);

CREATE TABLE "retention_tier" (
    "scheme_code" TEXT COLLATE "C" NOT NULL,
    "valid_from" DATE NOT NULL,
    "min_score" NUMERIC(18, 4) NOT NULL,
    "ratio_bp" INTEGER NOT NULL,
    PRIMARY KEY ("scheme_code", "valid_from", "min_score"),
    CONSTRAINT retention_at_most_half CHECK (ratio_bp BETWEEN 0 AND 5000)
);

CREATE TABLE "retention_rule" (
    "scheme_code" TEXT COLLATE "C" NOT NULL,
    "valid_from" DATE NOT NULL,
    "inpatient_required" BOOLEAN NOT NULL,
    "reporting_required" BOOLEAN NOT NULL,
    "signing_required" BOOLEAN NOT NULL,
    "publicity_days" INTEGER NOT NULL,
    "employee_share_bp" INTEGER,
    PRIMARY KEY ("scheme_code", "valid_from"),
    CONSTRAINT retention_rule_is_public_some_days CHECK (publicity_days BETWEEN 1 AND 60),
    CONSTRAINT retention_rule_share_range CHECK (employee_share_bp IS NULL OR employee_share_bp BETWEEN 0 AND 10000)
);

CREATE TABLE "assessment_item" (
    "scheme_code" TEXT COLLATE "C" NOT NULL,
    "valid_from" DATE NOT NULL,
    "item_code" TEXT COLLATE "C" NOT NULL,
    "name" TEXT NOT NULL,
    "points" NUMERIC(18, 4) NOT NULL,
    "how" TEXT,
    "indicator" TEXT COLLATE "C",
    PRIMARY KEY ("scheme_code", "valid_from", "item_code"),
    CONSTRAINT assessment_item_points_range CHECK (points > 0 AND points <= 100)
);

CREATE TABLE "scheme_draft" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "scheme_code" TEXT COLLATE "C" NOT NULL,
    "valid_from" DATE NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "cells" JSONB NOT NULL,
    "base_code" TEXT COLLATE "C",
    "base_from" DATE,
    "base_cells" JSONB,
    "reason" TEXT NOT NULL,
    "state" TEXT COLLATE "C" NOT NULL,
    "makers" TEXT[] COLLATE "C" NOT NULL,
    "revision" INTEGER NOT NULL,
    "made_at" TIMESTAMPTZ NOT NULL,
    "changed_at" TIMESTAMPTZ NOT NULL,
    "submitted_by" TEXT COLLATE "C",
    "submitted_at" TIMESTAMPTZ,
    "decided_by" TEXT COLLATE "C",
    "decided_at" TIMESTAMPTZ,
    "answer" TEXT,
    CONSTRAINT scheme_draft_state_known CHECK (state IN ('draft', 'submitted', 'in_force', 'withdrawn')),
    CONSTRAINT scheme_draft_two_persons CHECK (state <> 'in_force' OR decided_by <> ALL (makers) AND submitted_by <> decided_by),
    CONSTRAINT scheme_draft_decided_whole CHECK ((state IN ('in_force', 'withdrawn')) = (decided_by IS NOT NULL) AND (decided_by IS NULL) = (decided_at IS NULL)),
    CONSTRAINT scheme_draft_submitted_whole CHECK ((submitted_by IS NULL) = (submitted_at IS NULL) AND (state NOT IN ('submitted', 'in_force') OR submitted_by IS NOT NULL)),
    CONSTRAINT scheme_draft_base_whole CHECK ((base_code IS NULL) = (base_cells IS NULL))
);

CREATE INDEX "scheme_draft_area_code" ON "scheme_draft" ("area_code");

CREATE TABLE "scheme_product" (
    "scheme_code" TEXT COLLATE "C" NOT NULL,
    "valid_from" DATE NOT NULL,
    "nhsa_code" TEXT COLLATE "C" NOT NULL,
    "valid_to" DATE,
    "rule" TEXT COLLATE "C" NOT NULL,
    "note" TEXT,
    PRIMARY KEY ("scheme_code", "valid_from", "nhsa_code"),
    CONSTRAINT scheme_product_rule_known CHECK (rule IN ('in', 'out')),
    CONSTRAINT scheme_product_ends_after_it_began CHECK (valid_to >= valid_from)
);

CREATE TABLE "scheme_round" (
    "scheme_code" TEXT COLLATE "C" NOT NULL,
    "valid_from" DATE NOT NULL,
    "round_code" TEXT COLLATE "C" NOT NULL,
    "valid_to" DATE,
    "rule" TEXT COLLATE "C" NOT NULL,
    "note" TEXT,
    PRIMARY KEY ("scheme_code", "valid_from", "round_code"),
    CONSTRAINT scheme_round_rule_known CHECK (rule IN ('in', 'out')),
    CONSTRAINT scheme_round_ends_after_it_began CHECK (valid_to >= valid_from)
);

CREATE TABLE "mandate" (
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "valid_from" DATE NOT NULL,
    "valid_to" DATE,
    "document_no" TEXT NOT NULL,
    "signed_on" DATE,
    "file_id" BIGINT,
    "registered_by" TEXT COLLATE "C",
    "registered_at" TIMESTAMPTZ,
    "ended_by" TEXT COLLATE "C",
    "ended_at" TIMESTAMPTZ,
    "end_reason" TEXT,
    PRIMARY KEY ("hospital_code", "valid_from"),
    CONSTRAINT mandate_ends_after_it_began CHECK (valid_to >= valid_from),
    CONSTRAINT mandate_ended_with_a_reason CHECK ((ended_by IS NULL) = (end_reason IS NULL) AND (ended_by IS NULL OR valid_to IS NOT NULL))
);

CREATE TABLE "led_member" (
    "period" TEXT COLLATE "C" NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "lead_hospital_code" TEXT COLLATE "C" NOT NULL,
    "noted_at" TIMESTAMPTZ NOT NULL,
    PRIMARY KEY ("period", "hospital_code", "lead_hospital_code"),
    CONSTRAINT led_member_is_not_its_lead CHECK (hospital_code <> lead_hospital_code)
);

CREATE INDEX "led_member_lead_hospital_code" ON "led_member" ("lead_hospital_code");

CREATE TABLE "coverage_run" (
    "period" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "figured_at" TIMESTAMPTZ NOT NULL,
    "lines" BIGINT NOT NULL,
    "amount_fen" BIGINT NOT NULL
);

CREATE TABLE "coverage_figure" (
    "period" TEXT COLLATE "C" NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "category" TEXT COLLATE "C" NOT NULL,
    "lane" TEXT COLLATE "C" NOT NULL,
    "outside" TEXT COLLATE "C" NOT NULL,
    "lines" BIGINT NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    PRIMARY KEY ("period", "hospital_code", "category", "lane", "outside"),
    CONSTRAINT coverage_figure_category_known CHECK (category IN ('national_vbp', 'alliance_vbp', 'province_vbp', 'city_vbp', 'negotiated', 'cloud_film', 'listed')),
    CONSTRAINT coverage_figure_lane_known CHECK (lane IN ('direct', 'self')),
    CONSTRAINT coverage_figure_outside_has_a_reason CHECK ((lane = 'direct') = (outside = '') AND outside IN ('', 'offline', 'no_scheme', 'not_joined', 'joined_later', 'ownership', 'level', 'drugs_later', 'consumables_later', 'product_out', 'round_out', 'above_selected', 'category'))
);

CREATE TABLE "purchase_line" (
    "line_no" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "line_kind" TEXT COLLATE "C" NOT NULL,
    "original_line_no" TEXT COLLATE "C",
    "order_no" TEXT COLLATE "C" NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "enterprise_code" TEXT COLLATE "C" NOT NULL,
    "nhsa_code" TEXT COLLATE "C" NOT NULL,
    "quantity" NUMERIC(18, 4) NOT NULL,
    "unit_price_yuan" NUMERIC(18, 4) NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "delivered_on" DATE NOT NULL,
    "accepted_on" DATE NOT NULL,
    "platform" TEXT COLLATE "C" NOT NULL,
    "hospital_confirmed_on" DATE,
    "enterprise_confirmed_on" DATE,
    "trace_codes" TEXT COLLATE "C",
    "import_id" INTEGER,
    CONSTRAINT purchase_line_kind_known CHECK (line_kind IN ('receipt', 'goods_return', 'price_adjustment')),
    CONSTRAINT purchase_line_platform_known CHECK (platform IN ('online', 'offline')),
    CONSTRAINT purchase_line_sign_follows_kind CHECK (CASE line_kind WHEN 'receipt' THEN quantity > 0 AND amount_fen > 0 WHEN 'goods_return' THEN quantity < 0 AND amount_fen < 0 ELSE quantity = 0 AND unit_price_yuan = 0 AND amount_fen <> 0 END),
    CONSTRAINT purchase_line_amount_is_price_times_quantity CHECK (line_kind = 'price_adjustment' OR amount_fen = round(quantity * unit_price_yuan * 100))
);

CREATE TABLE "trace_code" (
    "code" TEXT COLLATE "C" NOT NULL,
    "line_no" TEXT COLLATE "C" NOT NULL,
    "place" INTEGER NOT NULL,
    PRIMARY KEY ("code", "line_no", "place")
);

CREATE TABLE "confirmation" (
    "line_no" TEXT COLLATE "C" NOT NULL,
    "party" TEXT COLLATE "C" NOT NULL,
    "decided_at" TIMESTAMPTZ NOT NULL,
    "decision" TEXT COLLATE "C" NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "reason" TEXT,
    "import_id" INTEGER,
    PRIMARY KEY ("line_no", "party", "decided_at"),
    CONSTRAINT confirmation_party_known CHECK (party IN ('hospital', 'enterprise')),
    CONSTRAINT confirmation_decision_known CHECK (decision IN ('confirm', 'dispute', 'withdraw'))
);

CREATE TABLE "line_void" (
    "line_no" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "reason" TEXT NOT NULL,
    "import_id" INTEGER
);

CREATE TABLE "invoice_line" (
    "invoice_code" TEXT COLLATE "C" NOT NULL DEFAULT '',
    "invoice_no" TEXT COLLATE "C" NOT NULL,
    "line_no" TEXT COLLATE "C" NOT NULL,
    "kind" TEXT COLLATE "C" NOT NULL,
    "issued_on" DATE NOT NULL,
    "enterprise_code" TEXT COLLATE "C" NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "import_id" INTEGER,
    PRIMARY KEY ("invoice_no", "invoice_code", "line_no"),
    CONSTRAINT invoice_line_kind_known CHECK (kind IN ('blue', 'red')),
    CONSTRAINT invoice_line_sign_follows_kind CHECK (CASE kind WHEN 'blue' THEN amount_fen > 0 ELSE amount_fen < 0 END)
);

CREATE INDEX "invoice_line_line_no" ON "invoice_line" ("line_no");

CREATE TABLE "line_fact" (
    "line_no" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "invoiced_fen" BIGINT,
    "invoiced_on" DATE,
    "hospital_word" BIGINT,
    "enterprise_word" BIGINT
);

CREATE TABLE "hospital_payment" (
    "payment_no" TEXT COLLATE "C" NOT NULL,
    "line_no" TEXT COLLATE "C" NOT NULL,
    "paid_on" DATE NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "import_id" INTEGER,
    PRIMARY KEY ("payment_no", "line_no"),
    CONSTRAINT hospital_payment_above_zero CHECK (amount_fen > 0)
);

CREATE INDEX "hospital_payment_line_no" ON "hospital_payment" ("line_no");

CREATE TABLE "confirm_window" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "line_no" TEXT COLLATE "C" NOT NULL,
    "party" TEXT COLLATE "C" NOT NULL,
    "round_no" INTEGER NOT NULL,
    "kind" TEXT COLLATE "C" NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "enterprise_code" TEXT COLLATE "C" NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "period" TEXT COLLATE "C" NOT NULL,
    "scheme_code" TEXT COLLATE "C" NOT NULL,
    "scheme_valid_from" DATE NOT NULL,
    "days" INTEGER,
    "unit" TEXT COLLATE "C" NOT NULL,
    "holiday_shift" TEXT COLLATE "C" NOT NULL,
    "silence" TEXT COLLATE "C" NOT NULL,
    "revocable_days" INTEGER,
    "opened_on" DATE NOT NULL,
    "due_on" DATE,
    "state" TEXT COLLATE "C" NOT NULL,
    "closed_on" DATE,
    "answered_on" DATE,
    "next_on" DATE,
    "automatic_at" TIMESTAMPTZ,
    "revocable_until" DATE,
    "revoked_by" TEXT COLLATE "C",
    "opened_mail_id" BIGINT,
    "soon_mail_id" BIGINT,
    "silent_mail_id" BIGINT,
    "agency_mail_id" BIGINT,
    CONSTRAINT confirm_window_party_known CHECK (party IN ('hospital', 'enterprise')),
    CONSTRAINT confirm_window_kind_known CHECK (kind IN ('apply', 'answer')),
    CONSTRAINT confirm_window_unit_known CHECK (unit IN ('working_day', 'calendar_day', 'day_of_month')),
    CONSTRAINT confirm_window_shift_known CHECK (holiday_shift IN ('next_working_day', 'after_holiday_plus_2', 'previous_working_day')),
    CONSTRAINT confirm_window_silence_known CHECK (silence IN ('escalate', 'roll', 'auto_confirm')),
    CONSTRAINT confirm_window_state_known CHECK (state IN ('open', 'escalated', 'answered', 'rolled', 'auto_confirmed', 'revoked', 'overruled', 'suspended', 'dropped')),
    CONSTRAINT confirm_window_runs_forward CHECK (due_on >= opened_on),
    CONSTRAINT confirm_window_answer_has_its_day CHECK (kind = 'apply' OR (due_on, days) IS NOT NULL),
    CONSTRAINT confirm_window_closed_has_a_day CHECK ((closed_on IS NULL) = (state IN ('open', 'escalated'))),
    CONSTRAINT confirm_window_automatic_only_by_its_terms CHECK (automatic_at IS NULL OR (silence = 'auto_confirm' AND kind = 'answer' AND automatic_at >= (due_on + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')),
    CONSTRAINT confirm_window_automatic_has_its_instant CHECK ((automatic_at IS NOT NULL) = (state IN ('auto_confirmed', 'revoked', 'overruled')))
);

CREATE UNIQUE INDEX "confirm_window_line_no_party_round_no" ON "confirm_window" ("line_no", "party", "round_no");

CREATE INDEX "confirm_window_hospital_code_state" ON "confirm_window" ("hospital_code", "state");

CREATE INDEX "confirm_window_enterprise_code_state" ON "confirm_window" ("enterprise_code", "state");

CREATE TABLE "line_dispute" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "line_no" TEXT COLLATE "C" NOT NULL,
    "party" TEXT COLLATE "C" NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "enterprise_code" TEXT COLLATE "C" NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "claimed_fen" BIGINT NOT NULL,
    "reason" TEXT,
    "said_at" TIMESTAMPTZ NOT NULL,
    "opened_on" DATE NOT NULL,
    "due_on" DATE,
    "state" TEXT COLLATE "C" NOT NULL,
    "advice" TEXT COLLATE "C",
    "advice_words" TEXT,
    "advised_by" TEXT COLLATE "C",
    "advised_on" DATE,
    "closed_on" DATE,
    "ended" TEXT COLLATE "C",
    CONSTRAINT line_dispute_party_known CHECK (party IN ('hospital', 'enterprise')),
    CONSTRAINT line_dispute_state_known CHECK (state IN ('open', 'advised', 'closed')),
    CONSTRAINT line_dispute_advice_known CHECK (advice IN ('confirm', 'void', 'goods_return', 'adjust')),
    CONSTRAINT line_dispute_end_known CHECK (ended IN ('agreed', 'withdrawn', 'voided')),
    CONSTRAINT line_dispute_closed_whole CHECK ((closed_on IS NULL) = (state <> 'closed') AND (closed_on IS NULL) = (ended IS NULL)),
    CONSTRAINT line_dispute_advised_whole CHECK ((advice IS NULL) = (advised_by IS NULL) AND (advice IS NULL) = (advised_on IS NULL) AND (state <> 'advised' OR advice IS NOT NULL))
);

CREATE INDEX "line_dispute_line_no" ON "line_dispute" ("line_no");

CREATE INDEX "line_dispute_state_due_on" ON "line_dispute" ("state", "due_on");

CREATE TABLE "dispute_word" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "dispute_id" BIGINT NOT NULL,
    "side" TEXT COLLATE "C" NOT NULL,
    "words" TEXT NOT NULL,
    "advice" TEXT COLLATE "C",
    "file_id" BIGINT,
    "said_by" TEXT COLLATE "C" NOT NULL,
    "said_on" DATE NOT NULL,
    "said_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT dispute_word_side_known CHECK (side IN ('hospital', 'enterprise', 'agency')),
    CONSTRAINT dispute_word_advice_known CHECK (advice IN ('confirm', 'void', 'goods_return', 'adjust')),
    CONSTRAINT dispute_word_says_something CHECK (btrim(words) <> '')
);

CREATE INDEX "dispute_word_dispute_id" ON "dispute_word" ("dispute_id");

CREATE TABLE "monthly_fund" (
    "period" TEXT COLLATE "C" NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "audited_fen" BIGINT NOT NULL,
    "advanced_fen" BIGINT NOT NULL,
    "clawback_fen" BIGINT NOT NULL,
    "deposit_fen" BIGINT NOT NULL,
    PRIMARY KEY ("period", "hospital_code")
);

CREATE TABLE "prepayment_voucher" (
    "voucher_no" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "kind" TEXT COLLATE "C" NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "booked_on" DATE NOT NULL,
    "import_id" INTEGER,
    CONSTRAINT prepayment_voucher_kind_known CHECK (kind IN ('prepayment', 'top_up', 'interest', 'refund', 'round_prepayment')),
    CONSTRAINT prepayment_voucher_above_zero CHECK (amount_fen > 0)
);

CREATE INDEX "prepayment_voucher_hospital_code" ON "prepayment_voucher" ("hospital_code");

CREATE TABLE "hospital_offset" (
    "period" TEXT COLLATE "C" NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "fund_period" TEXT COLLATE "C" NOT NULL,
    "audited_fen" BIGINT,
    "advanced_fen" BIGINT,
    "clawback_fen" BIGINT,
    "deposit_fen" BIGINT,
    "available_fen" BIGINT NOT NULL,
    "goods_fen" BIGINT NOT NULL,
    "carried_in_fen" BIGINT NOT NULL,
    "collected_fen" BIGINT NOT NULL DEFAULT 0,
    "deferred_fen" BIGINT NOT NULL DEFAULT 0,
    "offset_fen" BIGINT NOT NULL,
    "carried_out_fen" BIGINT NOT NULL,
    "recovered_fen" BIGINT NOT NULL DEFAULT 0,
    "turnover_no" TEXT COLLATE "C",
    "shortfall" TEXT COLLATE "C" NOT NULL DEFAULT 'carry',
    "offset_at" TIMESTAMPTZ NOT NULL,
    "offset_by" TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY ("period", "hospital_code"),
    CONSTRAINT hospital_offset_shortfall_known CHECK (shortfall IN ('carry', 'collect', 'top_up', 'suspend')),
    CONSTRAINT hospital_offset_adds_up CHECK (goods_fen + carried_in_fen = collected_fen + offset_fen + carried_out_fen),
    CONSTRAINT hospital_offset_within_fund CHECK (offset_fen = greatest(0, least(available_fen, goods_fen + carried_in_fen - collected_fen - deferred_fen)) AND available_fen >= 0 AND deferred_fen >= 0),
    CONSTRAINT hospital_offset_explained CHECK (audited_fen IS NULL OR available_fen = greatest(0, audited_fen - advanced_fen - clawback_fen - deposit_fen)),
    CONSTRAINT hospital_offset_recovers_the_rest CHECK (recovered_fen BETWEEN 0 AND available_fen - offset_fen AND (recovered_fen = 0) = (turnover_no IS NULL))
);

CREATE INDEX "hospital_offset_area_code" ON "hospital_offset" ("area_code");

CREATE INDEX "hospital_offset_turnover_no" ON "hospital_offset" ("turnover_no");

CREATE TABLE "offset_sheet" (
    "period" TEXT COLLATE "C" NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "sheet_id" INTEGER NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    PRIMARY KEY ("period", "sheet_id"),
    CONSTRAINT offset_sheet_counts CHECK (amount_fen <> 0)
);

CREATE INDEX "offset_sheet_sheet_id" ON "offset_sheet" ("sheet_id");

CREATE INDEX "offset_sheet_hospital_code_period" ON "offset_sheet" ("hospital_code", "period");

CREATE TABLE "fund_reserve" (
    "area_code" TEXT COLLATE "C" NOT NULL,
    "year" INTEGER NOT NULL,
    "pool" TEXT COLLATE "C" NOT NULL,
    "reserve_months" NUMERIC(18, 4) NOT NULL,
    "last_year_balance_fen" BIGINT NOT NULL,
    "forecast_balance_fen" BIGINT NOT NULL,
    "required_months" NUMERIC(18, 4),
    PRIMARY KEY ("area_code", "year", "pool"),
    CONSTRAINT fund_reserve_pool_known CHECK (pool IN ('employee', 'resident'))
);

CREATE TABLE "turnover_grant" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "turnover_no" TEXT COLLATE "C" NOT NULL,
    "year" INTEGER NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "scheme_code" TEXT COLLATE "C" NOT NULL,
    "scheme_from" DATE NOT NULL,
    "base_from" TEXT COLLATE "C" NOT NULL,
    "base_to" TEXT COLLATE "C" NOT NULL,
    "base_months" INTEGER NOT NULL,
    "base_fen" BIGINT NOT NULL,
    "drug_bp" INTEGER NOT NULL,
    "consumable_bp" INTEGER NOT NULL,
    "drug_fen" BIGINT NOT NULL,
    "consumable_fen" BIGINT NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "facts" JSONB NOT NULL,
    "note" TEXT,
    "state" TEXT COLLATE "C" NOT NULL,
    "applied_by" TEXT COLLATE "C" NOT NULL,
    "applied_at" TIMESTAMPTZ NOT NULL,
    "applied_on" DATE NOT NULL,
    "decided_by" TEXT COLLATE "C",
    "decided_at" TIMESTAMPTZ,
    "decided_on" DATE,
    "answer" TEXT,
    "voucher_no" TEXT COLLATE "C",
    "paid_by" TEXT COLLATE "C",
    "paid_at" TIMESTAMPTZ,
    "paid_on" DATE,
    "recovery" TEXT COLLATE "C",
    "recover_from" TEXT COLLATE "C",
    "recover_by" TEXT COLLATE "C",
    "recover_at" TIMESTAMPTZ,
    "recover_on" DATE,
    CONSTRAINT turnover_state_known CHECK (state IN ('applied', 'approved', 'refused', 'withdrawn', 'paid', 'recovering')),
    CONSTRAINT turnover_recovery_known CHECK (recovery IN ('repay', 'offset')),
    CONSTRAINT turnover_adds_up CHECK (amount_fen = drug_fen + consumable_fen),
    CONSTRAINT turnover_above_zero CHECK (amount_fen > 0),
    CONSTRAINT turnover_two_persons CHECK (decided_by <> applied_by),
    CONSTRAINT turnover_paid_by_another CHECK (paid_by <> decided_by),
    CONSTRAINT turnover_decided_whole CHECK ((decided_by IS NULL) = (state IN ('applied', 'withdrawn')) AND (decided_by IS NULL) = (decided_on IS NULL)),
    CONSTRAINT turnover_paid_has_its_voucher CHECK ((state IN ('paid', 'recovering')) = (voucher_no IS NOT NULL) AND (voucher_no IS NULL) = (paid_by IS NULL) AND (voucher_no IS NULL) = (paid_on IS NULL)),
    CONSTRAINT turnover_recovering_says_how CHECK ((state = 'recovering') = (recovery IS NOT NULL) AND (coalesce(recovery, '') = 'offset') = (recover_from IS NOT NULL))
);

CREATE UNIQUE INDEX "turnover_grant_turnover_no" ON "turnover_grant" ("turnover_no");

CREATE INDEX "turnover_grant_hospital_code" ON "turnover_grant" ("hospital_code");

CREATE INDEX "turnover_grant_area_code" ON "turnover_grant" ("area_code");

CREATE UNIQUE INDEX "turnover_grant_voucher_no" ON "turnover_grant" ("voucher_no");

CREATE INDEX "turnover_grant_year_area_code" ON "turnover_grant" ("year", "area_code");

CREATE TABLE "money_request" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "request_no" TEXT COLLATE "C" NOT NULL,
    "kind" TEXT COLLATE "C" NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "period" TEXT COLLATE "C" NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "received_fen" BIGINT NOT NULL DEFAULT 0,
    "asked_on" DATE NOT NULL,
    "due_on" DATE NOT NULL,
    "state" TEXT COLLATE "C" NOT NULL,
    "source" TEXT COLLATE "C" NOT NULL,
    "note" TEXT,
    "asked_by" TEXT COLLATE "C" NOT NULL,
    "asked_at" TIMESTAMPTZ NOT NULL,
    "paid_on" DATE,
    "ended_by" TEXT COLLATE "C",
    "ended_at" TIMESTAMPTZ,
    "ended_on" DATE,
    "end_reason" TEXT,
    CONSTRAINT money_request_kind_known CHECK (kind IN ('top_up', 'collection', 'repayment')),
    CONSTRAINT money_request_state_known CHECK (state IN ('asked', 'paid', 'withdrawn')),
    CONSTRAINT money_request_above_zero CHECK (amount_fen > 0),
    CONSTRAINT money_request_never_overpaid CHECK (received_fen BETWEEN 0 AND amount_fen),
    CONSTRAINT money_request_paid_is_whole CHECK ((state = 'paid') = (received_fen = amount_fen)),
    CONSTRAINT money_request_paid_has_a_day CHECK ((paid_on IS NOT NULL) = (state = 'paid')),
    CONSTRAINT money_request_runs_forward CHECK (due_on >= asked_on),
    CONSTRAINT money_request_ended_whole CHECK ((ended_by IS NULL) = (state <> 'withdrawn') AND (ended_by IS NULL) = (ended_at IS NULL) AND (ended_by IS NULL) = (ended_on IS NULL) AND (state <> 'withdrawn' OR coalesce(btrim(end_reason), '') <> ''))
);

CREATE UNIQUE INDEX "money_request_request_no" ON "money_request" ("request_no");

CREATE INDEX "money_request_hospital_code" ON "money_request" ("hospital_code");

CREATE INDEX "money_request_area_code" ON "money_request" ("area_code");

CREATE INDEX "money_request_state_due_on" ON "money_request" ("state", "due_on");

CREATE TABLE "money_receipt" (
    "request_id" BIGINT NOT NULL,
    "voucher_no" TEXT COLLATE "C" NOT NULL,
    "turn" SMALLINT NOT NULL DEFAULT 1,
    "is_reversal" BOOLEAN NOT NULL DEFAULT false,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "booked_on" DATE NOT NULL,
    "reason" TEXT,
    "made_by" TEXT COLLATE "C" NOT NULL,
    "made_at" TIMESTAMPTZ NOT NULL,
    PRIMARY KEY ("request_id", "voucher_no", "turn", "is_reversal"),
    CONSTRAINT money_receipt_above_zero CHECK (amount_fen <> 0 AND (amount_fen < 0) = is_reversal AND turn > 0),
    CONSTRAINT money_receipt_reversed_for_a_reason CHECK ((coalesce(btrim(reason), '') <> '') = is_reversal)
);

CREATE INDEX "money_receipt_voucher_no" ON "money_receipt" ("voucher_no");

CREATE TABLE "subledger_closing" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "closing_no" TEXT COLLATE "C" NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "reason" TEXT NOT NULL,
    "finish_on" DATE NOT NULL,
    "state" TEXT COLLATE "C" NOT NULL,
    "asked_by" TEXT COLLATE "C" NOT NULL,
    "asked_at" TIMESTAMPTZ NOT NULL,
    "asked_on" DATE NOT NULL,
    "decided_by" TEXT COLLATE "C",
    "decided_at" TIMESTAMPTZ,
    "decided_on" DATE,
    "answer" TEXT,
    "refund_account_no" TEXT COLLATE "C",
    "refund_account_name" TEXT,
    "refund_bank_name" TEXT,
    "interest_voucher_no" TEXT COLLATE "C",
    "principal_voucher_no" TEXT COLLATE "C",
    "refunded_by" TEXT COLLATE "C",
    "ended_by" TEXT COLLATE "C",
    "ended_at" TIMESTAMPTZ,
    "ended_on" DATE,
    "end_reason" TEXT,
    CONSTRAINT subledger_closing_state_known CHECK (state IN ('asked', 'refused', 'withdrawn', 'running', 'stopped', 'closed', 'reopened')),
    CONSTRAINT subledger_closing_says_why CHECK (btrim(reason) <> ''),
    CONSTRAINT subledger_closing_needs_a_second_person CHECK (decided_by <> asked_by),
    CONSTRAINT subledger_closing_decided_whole CHECK ((decided_by IS NULL) = (decided_at IS NULL) AND (decided_by IS NULL) = (decided_on IS NULL) AND (decided_by IS NULL) = (state IN ('asked', 'withdrawn'))),
    CONSTRAINT subledger_closing_bound_account CHECK (state NOT IN ('running', 'closed') OR (refund_account_no IS NOT NULL AND refund_account_name IS NOT NULL AND refund_bank_name IS NOT NULL)),
    CONSTRAINT subledger_closing_closed_by_another CHECK (state <> 'closed' OR (ended_by <> asked_by AND ended_by IS DISTINCT FROM refunded_by)),
    CONSTRAINT subledger_closing_ended_whole CHECK ((ended_by IS NULL) = (ended_at IS NULL) AND (ended_by IS NULL) = (ended_on IS NULL) AND (ended_by IS NULL) = (state IN ('asked', 'running', 'refused')))
);

CREATE UNIQUE INDEX "subledger_closing_closing_no" ON "subledger_closing" ("closing_no");

CREATE INDEX "subledger_closing_hospital_code" ON "subledger_closing" ("hospital_code");

CREATE INDEX "subledger_closing_area_code" ON "subledger_closing" ("area_code");

CREATE TABLE "round_prepayment" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "prepayment_no" TEXT COLLATE "C" NOT NULL,
    "round_code" TEXT COLLATE "C" NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "year" INTEGER NOT NULL,
    "agreed_fen" BIGINT NOT NULL,
    "ratio_bp" INTEGER NOT NULL,
    "gross_fen" BIGINT NOT NULL,
    "already_fen" BIGINT NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "destination" TEXT COLLATE "C" NOT NULL,
    "pass_on_days" INTEGER,
    "pass_down_days" INTEGER,
    "state" TEXT COLLATE "C" NOT NULL,
    "proposed_by" TEXT COLLATE "C" NOT NULL,
    "proposed_at" TIMESTAMPTZ NOT NULL,
    "proposed_on" DATE NOT NULL,
    "decided_by" TEXT COLLATE "C",
    "decided_at" TIMESTAMPTZ,
    "decided_on" DATE,
    "answer" TEXT,
    "voucher_no" TEXT COLLATE "C",
    "paid_on" DATE,
    "paid_by" TEXT COLLATE "C",
    "pass_on_due_on" DATE,
    "recovered_fen" BIGINT NOT NULL DEFAULT 0,
    "ended_by" TEXT COLLATE "C",
    "ended_at" TIMESTAMPTZ,
    "end_reason" TEXT,
    CONSTRAINT round_prepayment_destination_known CHECK (destination IN ('sub_ledger', 'hospital')),
    CONSTRAINT round_prepayment_state_known CHECK (state IN ('proposed', 'refused', 'withdrawn', 'approved', 'paid', 'recovered')),
    CONSTRAINT round_prepayment_above_zero CHECK (amount_fen > 0 AND already_fen >= 0),
    CONSTRAINT round_prepayment_adds_up CHECK (amount_fen = gross_fen - already_fen),
    CONSTRAINT round_prepayment_ratio_holds CHECK (ratio_bp BETWEEN 1 AND 10000 AND abs(gross_fen - round(agreed_fen::numeric * ratio_bp / 10000)) <= 1),
    CONSTRAINT round_prepayment_needs_a_second_person CHECK (decided_by <> proposed_by),
    CONSTRAINT round_prepayment_decided_whole CHECK ((decided_by IS NULL) = (decided_at IS NULL) AND (decided_by IS NULL) = (decided_on IS NULL) AND (decided_by IS NOT NULL OR state IN ('proposed', 'withdrawn'))),
    CONSTRAINT round_prepayment_paid_whole CHECK ((voucher_no IS NULL) = (paid_on IS NULL) AND (voucher_no IS NULL) = (paid_by IS NULL) AND (voucher_no IS NOT NULL) = (state IN ('paid', 'recovered'))),
    CONSTRAINT round_recovered_within_paid CHECK (recovered_fen BETWEEN 0 AND amount_fen AND (recovered_fen = 0 OR state IN ('paid', 'recovered')) AND (state <> 'recovered' OR recovered_fen = amount_fen))
);

CREATE UNIQUE INDEX "round_prepayment_prepayment_no" ON "round_prepayment" ("prepayment_no");

CREATE INDEX "round_prepayment_round_code" ON "round_prepayment" ("round_code");

CREATE INDEX "round_prepayment_hospital_code" ON "round_prepayment" ("hospital_code");

CREATE INDEX "round_prepayment_area_code" ON "round_prepayment" ("area_code");

CREATE UNIQUE INDEX "round_prepayment_voucher_no" ON "round_prepayment" ("voucher_no");

CREATE TABLE "round_line" (
    "prepayment_id" BIGINT NOT NULL,
    "contract_no" TEXT COLLATE "C" NOT NULL,
    "nhsa_code" TEXT COLLATE "C" NOT NULL,
    "enterprise_code" TEXT COLLATE "C" NOT NULL,
    "quantity" NUMERIC(18, 4) NOT NULL,
    "price_yuan" NUMERIC(18, 4) NOT NULL,
    PRIMARY KEY ("prepayment_id", "contract_no")
);

CREATE TABLE "round_share" (
    "prepayment_id" BIGINT NOT NULL,
    "enterprise_code" TEXT COLLATE "C" NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "passed_on" DATE,
    "passed_voucher_no" TEXT COLLATE "C",
    "passed_by" TEXT COLLATE "C",
    "down_due_on" DATE,
    "passed_down_on" DATE,
    "down_voucher_no" TEXT COLLATE "C",
    "down_by" TEXT COLLATE "C",
    PRIMARY KEY ("prepayment_id", "enterprise_code"),
    CONSTRAINT round_share_not_negative CHECK (amount_fen >= 0),
    CONSTRAINT round_share_passed_whole CHECK ((passed_on IS NULL) = (passed_voucher_no IS NULL) AND (passed_on IS NULL) = (passed_by IS NULL)),
    CONSTRAINT round_share_down_whole CHECK ((passed_down_on IS NULL) = (down_voucher_no IS NULL) AND (passed_down_on IS NULL) = (down_by IS NULL) AND (passed_down_on IS NULL OR passed_on IS NOT NULL))
);

CREATE INDEX "round_share_enterprise_code" ON "round_share" ("enterprise_code");

CREATE TABLE "round_recovery" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "prepayment_id" BIGINT NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "way" TEXT COLLATE "C" NOT NULL,
    "period" TEXT COLLATE "C",
    "voucher_no" TEXT COLLATE "C",
    "amount_fen" BIGINT NOT NULL,
    "booked_on" DATE NOT NULL,
    "made_by" TEXT COLLATE "C" NOT NULL,
    "made_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT round_recovery_way_known CHECK (way IN ('clawback', 'repaid')),
    CONSTRAINT round_recovery_above_zero CHECK (amount_fen > 0),
    CONSTRAINT round_recovery_names_its_evidence CHECK ((way = 'clawback') = (period IS NOT NULL) AND (way = 'repaid') = (voucher_no IS NOT NULL))
);

CREATE INDEX "round_recovery_prepayment_id" ON "round_recovery" ("prepayment_id");

CREATE TABLE "settled_period" (
    "area_code" TEXT COLLATE "C" NOT NULL,
    "period" TEXT COLLATE "C" NOT NULL,
    "settled_at" TIMESTAMPTZ NOT NULL,
    "settled_by" TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY ("area_code", "period")
);

CREATE TABLE "settlement_sheet" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "sheet_no" TEXT COLLATE "C" NOT NULL,
    "period" TEXT COLLATE "C" NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "enterprise_code" TEXT COLLATE "C" NOT NULL,
    "scheme_code" TEXT COLLATE "C",
    "funding" TEXT COLLATE "C" NOT NULL,
    "payment_per" TEXT COLLATE "C" NOT NULL,
    "deduct_month" TEXT COLLATE "C" NOT NULL,
    "lines_count" INTEGER NOT NULL,
    "received_fen" BIGINT NOT NULL,
    "returned_fen" BIGINT NOT NULL,
    "adjusted_fen" BIGINT NOT NULL,
    "carried_in_fen" BIGINT NOT NULL,
    "payable_fen" BIGINT NOT NULL,
    "carried_out_fen" BIGINT NOT NULL,
    "due_on" DATE,
    "state" TEXT COLLATE "C" NOT NULL,
    "kept_out" TEXT COLLATE "C",
    "content_hash" TEXT COLLATE "C" NOT NULL,
    "settled_at" TIMESTAMPTZ NOT NULL,
    "makers" TEXT[] COLLATE "C" NOT NULL,
    "reviews_needed" INTEGER NOT NULL DEFAULT 2,
    "approved_on" DATE,
    "approved_at" TIMESTAMPTZ,
    CONSTRAINT settlement_sheet_state_known CHECK (state IN ('draft', 'in_review', 'approved', 'short', 'sent', 'unknown', 'paid', 'rejected', 'returned', 'nothing_payable')),
    CONSTRAINT settlement_sheet_funding_known CHECK (funding IN ('offset', 'prepaid_subledger', 'turnover', 'bank_debit')),
    CONSTRAINT settlement_sheet_payment_per_known CHECK (payment_per IN ('enterprise', 'sheet')),
    CONSTRAINT settlement_sheet_deduct_month_known CHECK (deduct_month IN ('current', 'next')),
    CONSTRAINT settlement_sheet_adds_up CHECK (payable_fen = greatest(received_fen + returned_fen + adjusted_fen + carried_in_fen, 0) AND carried_out_fen = least(received_fen + returned_fen + adjusted_fen + carried_in_fen, 0)),
    CONSTRAINT settlement_sheet_signs CHECK (received_fen >= 0 AND returned_fen <= 0 AND carried_in_fen <= 0),
    CONSTRAINT settlement_sheet_reviews_known CHECK (reviews_needed IN (2, 3)),
    CONSTRAINT nothing_payable_has_no_payable CHECK (state <> 'nothing_payable' OR payable_fen = 0)
);

CREATE UNIQUE INDEX "settlement_sheet_sheet_no" ON "settlement_sheet" ("sheet_no");

CREATE INDEX "settlement_sheet_enterprise_code" ON "settlement_sheet" ("enterprise_code");

CREATE UNIQUE INDEX "settlement_sheet_period_hospital_code_enterprise_code" ON "settlement_sheet" ("period", "hospital_code", "enterprise_code");

CREATE INDEX "settlement_sheet_hospital_code_enterprise_code" ON "settlement_sheet" ("hospital_code", "enterprise_code");

CREATE INDEX "settlement_sheet_period_area_code" ON "settlement_sheet" ("period", "area_code");

CREATE TABLE "sheet_line" (
    "line_no" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "sheet_id" INTEGER NOT NULL,
    "line_kind" TEXT COLLATE "C" NOT NULL,
    "category" TEXT COLLATE "C" NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "due_on" DATE NOT NULL,
    "contract_no" TEXT COLLATE "C"
);

CREATE INDEX "sheet_line_sheet_id" ON "sheet_line" ("sheet_id");

CREATE TABLE "held_line" (
    "period" TEXT COLLATE "C" NOT NULL,
    "line_no" TEXT COLLATE "C" NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "settler_code" TEXT COLLATE "C" NOT NULL,
    "enterprise_code" TEXT COLLATE "C" NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "accepted_on" DATE NOT NULL,
    "lane" TEXT COLLATE "C" NOT NULL,
    "reasons" TEXT[] COLLATE "C" NOT NULL,
    PRIMARY KEY ("period", "line_no"),
    CONSTRAINT held_line_lane_known CHECK (lane IN ('direct', 'self'))
);

CREATE INDEX "held_line_period_area_code" ON "held_line" ("period", "area_code");

CREATE INDEX "held_line_period_settler_code_enterprise_code" ON "held_line" ("period", "settler_code", "enterprise_code");

CREATE TABLE "held_pair" (
    "period" TEXT COLLATE "C" NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "settler_code" TEXT COLLATE "C" NOT NULL,
    "enterprise_code" TEXT COLLATE "C" NOT NULL,
    "lane" TEXT COLLATE "C" NOT NULL,
    "lines_count" INTEGER NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "reasoned_count" INTEGER NOT NULL,
    "unconfirmed_count" INTEGER NOT NULL,
    "unconfirmed_fen" BIGINT NOT NULL,
    "by_hospital_count" INTEGER NOT NULL,
    "by_hospital_fen" BIGINT NOT NULL,
    "by_enterprise_count" INTEGER NOT NULL,
    "by_enterprise_fen" BIGINT NOT NULL,
    "invoice_count" INTEGER NOT NULL,
    "invoice_fen" BIGINT NOT NULL,
    PRIMARY KEY ("period", "area_code", "hospital_code", "settler_code", "enterprise_code", "lane"),
    CONSTRAINT held_pair_lane_known CHECK (lane IN ('direct', 'self'))
);

CREATE INDEX "held_pair_hospital_code_period" ON "held_pair" ("hospital_code", "period");

CREATE INDEX "held_pair_enterprise_code_period" ON "held_pair" ("enterprise_code", "period");

CREATE INDEX "held_pair_period_settler_code_enterprise_code" ON "held_pair" ("period", "settler_code", "enterprise_code");

CREATE TABLE "sheet_review" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "sheet_id" INTEGER NOT NULL,
    "level" INTEGER NOT NULL,
    "reviewer" TEXT COLLATE "C" NOT NULL,
    "reviewed_at" TIMESTAMPTZ NOT NULL,
    "reviewed_on" DATE NOT NULL,
    "approved" BOOLEAN NOT NULL,
    "reason" TEXT,
    "content_hash" TEXT COLLATE "C" NOT NULL,
    "counts" BOOLEAN NOT NULL DEFAULT true,
    CONSTRAINT sheet_review_level_known CHECK (level IN (1, 2, 3))
);

CREATE INDEX "sheet_review_sheet_id" ON "sheet_review" ("sheet_id");

CREATE TABLE "period_close" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "close_no" TEXT COLLATE "C" NOT NULL,
    "period" TEXT COLLATE "C" NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "area_codes" TEXT[] COLLATE "C" NOT NULL,
    "totals" JSONB NOT NULL,
    "points" JSONB NOT NULL,
    "content_hash" TEXT COLLATE "C" NOT NULL,
    "note" TEXT,
    "proposed_by" TEXT COLLATE "C" NOT NULL,
    "proposed_at" TIMESTAMPTZ NOT NULL,
    "proposed_on" DATE NOT NULL,
    "state" TEXT COLLATE "C" NOT NULL,
    "decided_by" TEXT COLLATE "C",
    "decided_at" TIMESTAMPTZ,
    "decided_on" DATE,
    "answer" TEXT,
    CONSTRAINT period_close_state_known CHECK (state IN ('proposed', 'closed', 'refused', 'withdrawn')),
    CONSTRAINT period_close_needs_a_second_person CHECK (state NOT IN ('closed', 'refused') OR decided_by <> proposed_by),
    CONSTRAINT period_close_decided_whole CHECK ((decided_by IS NULL) = (state = 'proposed') AND (decided_by IS NULL) = (decided_at IS NULL) AND (decided_by IS NULL) = (decided_on IS NULL))
);

CREATE UNIQUE INDEX "period_close_close_no" ON "period_close" ("close_no");

CREATE INDEX "period_close_period_area_code" ON "period_close" ("period", "area_code");

CREATE TABLE "closed_month" (
    "period" TEXT COLLATE "C" NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "close_id" INTEGER NOT NULL,
    PRIMARY KEY ("period", "area_code")
);

CREATE INDEX "closed_month_close_id" ON "closed_month" ("close_id");

CREATE TABLE "closed_book" (
    "period" TEXT COLLATE "C" NOT NULL,
    "agency_code" TEXT COLLATE "C" NOT NULL,
    "close_id" INTEGER NOT NULL,
    PRIMARY KEY ("period", "agency_code")
);

CREATE INDEX "closed_book_close_id" ON "closed_book" ("close_id");

CREATE TABLE "bank_profile" (
    "profile_code" TEXT COLLATE "C" NOT NULL,
    "version" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "format" TEXT COLLATE "C" NOT NULL,
    "spec" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "created_by" TEXT COLLATE "C" NOT NULL,
    "activated_by" TEXT COLLATE "C",
    "retired_at" TIMESTAMPTZ,
    "retired_by" TEXT COLLATE "C",
    PRIMARY KEY ("profile_code", "version"),
    CONSTRAINT bank_profile_by_two_persons CHECK (activated_by <> created_by)
);

CREATE TABLE "bank_profile_change" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "profile_code" TEXT COLLATE "C" NOT NULL,
    "based_on" INTEGER,
    "spec" JSONB NOT NULL,
    "reason" TEXT NOT NULL,
    "state" TEXT COLLATE "C" NOT NULL,
    "proposed_by" TEXT COLLATE "C" NOT NULL,
    "proposed_at" TIMESTAMPTZ NOT NULL,
    "decided_by" TEXT COLLATE "C",
    "decided_at" TIMESTAMPTZ,
    "answer" TEXT,
    "version" INTEGER,
    CONSTRAINT bank_profile_change_state_known CHECK (state IN ('proposed', 'activated', 'refused', 'withdrawn')),
    CONSTRAINT bank_profile_change_two_persons CHECK (state = 'withdrawn' OR decided_by <> proposed_by),
    CONSTRAINT bank_profile_change_decided_once CHECK ((state = 'proposed') = (decided_by IS NULL) AND (state = 'activated') = (version IS NOT NULL))
);

CREATE INDEX "bank_profile_change_profile_code" ON "bank_profile_change" ("profile_code");

CREATE TABLE "rail_rule" (
    "profile_code" TEXT COLLATE "C" NOT NULL,
    "rail" TEXT COLLATE "C" NOT NULL,
    "valid_from" DATE NOT NULL,
    "valid_to" DATE,
    "cap_fen" BIGINT,
    "opens" TEXT COLLATE "C",
    "cut_off" TEXT COLLATE "C",
    "source_note" TEXT,
    PRIMARY KEY ("profile_code", "rail", "valid_from"),
    CONSTRAINT rail_rule_rail_known CHECK (rail IN ('in_bank', 'beps', 'ibps', 'hvps')),
    CONSTRAINT rail_rule_cap_above_zero CHECK (cap_fen > 0),
    CONSTRAINT rail_rule_times CHECK (opens ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$' AND cut_off ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$')
);

CREATE TABLE "bank_day" (
    "profile_code" TEXT COLLATE "C" NOT NULL,
    "day" DATE NOT NULL,
    "kind" TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY ("profile_code", "day"),
    CONSTRAINT bank_day_kind_known CHECK (kind IN ('working', 'weekend', 'holiday', 'makeup'))
);

CREATE TABLE "payment_batch" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "batch_no" TEXT COLLATE "C" NOT NULL,
    "period" TEXT COLLATE "C" NOT NULL,
    "job_id" BIGINT,
    "area_code" TEXT COLLATE "C",
    "agency_code" TEXT COLLATE "C" NOT NULL,
    "debtor_account_no" TEXT COLLATE "C" NOT NULL,
    "debtor_account_name" TEXT NOT NULL,
    "debtor_bank_name" TEXT NOT NULL,
    "debtor_cnaps_code" TEXT COLLATE "C" NOT NULL,
    "profile_code" TEXT COLLATE "C" NOT NULL,
    "profile_version" INTEGER NOT NULL,
    "rail" TEXT COLLATE "C",
    "execution_on" DATE NOT NULL,
    "lines_count" INTEGER NOT NULL,
    "total_fen" BIGINT NOT NULL,
    "content_hash" TEXT COLLATE "C" NOT NULL,
    "state" TEXT COLLATE "C" NOT NULL,
    "made_by" TEXT COLLATE "C" NOT NULL,
    "made_at" TIMESTAMPTZ NOT NULL,
    "explanation" TEXT,
    "sent_at" TIMESTAMPTZ,
    "file_name" TEXT,
    "file_id" BIGINT,
    "file_sha256" TEXT COLLATE "C",
    CONSTRAINT payment_batch_state_known CHECK (state IN ('prepared', 'sent', 'partly_settled', 'settled', 'voided')),
    CONSTRAINT payment_batch_rail_known CHECK (rail IN ('in_bank', 'beps', 'ibps', 'hvps')),
    CONSTRAINT payment_batch_above_zero CHECK (lines_count > 0 AND total_fen > 0)
);

CREATE UNIQUE INDEX "payment_batch_batch_no" ON "payment_batch" ("batch_no");

CREATE UNIQUE INDEX "payment_batch_file_id" ON "payment_batch" ("file_id");

CREATE TABLE "payment_instruction" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "reference" TEXT COLLATE "C" NOT NULL,
    "uetr" TEXT COLLATE "C" NOT NULL,
    "batch_id" BIGINT,
    "line_in_batch" INTEGER,
    "period" TEXT COLLATE "C" NOT NULL,
    "enterprise_code" TEXT COLLATE "C",
    "hospital_code" TEXT COLLATE "C",
    "area_code" TEXT COLLATE "C" NOT NULL,
    "agency_code" TEXT COLLATE "C" NOT NULL,
    "payee_account_no" TEXT COLLATE "C" NOT NULL,
    "payee_account_name" TEXT NOT NULL,
    "payee_bank_name" TEXT NOT NULL,
    "payee_cnaps_code" TEXT COLLATE "C" NOT NULL,
    "written_name" TEXT,
    "written_bank_name" TEXT,
    "rail" TEXT COLLATE "C",
    "amount_fen" BIGINT NOT NULL,
    "purpose" TEXT NOT NULL,
    "content_hash" TEXT COLLATE "C" NOT NULL,
    "state" TEXT COLLATE "C" NOT NULL,
    "reissue_of" BIGINT,
    "booked_on" DATE,
    "returned_on" DATE,
    "bank_reason" TEXT,
    "sent_on" DATE,
    "made_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT payment_instruction_state_known CHECK (state IN ('approved', 'batched', 'sent', 'unknown', 'accepted', 'settled', 'rejected', 'returned', 'reversed', 'cancelled')),
    CONSTRAINT payment_instruction_rail_known CHECK (rail IN ('in_bank', 'beps', 'ibps', 'hvps')),
    CONSTRAINT payment_instruction_above_zero CHECK (amount_fen > 0),
    CONSTRAINT payment_instruction_one_payee CHECK (num_nonnulls(enterprise_code, hospital_code) = 1),
    CONSTRAINT payment_reference_form CHECK (reference ~ '^[A-Z0-9]{1,30}$'),
    CONSTRAINT settled_has_a_booking_day CHECK (state <> 'settled' OR booked_on IS NOT NULL)
);

CREATE UNIQUE INDEX "payment_instruction_reference" ON "payment_instruction" ("reference");

CREATE UNIQUE INDEX "payment_instruction_uetr" ON "payment_instruction" ("uetr");

CREATE INDEX "payment_instruction_batch_id" ON "payment_instruction" ("batch_id");

CREATE INDEX "payment_instruction_period" ON "payment_instruction" ("period");

CREATE INDEX "payment_instruction_enterprise_code" ON "payment_instruction" ("enterprise_code");

CREATE UNIQUE INDEX "payment_instruction_reissue_of" ON "payment_instruction" ("reissue_of");

CREATE TABLE "payment_allocation" (
    "instruction_id" BIGINT NOT NULL,
    "sheet_id" INTEGER NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "live" BOOLEAN NOT NULL DEFAULT true,
    PRIMARY KEY ("instruction_id", "sheet_id"),
    CONSTRAINT payment_allocation_above_zero CHECK (amount_fen > 0)
);

CREATE INDEX "payment_allocation_sheet_id" ON "payment_allocation" ("sheet_id");

CREATE TABLE "instruction_event" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "instruction_id" BIGINT NOT NULL,
    "from_state" TEXT COLLATE "C",
    "to_state" TEXT COLLATE "C" NOT NULL,
    "happened_at" TIMESTAMPTZ NOT NULL,
    "business_on" DATE NOT NULL,
    "actor" TEXT COLLATE "C" NOT NULL,
    "cause" TEXT COLLATE "C" NOT NULL,
    "evidence" TEXT COLLATE "C",
    "prev_hash" TEXT COLLATE "C" NOT NULL,
    "hash" TEXT COLLATE "C" NOT NULL,
    CONSTRAINT instruction_event_hash_is_its_own CHECK (hash = encode(sha256(convert_to(json_build_array(prev_hash, instruction_id, from_state, to_state, (extract(epoch FROM happened_at) * 1000000)::bigint, business_on, actor, cause, evidence)::text, 'UTF8')), 'hex'))
);

CREATE UNIQUE INDEX "instruction_event_instruction_id_prev_hash" ON "instruction_event" ("instruction_id", "prev_hash");

CREATE TABLE "payment_reissue" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "request_no" TEXT COLLATE "C" NOT NULL,
    "instruction_id" BIGINT NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "profile_code" TEXT COLLATE "C" NOT NULL,
    "reason" TEXT NOT NULL,
    "asked_by" TEXT COLLATE "C" NOT NULL,
    "asked_at" TIMESTAMPTZ NOT NULL,
    "asked_on" DATE NOT NULL,
    "decided_by" TEXT COLLATE "C",
    "decided_at" TIMESTAMPTZ,
    "released" BOOLEAN,
    "decision_reason" TEXT,
    "job_id" BIGINT,
    CONSTRAINT payment_reissue_above_zero CHECK (amount_fen > 0),
    CONSTRAINT payment_reissue_needs_a_second_person CHECK (decided_by <> asked_by),
    CONSTRAINT payment_reissue_decided_whole CHECK ((decided_by IS NULL) = (decided_at IS NULL) AND (decided_by IS NULL) = (released IS NULL))
);

CREATE INDEX "payment_reissue_request_no" ON "payment_reissue" ("request_no");

CREATE INDEX "payment_reissue_instruction_id" ON "payment_reissue" ("instruction_id");

CREATE TABLE "bank_inquiry" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "instruction_id" BIGINT NOT NULL,
    "asked_on" DATE NOT NULL,
    "answered_on" DATE NOT NULL,
    "answer" TEXT COLLATE "C" NOT NULL,
    "words" TEXT NOT NULL,
    "file_id" BIGINT,
    "recorded_by" TEXT COLLATE "C" NOT NULL,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    "confirmed_by" TEXT COLLATE "C",
    "confirmed_at" TIMESTAMPTZ,
    CONSTRAINT bank_inquiry_answer_known CHECK (answer IN ('not_received', 'in_process', 'paid')),
    CONSTRAINT bank_inquiry_needs_a_second_person CHECK (confirmed_by <> recorded_by),
    CONSTRAINT bank_inquiry_answered_after_asked CHECK (answered_on >= asked_on),
    CONSTRAINT bank_inquiry_confirms_what_was_not_received CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL) AND (confirmed_by IS NULL OR answer = 'not_received'))
);

CREATE INDEX "bank_inquiry_instruction_id" ON "bank_inquiry" ("instruction_id");

CREATE TABLE "bank_result_file" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "file_id" BIGINT NOT NULL,
    "sha256" TEXT COLLATE "C" NOT NULL,
    "profile_code" TEXT COLLATE "C" NOT NULL,
    "profile_version" INTEGER NOT NULL,
    "counts" JSONB NOT NULL,
    "imported_by" TEXT COLLATE "C" NOT NULL,
    "imported_at" TIMESTAMPTZ NOT NULL
);

CREATE UNIQUE INDEX "bank_result_file_profile_code_sha256" ON "bank_result_file" ("profile_code", "sha256");

CREATE TABLE "bank_result_line" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "result_file_id" BIGINT NOT NULL,
    "row" INTEGER NOT NULL,
    "reference" TEXT COLLATE "C",
    "status_text" TEXT NOT NULL,
    "status" TEXT COLLATE "C",
    "amount_fen" BIGINT,
    "booked_on" DATE,
    "bank_reason" TEXT,
    "account_no" TEXT COLLATE "C",
    "account_name" TEXT,
    "bank_line_no" TEXT COLLATE "C",
    "problem" TEXT COLLATE "C",
    "instruction_id" BIGINT,
    "outcome" TEXT COLLATE "C" NOT NULL
);

CREATE INDEX "bank_result_line_result_file_id" ON "bank_result_line" ("result_file_id");

CREATE INDEX "bank_result_line_instruction_id" ON "bank_result_line" ("instruction_id");

CREATE TABLE "statement_day" (
    "account_no" TEXT COLLATE "C" NOT NULL,
    "day" DATE NOT NULL,
    "opening_fen" BIGINT NOT NULL,
    "closing_fen" BIGINT NOT NULL,
    "entries_fen" BIGINT NOT NULL,
    "entries_count" INTEGER NOT NULL,
    "closed" BOOLEAN NOT NULL,
    "statement_id" TEXT COLLATE "C",
    "sequence" INTEGER,
    "file_id" BIGINT NOT NULL,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    "recorded_by" TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY ("account_no", "day"),
    CONSTRAINT statement_day_adds_up CHECK (NOT closed OR opening_fen + entries_fen = closing_fen)
);

CREATE TABLE "statement_entry" (
    "account_no" TEXT COLLATE "C" NOT NULL,
    "day" DATE NOT NULL,
    "entry_no" TEXT COLLATE "C" NOT NULL,
    "booked_on" DATE NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "counter_account" TEXT COLLATE "C",
    "counter_name" TEXT,
    "reference" TEXT COLLATE "C",
    "purpose" TEXT,
    "reversal" BOOLEAN NOT NULL DEFAULT false,
    "file_id" BIGINT,
    "row" INTEGER,
    "instruction_id" BIGINT,
    PRIMARY KEY ("account_no", "day", "entry_no")
);

CREATE INDEX "statement_entry_instruction_id" ON "statement_entry" ("instruction_id");

CREATE TABLE "payment_exception" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "kind" TEXT COLLATE "C" NOT NULL,
    "instruction_id" BIGINT,
    "sheet_id" INTEGER,
    "line_no" TEXT COLLATE "C",
    "amount_fen" BIGINT,
    "evidence" TEXT COLLATE "C",
    "facts" JSONB NOT NULL,
    "opened_at" TIMESTAMPTZ NOT NULL,
    "opened_on" DATE NOT NULL,
    "closed_at" TIMESTAMPTZ,
    "closed_by" TEXT COLLATE "C",
    "resolution" TEXT,
    "dedupe_key" TEXT COLLATE "C" NOT NULL,
    CONSTRAINT payment_exception_kind_known CHECK (kind IN ('unmatched', 'amount_differs', 'name_differs', 'account_differs', 'status_unknown', 'contradiction', 'returned', 'duplicate', 'foreign', 'late_evidence', 'outside_bounds'))
);

CREATE INDEX "payment_exception_instruction_id" ON "payment_exception" ("instruction_id");

CREATE INDEX "payment_exception_sheet_id" ON "payment_exception" ("sheet_id");

CREATE UNIQUE INDEX "payment_exception_dedupe_key" ON "payment_exception" ("dedupe_key");

CREATE TABLE "case_decision" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "case_id" INTEGER NOT NULL,
    "act" TEXT COLLATE "C" NOT NULL,
    "instruction_id" BIGINT,
    "status" TEXT COLLATE "C",
    "booked_on" DATE,
    "reason" TEXT NOT NULL,
    "bundle" TEXT COLLATE "C",
    "asked_by" TEXT COLLATE "C" NOT NULL,
    "asked_at" TIMESTAMPTZ NOT NULL,
    "decided_by" TEXT COLLATE "C",
    "decided_at" TIMESTAMPTZ,
    "accepted" BOOLEAN,
    "answer" TEXT,
    CONSTRAINT case_decision_act_known CHECK (act IN ('admit', 'decline')),
    CONSTRAINT case_decision_two_persons CHECK (act <> 'admit' OR accepted IS NOT TRUE OR decided_by <> asked_by),
    CONSTRAINT case_decision_whole CHECK ((decided_by IS NULL) = (decided_at IS NULL) AND (decided_by IS NULL) = (accepted IS NULL))
);

CREATE INDEX "case_decision_case_id" ON "case_decision" ("case_id");

CREATE INDEX "case_decision_instruction_id" ON "case_decision" ("instruction_id");

CREATE INDEX "case_decision_bundle" ON "case_decision" ("bundle");

CREATE TABLE "statement_day_event" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "account_no" TEXT COLLATE "C" NOT NULL,
    "day" DATE NOT NULL,
    "what" TEXT COLLATE "C" NOT NULL,
    "happened_at" TIMESTAMPTZ NOT NULL,
    "actor" TEXT COLLATE "C" NOT NULL,
    "file_id" BIGINT,
    "facts" JSONB NOT NULL
);

CREATE INDEX "statement_day_event_account_no_day" ON "statement_day_event" ("account_no", "day");

CREATE TABLE "webhook" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "label" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "role" TEXT COLLATE "C" NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "party_code" TEXT COLLATE "C",
    "events" TEXT[] COLLATE "C" NOT NULL,
    "sealed_secret" TEXT NOT NULL,
    "made_by" TEXT COLLATE "C" NOT NULL,
    "made_at" TIMESTAMPTZ NOT NULL,
    "ended_at" TIMESTAMPTZ,
    "ended_by" TEXT COLLATE "C",
    CONSTRAINT webhook_role_known CHECK (role IN ('maker', 'hospital', 'enterprise', 'auditor')),
    CONSTRAINT webhook_seat_has_its_party CHECK ((role IN ('hospital', 'enterprise')) = (party_code IS NOT NULL)),
    CONSTRAINT webhook_has_events CHECK (cardinality(events) > 0),
    CONSTRAINT webhook_ended_by_somebody CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);

CREATE TABLE "webhook_event" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "kind" TEXT COLLATE "C" NOT NULL,
    "area_code" TEXT COLLATE "C",
    "hospital_code" TEXT COLLATE "C",
    "enterprise_code" TEXT COLLATE "C",
    "subject" TEXT COLLATE "C" NOT NULL,
    "facts" JSONB NOT NULL,
    "happened_at" TIMESTAMPTZ NOT NULL,
    "told" BOOLEAN NOT NULL DEFAULT false
);

CREATE INDEX "webhook_event_happened_at" ON "webhook_event" ("happened_at");

CREATE TABLE "webhook_delivery" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "webhook_id" INTEGER NOT NULL,
    "event_id" BIGINT NOT NULL,
    "state" TEXT COLLATE "C" NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_try_at" TIMESTAMPTZ NOT NULL,
    "claimed_until" TIMESTAMPTZ,
    "attempted_at" TIMESTAMPTZ,
    "delivered_at" TIMESTAMPTZ,
    "last_status" INTEGER,
    "last_answer" TEXT,
    CONSTRAINT webhook_delivery_state_known CHECK (state IN ('waiting', 'sending', 'delivered', 'dead', 'dropped')),
    CONSTRAINT sending_has_its_claim CHECK (state <> 'sending' OR claimed_until IS NOT NULL),
    CONSTRAINT delivered_has_its_time CHECK (state <> 'delivered' OR delivered_at IS NOT NULL)
);

CREATE INDEX "webhook_delivery_event_id" ON "webhook_delivery" ("event_id");

CREATE UNIQUE INDEX "webhook_delivery_webhook_id_event_id" ON "webhook_delivery" ("webhook_id", "event_id");

CREATE TABLE "ledger_entry" (
    "entry_no" BIGSERIAL NOT NULL PRIMARY KEY,
    "posted_at" TIMESTAMPTZ NOT NULL,
    "posted_on" DATE NOT NULL,
    "debit_account" TEXT COLLATE "C" NOT NULL,
    "credit_account" TEXT COLLATE "C" NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "kind" TEXT COLLATE "C" NOT NULL,
    "source" TEXT COLLATE "C" NOT NULL,
    "reverses" BIGINT,
    CONSTRAINT ledger_amount_positive CHECK (amount_fen > 0),
    CONSTRAINT ledger_two_accounts CHECK (debit_account <> credit_account)
);

CREATE INDEX "ledger_entry_debit_account" ON "ledger_entry" ("debit_account");

CREATE INDEX "ledger_entry_credit_account" ON "ledger_entry" ("credit_account");

CREATE UNIQUE INDEX "ledger_entry_reverses" ON "ledger_entry" ("reverses");

CREATE TABLE "books_run" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "proved_on" DATE NOT NULL,
    "ran_at" TIMESTAMPTZ NOT NULL,
    "ran_by" TEXT COLLATE "C" NOT NULL,
    "checked" TEXT[] COLLATE "C" NOT NULL,
    "broken" TEXT[] COLLATE "C" NOT NULL,
    CONSTRAINT books_run_checked CHECK (cardinality(checked) > 0)
);

CREATE INDEX "books_run_ran_at" ON "books_run" ("ran_at");

CREATE TABLE "open_line" (
    "line_no" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "lane" TEXT COLLATE "C" NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "enterprise_code" TEXT COLLATE "C" NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "nhsa_code" TEXT COLLATE "C" NOT NULL,
    "scheme_code" TEXT COLLATE "C",
    "contract_no" TEXT COLLATE "C",
    "sheet_id" INTEGER,
    "accepted_on" DATE NOT NULL,
    "due_on" DATE NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "unpaid_fen" BIGINT NOT NULL,
    "mask" INTEGER NOT NULL,
    "short" BOOLEAN NOT NULL,
    "responsible" TEXT COLLATE "C" NOT NULL,
    "party_code" TEXT COLLATE "C",
    "bears_interest" BOOLEAN NOT NULL,
    "rate_bp" INTEGER,
    "paid_interest_fen" BIGINT NOT NULL,
    "step" INTEGER,
    "next_check_on" DATE,
    CONSTRAINT open_line_lane_known CHECK (lane IN ('direct', 'self')),
    CONSTRAINT open_line_responsible_known CHECK (responsible IN ('hospital', 'enterprise', 'agency'))
);

CREATE INDEX "open_line_due_on_area_code" ON "open_line" ("due_on", "area_code");

CREATE INDEX "open_line_hospital_code_due_on" ON "open_line" ("hospital_code", "due_on");

CREATE INDEX "open_line_enterprise_code_due_on" ON "open_line" ("enterprise_code", "due_on");

CREATE TABLE "open_line_later" (
    "line_no" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "look_on" DATE NOT NULL
);

CREATE INDEX "open_line_later_look_on" ON "open_line_later" ("look_on");

CREATE TABLE "open_line_change" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "what" TEXT COLLATE "C" NOT NULL,
    "key" TEXT COLLATE "C"
);

CREATE TABLE "open_line_state" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "as_of" DATE,
    "refreshed_at" TIMESTAMPTZ,
    "judged_count" INTEGER NOT NULL DEFAULT 0,
    "rebuilt_at" TIMESTAMPTZ,
    "rebuilt_because" TEXT COLLATE "C",
    CONSTRAINT open_line_state_is_one CHECK (id = 1)
);

CREATE TABLE "overdue_step" (
    "line_no" TEXT COLLATE "C" NOT NULL,
    "step" INTEGER NOT NULL,
    "recorded_on" DATE NOT NULL,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    "facts" JSONB NOT NULL,
    PRIMARY KEY ("line_no", "step")
);

CREATE TABLE "mail" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "kind" TEXT COLLATE "C" NOT NULL,
    "party_kind" TEXT COLLATE "C" NOT NULL,
    "party_code" TEXT COLLATE "C" NOT NULL,
    "to_address" TEXT NOT NULL,
    "copy_addresses" TEXT,
    "subject" TEXT NOT NULL,
    "body_text" TEXT NOT NULL,
    "body_html" TEXT NOT NULL,
    "attachment_file_id" BIGINT,
    "business_on" DATE NOT NULL,
    "state" TEXT COLLATE "C" NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_try_at" TIMESTAMPTZ,
    "not_before" TIMESTAMPTZ,
    "language" TEXT COLLATE "C",
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ NOT NULL,
    "sent_at" TIMESTAMPTZ,
    "dedupe_key" TEXT COLLATE "C" NOT NULL,
    CONSTRAINT mail_state_known CHECK (state IN ('waiting', 'held', 'sending', 'sent', 'failed', 'cancelled')),
    CONSTRAINT mail_language_known CHECK (language IN ('zh', 'en'))
);

CREATE UNIQUE INDEX "mail_dedupe_key" ON "mail" ("dedupe_key");

CREATE INDEX "mail_state_next_try_at" ON "mail" ("state", "next_try_at");

CREATE INDEX "mail_party_kind_party_code" ON "mail" ("party_kind", "party_code");

CREATE TABLE "mail_line" (
    "mail_id" BIGINT NOT NULL,
    "line_no" TEXT COLLATE "C" NOT NULL,
    "step" INTEGER NOT NULL,
    "mailed_on" DATE NOT NULL,
    PRIMARY KEY ("mail_id", "line_no", "step")
);

CREATE INDEX "mail_line_line_no_step" ON "mail_line" ("line_no", "step");

CREATE TABLE "mail_fact" (
    "fact" TEXT COLLATE "C" NOT NULL,
    "party_kind" TEXT COLLATE "C" NOT NULL,
    "party_code" TEXT COLLATE "C" NOT NULL,
    "mail_id" BIGINT NOT NULL,
    PRIMARY KEY ("fact", "party_kind", "party_code")
);

CREATE INDEX "mail_fact_mail_id" ON "mail_fact" ("mail_id");

CREATE TABLE "contact" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "party_kind" TEXT COLLATE "C" NOT NULL,
    "party_code" TEXT COLLATE "C" NOT NULL,
    "name" TEXT NOT NULL,
    "duty" TEXT,
    "email" TEXT NOT NULL,
    "topics" TEXT[] COLLATE "C" NOT NULL,
    "language" TEXT COLLATE "C" NOT NULL,
    "file_format" TEXT COLLATE "C" NOT NULL,
    "active_from" DATE NOT NULL,
    "active_to" DATE,
    "changed_by" TEXT COLLATE "C" NOT NULL,
    "changed_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT contact_party_known CHECK (party_kind IN ('hospital', 'enterprise', 'agency')),
    CONSTRAINT contact_language_known CHECK (language IN ('zh', 'en')),
    CONSTRAINT contact_file_format_known CHECK (file_format IN ('csv', 'xlsx')),
    CONSTRAINT contact_topics_known CHECK (cardinality(topics) > 0 AND topics <@ ARRAY['overdue', 'payments', 'accounts', 'problems']),
    CONSTRAINT contact_ends_after_it_begins CHECK (active_to >= active_from)
);

CREATE TABLE "mail_attempt" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "mail_id" BIGINT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "begun_at" TIMESTAMPTZ NOT NULL,
    "ended_at" TIMESTAMPTZ,
    "times" INTEGER NOT NULL DEFAULT 1,
    "recipients" TEXT NOT NULL,
    "taken" TEXT,
    "domain" TEXT COLLATE "C" NOT NULL,
    "outcome" TEXT COLLATE "C",
    "answer" TEXT,
    CONSTRAINT mail_attempt_outcome_known CHECK (outcome IN ('sent', 'put_off', 'failed', 'unreachable', 'returned'))
);

CREATE INDEX "mail_attempt_mail_id" ON "mail_attempt" ("mail_id");

CREATE INDEX "mail_attempt_domain_begun_at" ON "mail_attempt" ("domain", "begun_at");

CREATE TABLE "mail_bounce" (
    "address" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "party_kind" TEXT COLLATE "C" NOT NULL,
    "party_code" TEXT COLLATE "C" NOT NULL,
    "mail_id" BIGINT NOT NULL,
    "code" TEXT COLLATE "C" NOT NULL,
    "answer" TEXT NOT NULL,
    "source" TEXT COLLATE "C" NOT NULL,
    "first_seen_at" TIMESTAMPTZ NOT NULL,
    "last_seen_at" TIMESTAMPTZ NOT NULL,
    "times" INTEGER NOT NULL,
    "cleared_at" TIMESTAMPTZ,
    "cleared_by" TEXT COLLATE "C",
    CONSTRAINT mail_bounce_source_known CHECK (source IN ('answer', 'report')),
    CONSTRAINT mail_bounce_cleared_by_somebody CHECK ((cleared_at IS NULL) = (cleared_by IS NULL))
);

CREATE INDEX "mail_bounce_party_kind_party_code" ON "mail_bounce" ("party_kind", "party_code");

CREATE TABLE "upcoming_line" (
    "line_no" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "due_on" DATE NOT NULL,
    "announced_on" DATE NOT NULL,
    "party_kind" TEXT COLLATE "C" NOT NULL,
    "party_code" TEXT COLLATE "C" NOT NULL,
    "mail_id" BIGINT NOT NULL
);

CREATE INDEX "upcoming_line_mail_id" ON "upcoming_line" ("mail_id");

CREATE TABLE "acknowledgement" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "party_kind" TEXT COLLATE "C" NOT NULL,
    "party_code" TEXT COLLATE "C" NOT NULL,
    "area_codes" TEXT[] COLLATE "C" NOT NULL,
    "known_on" DATE NOT NULL,
    "promised_on" DATE,
    "channel" TEXT COLLATE "C" NOT NULL,
    "said_by" TEXT NOT NULL,
    "reference" TEXT,
    "note" TEXT,
    "evidence_file_id" BIGINT,
    "lines_count" INTEGER NOT NULL,
    "unpaid_fen" BIGINT NOT NULL,
    "made_by" TEXT COLLATE "C" NOT NULL,
    "made_at" TIMESTAMPTZ NOT NULL,
    "dedupe_key" TEXT COLLATE "C" NOT NULL,
    CONSTRAINT acknowledgement_party_known CHECK (party_kind IN ('hospital', 'enterprise', 'agency')),
    CONSTRAINT acknowledgement_channel_known CHECK (channel IN ('seat', 'phone', 'letter', 'meeting', 'mail')),
    CONSTRAINT acknowledgement_has_lines CHECK (lines_count > 0),
    CONSTRAINT acknowledgement_promises_forward CHECK (promised_on >= known_on),
    CONSTRAINT acknowledgement_names_a_person CHECK (btrim(said_by) <> '')
);

CREATE UNIQUE INDEX "acknowledgement_dedupe_key" ON "acknowledgement" ("dedupe_key");

CREATE INDEX "acknowledgement_party_kind_party_code" ON "acknowledgement" ("party_kind", "party_code");

CREATE TABLE "acknowledged_line" (
    "acknowledgement_id" INTEGER NOT NULL,
    "line_no" TEXT COLLATE "C" NOT NULL,
    "due_on" DATE NOT NULL,
    "unpaid_fen" BIGINT NOT NULL,
    PRIMARY KEY ("acknowledgement_id", "line_no")
);

CREATE INDEX "acknowledged_line_line_no" ON "acknowledged_line" ("line_no");

CREATE TABLE "line_excuse" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "request_no" TEXT COLLATE "C" NOT NULL,
    "line_no" TEXT COLLATE "C" NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "enterprise_code" TEXT COLLATE "C" NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "responsible" TEXT COLLATE "C" NOT NULL,
    "party_code" TEXT COLLATE "C",
    "due_on" DATE NOT NULL,
    "unpaid_fen" BIGINT NOT NULL,
    "from_on" DATE NOT NULL,
    "until_on" DATE,
    "reason" TEXT COLLATE "C" NOT NULL,
    "note" TEXT,
    "evidence_file_id" BIGINT,
    "state" TEXT COLLATE "C" NOT NULL,
    "asked_by" TEXT COLLATE "C" NOT NULL,
    "asked_at" TIMESTAMPTZ NOT NULL,
    "asked_on" DATE NOT NULL,
    "decided_by" TEXT COLLATE "C",
    "decided_at" TIMESTAMPTZ,
    "decided_on" DATE,
    "answer" TEXT,
    "ended_by" TEXT COLLATE "C",
    "ended_at" TIMESTAMPTZ,
    "ended_on" DATE,
    "end_reason" TEXT,
    CONSTRAINT line_excuse_reason_known CHECK (reason IN ('disputed', 'return_pending', 'invoice_in_transit', 'force_majeure', 'court_freeze', 'other')),
    CONSTRAINT line_excuse_state_known CHECK (state IN ('asked', 'granted', 'refused', 'withdrawn', 'ended', 'lapsed')),
    CONSTRAINT line_excuse_responsible_known CHECK (responsible IN ('hospital', 'enterprise', 'agency')),
    CONSTRAINT line_excuse_needs_a_second_person CHECK (decided_by <> asked_by),
    CONSTRAINT line_excuse_decided_whole CHECK ((decided_by IS NULL) = (decided_at IS NULL) AND (decided_by IS NULL) = (decided_on IS NULL) AND (decided_by IS NULL) = (state IN ('asked', 'withdrawn'))),
    CONSTRAINT line_excuse_ended_whole CHECK ((ended_by IS NULL) = (ended_at IS NULL) AND (ended_by IS NULL) = (ended_on IS NULL) AND (ended_by IS NULL) = (state IN ('asked', 'granted', 'refused'))),
    CONSTRAINT line_excuse_runs_forward CHECK (until_on >= from_on),
    CONSTRAINT line_excuse_not_backdated CHECK (from_on >= asked_on),
    CONSTRAINT line_excuse_other_says_why CHECK (reason <> 'other' OR coalesce(btrim(note), '') <> '')
);

CREATE INDEX "line_excuse_request_no" ON "line_excuse" ("request_no");

CREATE INDEX "line_excuse_line_no" ON "line_excuse" ("line_no");

CREATE INDEX "line_excuse_state_area_code" ON "line_excuse" ("state", "area_code");

CREATE TABLE "measure" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "measure_no" TEXT COLLATE "C" NOT NULL,
    "kind" TEXT COLLATE "C" NOT NULL,
    "state" TEXT COLLATE "C" NOT NULL,
    "party_kind" TEXT COLLATE "C" NOT NULL,
    "party_code" TEXT COLLATE "C" NOT NULL,
    "area_codes" TEXT[] COLLATE "C" NOT NULL,
    "opened_on" DATE NOT NULL,
    "words" TEXT NOT NULL,
    "lines_count" INTEGER NOT NULL,
    "unpaid_fen" BIGINT NOT NULL,
    "interest_fen" BIGINT NOT NULL,
    "days_late_max" INTEGER NOT NULL,
    "meet_on" DATE,
    "meet_time" TEXT,
    "place" TEXT,
    "invited" TEXT,
    "attended" TEXT,
    "outcome" TEXT,
    "rectify_by_on" DATE,
    "from_on" DATE,
    "until_on" DATE,
    "decided_by" TEXT COLLATE "C",
    "decided_at" TIMESTAMPTZ,
    "decided_on" DATE,
    "answer" TEXT,
    "ended_by" TEXT COLLATE "C",
    "ended_at" TIMESTAMPTZ,
    "ended_on" DATE,
    "end_reason" TEXT,
    "made_by" TEXT COLLATE "C" NOT NULL,
    "made_at" TIMESTAMPTZ NOT NULL,
    "dedupe_key" TEXT COLLATE "C" NOT NULL,
    CONSTRAINT measure_kind_known CHECK (kind IN ('bulletin', 'interview', 'referral', 'suspension')),
    CONSTRAINT measure_state_known CHECK (state IN ('planned', 'held', 'missed', 'issued', 'revoked', 'proposed', 'in_force', 'refused', 'withdrawn', 'lifted', 'lapsed')),
    CONSTRAINT measure_party_known CHECK (party_kind IN ('hospital', 'enterprise', 'agency')),
    CONSTRAINT measure_rests_on_lines CHECK (lines_count > 0),
    CONSTRAINT measure_state_fits_its_kind CHECK (CASE kind WHEN 'interview' THEN state IN ('planned', 'held', 'missed', 'revoked') WHEN 'suspension' THEN state IN ('proposed', 'in_force', 'refused', 'withdrawn', 'lifted', 'lapsed') ELSE state IN ('issued', 'revoked') END),
    CONSTRAINT measure_interview_has_day_and_place CHECK (kind <> 'interview' OR (meet_on IS NOT NULL AND place IS NOT NULL)),
    CONSTRAINT measure_interview_held_says_what CHECK (state <> 'held' OR (attended IS NOT NULL AND outcome IS NOT NULL)),
    CONSTRAINT measure_suspension_has_its_day CHECK ((kind = 'suspension') = (from_on IS NOT NULL)),
    CONSTRAINT measure_runs_forward CHECK (until_on >= from_on),
    CONSTRAINT measure_suspension_needs_a_second_person CHECK (decided_by <> made_by),
    CONSTRAINT measure_decided_whole CHECK ((decided_by IS NULL) = (decided_at IS NULL) AND (decided_by IS NULL) = (decided_on IS NULL) AND (decided_by IS NOT NULL) = (state IN ('in_force', 'refused', 'lifted', 'lapsed'))),
    CONSTRAINT measure_ended_whole CHECK ((ended_by IS NULL) = (ended_at IS NULL) AND (ended_by IS NULL) = (ended_on IS NULL) AND (ended_by IS NOT NULL) = (state IN ('revoked', 'withdrawn', 'lifted', 'lapsed')))
);

CREATE UNIQUE INDEX "measure_measure_no" ON "measure" ("measure_no");

CREATE UNIQUE INDEX "measure_dedupe_key" ON "measure" ("dedupe_key");

CREATE INDEX "measure_party_kind_party_code" ON "measure" ("party_kind", "party_code");

CREATE TABLE "measure_step" (
    "measure_id" INTEGER NOT NULL,
    "line_no" TEXT COLLATE "C" NOT NULL,
    "step" INTEGER NOT NULL,
    "due_on" DATE NOT NULL,
    "days_late" INTEGER NOT NULL,
    "unpaid_fen" BIGINT NOT NULL,
    PRIMARY KEY ("measure_id", "line_no")
);

CREATE INDEX "measure_step_line_no" ON "measure_step" ("line_no");

CREATE TABLE "measure_copy" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "measure_id" INTEGER NOT NULL,
    "authority" TEXT COLLATE "C" NOT NULL,
    "name" TEXT NOT NULL,
    "copied_on" DATE NOT NULL,
    "letter_no" TEXT,
    "made_by" TEXT COLLATE "C" NOT NULL,
    "made_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT measure_copy_authority_known CHECK (authority IN ('health_commission', 'city_bureau', 'discipline_inspection'))
);

CREATE INDEX "measure_copy_measure_id" ON "measure_copy" ("measure_id");

CREATE UNIQUE INDEX "measure_copy_measure_id_authority_name_copied_on" ON "measure_copy" ("measure_id", "authority", "name", "copied_on");

CREATE TABLE "measure_event" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "measure_id" INTEGER NOT NULL,
    "move" TEXT COLLATE "C" NOT NULL,
    "from_state" TEXT COLLATE "C",
    "to_state" TEXT COLLATE "C" NOT NULL,
    "happened_on" DATE NOT NULL,
    "happened_at" TIMESTAMPTZ NOT NULL,
    "actor" TEXT COLLATE "C" NOT NULL,
    "facts" JSONB NOT NULL
);

CREATE INDEX "measure_event_measure_id" ON "measure_event" ("measure_id");

CREATE TABLE "measure_file" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "measure_id" INTEGER NOT NULL,
    "file_id" BIGINT NOT NULL,
    "made_by" TEXT COLLATE "C" NOT NULL,
    "made_at" TIMESTAMPTZ NOT NULL
);

CREATE INDEX "measure_file_measure_id" ON "measure_file" ("measure_id");

CREATE UNIQUE INDEX "measure_file_file_id" ON "measure_file" ("file_id");

CREATE TABLE "problem_kind" (
    "kind_code" TEXT COLLATE "C" NOT NULL,
    "valid_from" DATE NOT NULL,
    "valid_to" DATE,
    "name" TEXT NOT NULL,
    "name_en" TEXT,
    "take_days" INTEGER NOT NULL,
    "result_days" INTEGER NOT NULL,
    "urgent_take_days" INTEGER NOT NULL,
    "urgent_result_days" INTEGER NOT NULL,
    "reopen_days" INTEGER NOT NULL,
    "source_note" TEXT,
    PRIMARY KEY ("kind_code", "valid_from"),
    CONSTRAINT problem_kind_runs_forward CHECK (valid_to >= valid_from),
    CONSTRAINT problem_kind_days CHECK (least(take_days, urgent_take_days, reopen_days) > 0)
);

CREATE TABLE "problem" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "problem_no" TEXT COLLATE "C" NOT NULL,
    "kind_code" TEXT COLLATE "C" NOT NULL,
    "urgency" TEXT COLLATE "C" NOT NULL,
    "is_new" BOOLEAN NOT NULL,
    "title" TEXT NOT NULL,
    "words" TEXT NOT NULL,
    "party_kind" TEXT COLLATE "C" NOT NULL,
    "party_code" TEXT COLLATE "C" NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "desk_area_code" TEXT COLLATE "C" NOT NULL,
    "hospital_code" TEXT COLLATE "C",
    "enterprise_code" TEXT COLLATE "C",
    "manufacturer_code" TEXT COLLATE "C",
    "state" TEXT COLLATE "C" NOT NULL,
    "handler" TEXT COLLATE "C",
    "reported_by" TEXT COLLATE "C" NOT NULL,
    "reported_at" TIMESTAMPTZ NOT NULL,
    "reported_on" DATE NOT NULL,
    "take_due_on" DATE NOT NULL,
    "result_due_on" DATE NOT NULL,
    "answered_on" DATE,
    "closed_on" DATE,
    "result" TEXT COLLATE "C",
    "satisfaction" TEXT COLLATE "C",
    "reopened_count" INTEGER NOT NULL DEFAULT 0,
    "escalated_count" INTEGER NOT NULL DEFAULT 0,
    "dedupe_key" TEXT COLLATE "C" NOT NULL,
    CONSTRAINT problem_urgency_known CHECK (urgency IN ('normal', 'urgent')),
    CONSTRAINT problem_party_known CHECK (party_kind IN ('hospital', 'enterprise', 'agency')),
    CONSTRAINT problem_state_known CHECK (state IN ('reported', 'handling', 'answered', 'closed', 'withdrawn')),
    CONSTRAINT problem_result_known CHECK (result IN ('resolved', 'partly', 'explained', 'handed_over', 'unresolved')),
    CONSTRAINT problem_satisfaction_known CHECK (satisfaction IN ('satisfied', 'fair', 'dissatisfied')),
    CONSTRAINT problem_says_something CHECK (btrim(title) <> '' AND btrim(words) <> ''),
    CONSTRAINT problem_answered_has_its_result CHECK (state NOT IN ('answered', 'closed') OR (result IS NOT NULL AND answered_on IS NOT NULL)),
    CONSTRAINT problem_closed_has_its_day CHECK ((state = 'closed') = (closed_on IS NOT NULL)),
    CONSTRAINT problem_handled_by_somebody CHECK (state <> 'handling' OR handler IS NOT NULL)
);

CREATE UNIQUE INDEX "problem_problem_no" ON "problem" ("problem_no");

CREATE INDEX "problem_area_code" ON "problem" ("area_code");

CREATE INDEX "problem_desk_area_code" ON "problem" ("desk_area_code");

CREATE UNIQUE INDEX "problem_dedupe_key" ON "problem" ("dedupe_key");

CREATE INDEX "problem_state_desk_area_code" ON "problem" ("state", "desk_area_code");

CREATE TABLE "problem_side" (
    "problem_id" BIGINT NOT NULL,
    "party_kind" TEXT COLLATE "C" NOT NULL,
    "party_code" TEXT COLLATE "C" NOT NULL,
    "joined_on" DATE NOT NULL,
    "joined_by" TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY ("problem_id", "party_kind", "party_code"),
    CONSTRAINT problem_side_is_an_institution CHECK (party_kind IN ('hospital', 'enterprise'))
);

CREATE INDEX "problem_side_party_code" ON "problem_side" ("party_code");

CREATE TABLE "problem_link" (
    "problem_id" BIGINT NOT NULL,
    "kind" TEXT COLLATE "C" NOT NULL,
    "code" TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY ("problem_id", "kind", "code"),
    CONSTRAINT problem_link_kind_known CHECK (kind IN ('line', 'product', 'order', 'round', 'sheet'))
);

CREATE INDEX "problem_link_code" ON "problem_link" ("code");

CREATE TABLE "problem_word" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "problem_id" BIGINT NOT NULL,
    "side" TEXT COLLATE "C" NOT NULL,
    "party_code" TEXT COLLATE "C" NOT NULL,
    "words" TEXT NOT NULL,
    "inside" BOOLEAN NOT NULL,
    "file_id" BIGINT,
    "said_by" TEXT COLLATE "C" NOT NULL,
    "said_on" DATE NOT NULL,
    "said_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT problem_word_side_known CHECK (side IN ('hospital', 'enterprise', 'agency')),
    CONSTRAINT problem_word_says_something CHECK (btrim(words) <> '' OR file_id IS NOT NULL)
);

CREATE INDEX "problem_word_problem_id" ON "problem_word" ("problem_id");

CREATE TABLE "problem_event" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "problem_id" BIGINT NOT NULL,
    "move" TEXT COLLATE "C" NOT NULL,
    "from_state" TEXT COLLATE "C",
    "to_state" TEXT COLLATE "C" NOT NULL,
    "happened_on" DATE NOT NULL,
    "happened_at" TIMESTAMPTZ NOT NULL,
    "actor" TEXT COLLATE "C" NOT NULL,
    "facts" JSONB NOT NULL
);

CREATE INDEX "problem_event_problem_id" ON "problem_event" ("problem_id");

CREATE TABLE "risk_rule" (
    "area_code" TEXT COLLATE "C" NOT NULL,
    "rule" TEXT COLLATE "C" NOT NULL,
    "valid_from" DATE NOT NULL,
    "active" BOOLEAN NOT NULL,
    "threshold_bp" INTEGER,
    "minimum_fen" BIGINT,
    PRIMARY KEY ("area_code", "rule", "valid_from"),
    CONSTRAINT risk_rule_known CHECK (rule IN ('above_award', 'above_contract', 'above_list', 'short_supply_price', 'new_delivery_area', 'sudden_quantity', 'department_overuse', 'prescriber_overuse', 'code_reused', 'code_twice', 'code_form'))
);

CREATE TABLE "short_supply" (
    "nhsa_code" TEXT COLLATE "C" NOT NULL,
    "valid_from" DATE NOT NULL,
    "valid_to" DATE,
    "source" TEXT,
    PRIMARY KEY ("nhsa_code", "valid_from")
);

CREATE TABLE "prescription" (
    "period" TEXT COLLATE "C" NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "department" TEXT COLLATE "C" NOT NULL,
    "prescriber_code" TEXT COLLATE "C" NOT NULL,
    "nhsa_code" TEXT COLLATE "C" NOT NULL,
    "quantity" NUMERIC(18, 4) NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    PRIMARY KEY ("period", "hospital_code", "department", "prescriber_code", "nhsa_code")
);

CREATE TABLE "risk_finding" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "kind" TEXT COLLATE "C" NOT NULL,
    "state" TEXT COLLATE "C" NOT NULL,
    "dedupe_key" TEXT COLLATE "C" NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "enterprise_code" TEXT COLLATE "C",
    "nhsa_code" TEXT COLLATE "C",
    "round_code" TEXT COLLATE "C",
    "subject" TEXT COLLATE "C",
    "opened_on" DATE NOT NULL,
    "opened_at" TIMESTAMPTZ NOT NULL,
    "evidence_count" INTEGER NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "last_evidence_on" DATE NOT NULL,
    "reopened_count" INTEGER NOT NULL DEFAULT 0,
    "asked_kind" TEXT COLLATE "C",
    "asked_on" DATE,
    "answer_by_on" DATE,
    "rectify_by_on" DATE,
    CONSTRAINT risk_finding_kind_known CHECK (kind IN ('above_award', 'above_contract', 'above_list', 'short_supply_price', 'new_delivery_area', 'sudden_quantity', 'department_overuse', 'prescriber_overuse', 'code_reused', 'code_twice', 'code_form')),
    CONSTRAINT risk_finding_state_known CHECK (state IN ('open', 'asked', 'answered', 'explained', 'dismissed', 'rectifying', 'rectified', 'handed_over')),
    CONSTRAINT risk_finding_asked_known CHECK (asked_kind IN ('hospital', 'enterprise', 'agency')),
    CONSTRAINT risk_finding_rests_on_evidence CHECK (evidence_count > 0),
    CONSTRAINT risk_finding_asked_whole CHECK ((asked_kind IS NULL) = (asked_on IS NULL) AND (state NOT IN ('asked', 'answered') OR asked_on IS NOT NULL)),
    CONSTRAINT risk_finding_rectifying_has_its_day CHECK (state <> 'rectifying' OR rectify_by_on IS NOT NULL)
);

CREATE UNIQUE INDEX "risk_finding_dedupe_key" ON "risk_finding" ("dedupe_key");

CREATE INDEX "risk_finding_hospital_code" ON "risk_finding" ("hospital_code");

CREATE INDEX "risk_finding_enterprise_code" ON "risk_finding" ("enterprise_code");

CREATE INDEX "risk_finding_state_area_code" ON "risk_finding" ("state", "area_code");

CREATE TABLE "risk_evidence" (
    "finding_id" BIGINT NOT NULL,
    "evidence_key" TEXT COLLATE "C" NOT NULL,
    "period" TEXT COLLATE "C" NOT NULL,
    "line_no" TEXT COLLATE "C",
    "quantity" NUMERIC(18, 4),
    "measured" NUMERIC(18, 4),
    "expected" NUMERIC(18, 4),
    "amount_fen" BIGINT NOT NULL,
    "found_on" DATE NOT NULL,
    PRIMARY KEY ("finding_id", "evidence_key")
);

CREATE INDEX "risk_evidence_line_no" ON "risk_evidence" ("line_no");

CREATE TABLE "risk_event" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "finding_id" BIGINT NOT NULL,
    "move" TEXT COLLATE "C" NOT NULL,
    "from_state" TEXT COLLATE "C",
    "to_state" TEXT COLLATE "C" NOT NULL,
    "happened_on" DATE NOT NULL,
    "happened_at" TIMESTAMPTZ NOT NULL,
    "actor" TEXT COLLATE "C" NOT NULL,
    "note" TEXT,
    "facts" JSONB NOT NULL
);

CREATE INDEX "risk_event_finding_id" ON "risk_event" ("finding_id");

CREATE TABLE "risk_handover" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "handover_no" TEXT COLLATE "C" NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "state" TEXT COLLATE "C" NOT NULL,
    "authority" TEXT NOT NULL,
    "words" TEXT NOT NULL,
    "prepared_by" TEXT COLLATE "C" NOT NULL,
    "prepared_at" TIMESTAMPTZ NOT NULL,
    "prepared_on" DATE NOT NULL,
    "decided_by" TEXT COLLATE "C",
    "decided_at" TIMESTAMPTZ,
    "decided_on" DATE,
    "answer" TEXT,
    CONSTRAINT risk_handover_state_known CHECK (state IN ('prepared', 'handed', 'withdrawn')),
    CONSTRAINT risk_handover_two_persons CHECK (state <> 'handed' OR decided_by <> prepared_by),
    CONSTRAINT risk_handover_decided_whole CHECK ((decided_by IS NULL) = (state = 'prepared') AND (decided_by IS NULL) = (decided_on IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL))
);

CREATE UNIQUE INDEX "risk_handover_handover_no" ON "risk_handover" ("handover_no");

CREATE TABLE "risk_handover_item" (
    "handover_id" INTEGER NOT NULL,
    "finding_id" BIGINT NOT NULL,
    "evidence_count" INTEGER NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    PRIMARY KEY ("handover_id", "finding_id")
);

CREATE INDEX "risk_handover_item_finding_id" ON "risk_handover_item" ("finding_id");

CREATE TABLE "overdue_figure_run" (
    "as_of" DATE NOT NULL PRIMARY KEY,
    "figured_at" TIMESTAMPTZ NOT NULL,
    "lines" BIGINT NOT NULL,
    "unpaid_fen" BIGINT NOT NULL
);

CREATE TABLE "overdue_figure" (
    "as_of" DATE NOT NULL,
    "kind" TEXT COLLATE "C" NOT NULL,
    "code" TEXT COLLATE "C" NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "lane" TEXT COLLATE "C" NOT NULL,
    "responsible" TEXT COLLATE "C" NOT NULL,
    "step" INTEGER NOT NULL,
    "bucket" INTEGER NOT NULL,
    "lines" BIGINT NOT NULL,
    "unpaid_fen" BIGINT NOT NULL,
    "interest_fen" BIGINT NOT NULL,
    "days_late" INTEGER NOT NULL,
    "new_lines" BIGINT NOT NULL,
    "step_name" TEXT,
    "rises_on" DATE,
    "rises_to" TEXT,
    PRIMARY KEY ("as_of", "kind", "code", "area_code", "lane", "responsible", "step", "bucket")
);

CREATE TABLE "arrears_ranking" (
    "as_of" DATE NOT NULL,
    "since_on" DATE NOT NULL,
    "made_at" TIMESTAMPTZ NOT NULL,
    "made_by" TEXT COLLATE "C" NOT NULL,
    "hospitals" INTEGER NOT NULL,
    PRIMARY KEY ("as_of", "since_on")
);

CREATE TABLE "arrears_ranking_row" (
    "as_of" DATE NOT NULL,
    "since_on" DATE NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "hospital_name" TEXT NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "level" TEXT COLLATE "C" NOT NULL,
    "owed_fen" BIGINT NOT NULL,
    "accepted_fen" BIGINT NOT NULL,
    "month_owed_fen" BIGINT NOT NULL,
    "month_due_fen" BIGINT NOT NULL,
    PRIMARY KEY ("as_of", "since_on", "hospital_code"),
    CONSTRAINT arrears_ranking_row_level_known CHECK (level IN ('3', '2', '1', '0'))
);

CREATE TABLE "overdue_publication" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "year" INTEGER NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "version" INTEGER NOT NULL,
    "state" TEXT COLLATE "C" NOT NULL,
    "drafted_by" TEXT COLLATE "C" NOT NULL,
    "drafted_at" TIMESTAMPTZ NOT NULL,
    "content_hash" TEXT COLLATE "C" NOT NULL,
    "own_fault_lines" BIGINT NOT NULL,
    "own_fault_fen" BIGINT NOT NULL,
    "reviewed_by" TEXT COLLATE "C",
    "reviewed_at" TIMESTAMPTZ,
    "reason" TEXT,
    "publication_no" TEXT COLLATE "C",
    "published_by" TEXT COLLATE "C",
    "published_at" TIMESTAMPTZ,
    "published_on" DATE,
    CONSTRAINT overdue_publication_state_known CHECK (state IN ('draft', 'reviewed', 'published')),
    CONSTRAINT overdue_publication_two_persons CHECK (reviewed_by IS NULL OR reviewed_by <> drafted_by),
    CONSTRAINT overdue_publication_published_whole CHECK (state <> 'published' OR (publication_no IS NOT NULL AND reviewed_by IS NOT NULL AND published_on IS NOT NULL))
);

CREATE UNIQUE INDEX "overdue_publication_publication_no" ON "overdue_publication" ("publication_no");

CREATE UNIQUE INDEX "overdue_publication_year_area_code_version" ON "overdue_publication" ("year", "area_code", "version");

CREATE TABLE "publication_row" (
    "publication_id" INTEGER NOT NULL,
    "debtor_kind" TEXT COLLATE "C" NOT NULL,
    "debtor_code" TEXT COLLATE "C" NOT NULL,
    "debtor_name" TEXT NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "contracts" BIGINT NOT NULL,
    "lines" BIGINT NOT NULL,
    "unpaid_fen" BIGINT NOT NULL,
    "year_contracts" BIGINT NOT NULL,
    "year_lines" BIGINT NOT NULL,
    "year_fen" BIGINT NOT NULL,
    PRIMARY KEY ("publication_id", "debtor_kind", "debtor_code")
);

CREATE TABLE "procurement_total" (
    "period" TEXT COLLATE "C" NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "kind" TEXT COLLATE "C" NOT NULL,
    "total_fen" BIGINT NOT NULL,
    "online_fen" BIGINT NOT NULL,
    PRIMARY KEY ("period", "hospital_code", "kind"),
    CONSTRAINT procurement_total_kind_known CHECK (kind IN ('drug', 'consumable', 'cloud_film'))
);

CREATE TABLE "reported_quantity" (
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "round_code" TEXT COLLATE "C" NOT NULL,
    "nhsa_code" TEXT COLLATE "C" NOT NULL,
    "reported_quantity" NUMERIC(18, 4) NOT NULL,
    "committed_quantity" NUMERIC(18, 4) NOT NULL,
    "letter_signed_on" DATE,
    PRIMARY KEY ("hospital_code", "round_code", "nhsa_code")
);

CREATE TABLE "assessment" (
    "period" TEXT COLLATE "C" NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "round_code" TEXT COLLATE "C" NOT NULL,
    "score" NUMERIC(18, 4) NOT NULL,
    PRIMARY KEY ("period", "hospital_code", "round_code"),
    CONSTRAINT assessment_score_range CHECK (score BETWEEN 0 AND 100)
);

CREATE TABLE "retention_input" (
    "period" TEXT COLLATE "C" NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "round_code" TEXT COLLATE "C" NOT NULL,
    "nhsa_code" TEXT COLLATE "C" NOT NULL,
    "base_quantity" NUMERIC(18, 4) NOT NULL,
    "agreed_quantity" NUMERIC(18, 4) NOT NULL,
    "actual_quantity" NUMERIC(18, 4) NOT NULL,
    "price_before_yuan" NUMERIC(18, 4) NOT NULL,
    "award_price_yuan" NUMERIC(18, 4) NOT NULL,
    "non_selected_fen" BIGINT NOT NULL,
    "fund_ratio_bp" INTEGER NOT NULL,
    "insured_share_bp" INTEGER NOT NULL,
    "excluded_reason" TEXT,
    PRIMARY KEY ("period", "hospital_code", "round_code", "nhsa_code"),
    CONSTRAINT retention_fund_ratio_range CHECK (fund_ratio_bp BETWEEN 0 AND 10000),
    CONSTRAINT retention_insured_share_range CHECK (insured_share_bp BETWEEN 0 AND 10000)
);

CREATE TABLE "assessment_point" (
    "period" TEXT COLLATE "C" NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "round_code" TEXT COLLATE "C" NOT NULL,
    "item_code" TEXT COLLATE "C" NOT NULL,
    "points" NUMERIC(18, 4) NOT NULL,
    "points_max" NUMERIC(18, 4) NOT NULL,
    "reason" TEXT,
    "given_by" TEXT COLLATE "C" NOT NULL,
    "given_at" TIMESTAMPTZ NOT NULL,
    PRIMARY KEY ("period", "hospital_code", "round_code", "item_code"),
    CONSTRAINT assessment_point_range CHECK (points >= 0 AND points <= points_max),
    CONSTRAINT assessment_point_says_why CHECK (points = points_max OR btrim(coalesce(reason, '')) <> '')
);

CREATE TABLE "indicator_definition" (
    "indicator" TEXT COLLATE "C" NOT NULL,
    "subject" TEXT COLLATE "C" NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "valid_from" DATE NOT NULL,
    "valid_to" DATE,
    "name" TEXT NOT NULL,
    "numerator" TEXT COLLATE "C" NOT NULL,
    "denominator" TEXT COLLATE "C" NOT NULL,
    "direction" TEXT COLLATE "C" NOT NULL,
    "target" TEXT COLLATE "C" NOT NULL,
    "target_bp" INTEGER,
    "source_title" TEXT NOT NULL,
    "source_article" TEXT,
    PRIMARY KEY ("indicator", "subject", "area_code", "valid_from"),
    CONSTRAINT indicator_definition_numerator_known CHECK (numerator IN ('online_amount', 'total_amount', 'vbp_amount', 'countable_amount', 'vbp_quantity', 'countable_quantity', 'offline_amount', 'scoped_amount', 'traced_receipts', 'drug_receipts', 'traced_amount', 'drug_amount', 'bought_quantity', 'committed_quantity', 'ended_bought_quantity', 'ended_committed_quantity', 'other_quantity', 'rival_quantity', 'other_amount', 'rival_amount', 'due_amount', 'due_paid_amount', 'due_punctual_amount', 'direct_due_amount', 'direct_paid_amount', 'received_amount', 'paid_in_30_amount', 'paid_in_60_amount', 'overdue_amount', 'year_amount', 'ordered_amount', 'delivered_amount', 'delivered_in_7_amount', 'ordered_specs', 'delivered_specs', 'filled_specs', 'responded_specs')),
    CONSTRAINT indicator_definition_denominator_known CHECK (denominator IN ('online_amount', 'total_amount', 'vbp_amount', 'countable_amount', 'vbp_quantity', 'countable_quantity', 'offline_amount', 'scoped_amount', 'traced_receipts', 'drug_receipts', 'traced_amount', 'drug_amount', 'bought_quantity', 'committed_quantity', 'ended_bought_quantity', 'ended_committed_quantity', 'other_quantity', 'rival_quantity', 'other_amount', 'rival_amount', 'due_amount', 'due_paid_amount', 'due_punctual_amount', 'direct_due_amount', 'direct_paid_amount', 'received_amount', 'paid_in_30_amount', 'paid_in_60_amount', 'overdue_amount', 'year_amount', 'ordered_amount', 'delivered_amount', 'delivered_in_7_amount', 'ordered_specs', 'delivered_specs', 'filled_specs', 'responded_specs')),
    CONSTRAINT indicator_definition_direction_known CHECK (direction IN ('at_least', 'at_most')),
    CONSTRAINT indicator_definition_target_known CHECK (target IN ('none', 'fixed', 'time_progress', 'round_limit')),
    CONSTRAINT indicator_definition_ends_after_it_began CHECK (valid_to >= valid_from),
    CONSTRAINT indicator_definition_fixed_target_is_said CHECK ((target = 'fixed') = (target_bp IS NOT NULL))
);

CREATE TABLE "indicator_value" (
    "period" TEXT COLLATE "C" NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "indicator" TEXT COLLATE "C" NOT NULL,
    "subject" TEXT COLLATE "C" NOT NULL DEFAULT '',
    "numerator" NUMERIC(18, 4) NOT NULL,
    "denominator" NUMERIC(18, 4) NOT NULL,
    "is_money" BOOLEAN NOT NULL,
    "value_bp" BIGINT NOT NULL,
    "target_bp" BIGINT,
    "verdict" TEXT COLLATE "C",
    "name" TEXT NOT NULL DEFAULT '',
    "numerator_of" TEXT COLLATE "C" NOT NULL DEFAULT '',
    "denominator_of" TEXT COLLATE "C" NOT NULL DEFAULT '',
    "direction" TEXT COLLATE "C",
    "measured_on" DATE,
    PRIMARY KEY ("period", "hospital_code", "indicator", "subject")
);

CREATE INDEX "indicator_value_hospital_code_indicator_period" ON "indicator_value" ("hospital_code", "indicator", "period");

CREATE TABLE "retention_result" (
    "period" TEXT COLLATE "C" NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "round_code" TEXT COLLATE "C" NOT NULL,
    "base_fen" BIGINT NOT NULL,
    "score" NUMERIC(18, 4),
    "ratio_bp" INTEGER NOT NULL,
    "retained_fen" BIGINT NOT NULL,
    PRIMARY KEY ("period", "hospital_code", "round_code")
);

CREATE TABLE "retention_word" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "period" TEXT COLLATE "C" NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "round_code" TEXT COLLATE "C" NOT NULL,
    "move" TEXT COLLATE "C" NOT NULL,
    "base_fen" BIGINT NOT NULL,
    "score" NUMERIC(18, 4),
    "ratio_bp" INTEGER NOT NULL,
    "retained_fen" BIGINT NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "said_by" TEXT COLLATE "C" NOT NULL,
    "said_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT retention_word_move_known CHECK (move IN ('declare', 'appeal', 'answer')),
    CONSTRAINT retention_word_says_why CHECK (move = 'declare' OR btrim(note) <> '')
);

CREATE INDEX "retention_word_period_hospital_code_round_code" ON "retention_word" ("period", "hospital_code", "round_code");

CREATE TABLE "cadence_rule" (
    "area_code" TEXT COLLATE "C" NOT NULL,
    "valid_from" DATE NOT NULL,
    "valid_to" DATE,
    "kinds" TEXT[] COLLATE "C" NOT NULL,
    "progress_gap_bp" INTEGER,
    "lagging_products" INTEGER,
    "settlement_rate_bp" INTEGER,
    "online_rate_bp" INTEGER,
    "rectify_days" INTEGER NOT NULL,
    "health_department" TEXT,
    "copy_to" TEXT,
    PRIMARY KEY ("area_code", "valid_from"),
    CONSTRAINT cadence_rule_ends_after_it_began CHECK (valid_to >= valid_from),
    CONSTRAINT cadence_rule_kinds_known CHECK (kinds <@ ARRAY['weekly', 'reminder', 'bulletin', 'half_year', 'yearly']),
    CONSTRAINT cadence_rule_answers_in_days CHECK (rectify_days BETWEEN 1 AND 366)
);

CREATE TABLE "paper" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "kind" TEXT COLLATE "C" NOT NULL,
    "span" TEXT COLLATE "C" NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "version" INTEGER NOT NULL,
    "state" TEXT COLLATE "C" NOT NULL,
    "paper_no" TEXT COLLATE "C",
    "due_on" DATE,
    "content" JSONB NOT NULL,
    "content_hash" TEXT COLLATE "C" NOT NULL,
    "docx_file_id" BIGINT,
    "xlsx_file_id" BIGINT,
    "made_by" TEXT COLLATE "C" NOT NULL,
    "made_at" TIMESTAMPTZ NOT NULL,
    "made_on" DATE NOT NULL,
    "reviewed_by" TEXT COLLATE "C",
    "reviewed_at" TIMESTAMPTZ,
    "reason" TEXT,
    "sent_by" TEXT COLLATE "C",
    "sent_at" TIMESTAMPTZ,
    "sent_on" DATE,
    "ended_by" TEXT COLLATE "C",
    "ended_at" TIMESTAMPTZ,
    "end_reason" TEXT,
    CONSTRAINT paper_kind_known CHECK (kind IN ('weekly', 'reminder', 'bulletin', 'half_year', 'yearly')),
    CONSTRAINT paper_state_known CHECK (state IN ('draft', 'reviewed', 'sent', 'dropped', 'withdrawn', 'replaced')),
    CONSTRAINT paper_two_persons CHECK (reviewed_by <> made_by),
    CONSTRAINT paper_sent_whole CHECK (state IN ('draft', 'reviewed', 'dropped') = (sent_on IS NULL) AND (sent_on IS NULL) = (paper_no IS NULL) AND (sent_on IS NULL OR reviewed_by IS NOT NULL)),
    CONSTRAINT paper_ended_whole CHECK ((state IN ('dropped', 'withdrawn', 'replaced')) = (ended_at IS NOT NULL))
);

CREATE INDEX "paper_area_code" ON "paper" ("area_code");

CREATE UNIQUE INDEX "paper_paper_no" ON "paper" ("paper_no");

CREATE UNIQUE INDEX "paper_kind_span_area_code_version" ON "paper" ("kind", "span", "area_code", "version");

CREATE TABLE "paper_hospital" (
    "paper_id" INTEGER NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "place" INTEGER,
    "missed" TEXT[] COLLATE "C" NOT NULL,
    "reasons" TEXT[] COLLATE "C" NOT NULL,
    "words" TEXT[] COLLATE "C" NOT NULL,
    PRIMARY KEY ("paper_id", "hospital_code")
);

CREATE INDEX "paper_hospital_hospital_code" ON "paper_hospital" ("hospital_code");

CREATE TABLE "rectification" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "rectification_no" TEXT COLLATE "C" NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "paper_id" INTEGER,
    "findings" TEXT NOT NULL,
    "demand" TEXT NOT NULL,
    "meet_on" DATE,
    "place" TEXT,
    "answer_by_on" DATE NOT NULL,
    "state" TEXT COLLATE "C" NOT NULL,
    "opened_by" TEXT COLLATE "C" NOT NULL,
    "opened_at" TIMESTAMPTZ NOT NULL,
    "opened_on" DATE NOT NULL,
    "plan" TEXT,
    "promised_on" DATE,
    "file_id" BIGINT,
    "answered_by" TEXT COLLATE "C",
    "answered_at" TIMESTAMPTZ,
    "answered_on" DATE,
    "reply" TEXT,
    "decided_by" TEXT COLLATE "C",
    "decided_at" TIMESTAMPTZ,
    "closed_on" DATE,
    CONSTRAINT rectification_state_known CHECK (state IN ('open', 'answered', 'returned', 'accepted', 'closed', 'withdrawn')),
    CONSTRAINT rectification_answered_whole CHECK ((state IN ('answered', 'accepted', 'closed')) <= (plan IS NOT NULL AND promised_on IS NOT NULL AND answered_by IS NOT NULL)),
    CONSTRAINT rectification_closed_has_its_day CHECK ((state = 'closed') = (closed_on IS NOT NULL)),
    CONSTRAINT rectification_answer_after_opening CHECK (answer_by_on >= opened_on)
);

CREATE UNIQUE INDEX "rectification_rectification_no" ON "rectification" ("rectification_no");

CREATE INDEX "rectification_hospital_code" ON "rectification" ("hospital_code");

CREATE INDEX "rectification_area_code" ON "rectification" ("area_code");

CREATE UNIQUE INDEX "rectification_paper_id_hospital_code" ON "rectification" ("paper_id", "hospital_code");

CREATE TABLE "rectification_event" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "rectification_id" INTEGER NOT NULL,
    "move" TEXT COLLATE "C" NOT NULL,
    "to_state" TEXT COLLATE "C" NOT NULL,
    "happened_on" DATE NOT NULL,
    "happened_at" TIMESTAMPTZ NOT NULL,
    "actor" TEXT COLLATE "C" NOT NULL,
    "words" TEXT,
    "day" DATE,
    "file_id" BIGINT
);

CREATE INDEX "rectification_event_rectification_id" ON "rectification_event" ("rectification_id");

CREATE TABLE "retention_publicity" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "publicity_no" TEXT COLLATE "C" NOT NULL,
    "period" TEXT COLLATE "C" NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "publicity_days" INTEGER NOT NULL,
    "state" TEXT COLLATE "C" NOT NULL,
    "drafted_by" TEXT COLLATE "C" NOT NULL,
    "drafted_at" TIMESTAMPTZ NOT NULL,
    "published_by" TEXT COLLATE "C",
    "published_at" TIMESTAMPTZ,
    "published_on" DATE,
    "until_on" DATE,
    "ended_by" TEXT COLLATE "C",
    "ended_at" TIMESTAMPTZ,
    "ended_on" DATE,
    "withdrawn_by" TEXT COLLATE "C",
    "withdrawn_at" TIMESTAMPTZ,
    "reason" TEXT,
    CONSTRAINT retention_publicity_state_known CHECK (state IN ('draft', 'public', 'ended', 'withdrawn')),
    CONSTRAINT retention_published_by_a_second_person CHECK (published_by <> drafted_by),
    CONSTRAINT retention_ended_by_a_second_person CHECK (ended_by <> drafted_by),
    CONSTRAINT retention_public_all_its_days CHECK (publicity_days > 0 AND until_on >= published_on + publicity_days),
    CONSTRAINT retention_ended_after_its_days CHECK (ended_on > until_on),
    CONSTRAINT retention_publicity_told_whole CHECK ((published_by IS NULL) = (published_on IS NULL) AND (published_by IS NULL) = (until_on IS NULL) AND (ended_by IS NULL) = (ended_on IS NULL) AND (state <> 'public' OR published_by IS NOT NULL) AND (state = 'ended') = (ended_by IS NOT NULL) AND (state <> 'ended' OR published_by IS NOT NULL) AND (state = 'withdrawn') = (withdrawn_by IS NOT NULL) AND (state <> 'withdrawn' OR btrim(reason) <> ''))
);

CREATE UNIQUE INDEX "retention_publicity_publicity_no" ON "retention_publicity" ("publicity_no");

CREATE INDEX "retention_publicity_period_area_code" ON "retention_publicity" ("period", "area_code");

CREATE TABLE "retention_grant" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "grant_no" TEXT COLLATE "C" NOT NULL,
    "publicity_id" INTEGER NOT NULL,
    "period" TEXT COLLATE "C" NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "round_code" TEXT COLLATE "C" NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "agreement_year" INTEGER NOT NULL,
    "base_fen" BIGINT NOT NULL,
    "score" NUMERIC(18, 4),
    "ratio_bp" INTEGER NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "employee_fen" BIGINT,
    "resident_fen" BIGINT,
    "state" TEXT COLLATE "C" NOT NULL,
    "listed_by" TEXT COLLATE "C" NOT NULL,
    "listed_at" TIMESTAMPTZ NOT NULL,
    "granted_by" TEXT COLLATE "C",
    "granted_on" DATE,
    "agency_code" TEXT COLLATE "C",
    "withdrawn_by" TEXT COLLATE "C",
    "withdrawn_at" TIMESTAMPTZ,
    "reason" TEXT,
    CONSTRAINT retention_grant_state_known CHECK (state IN ('listed', 'granted', 'withdrawn', 'sent', 'unknown', 'paid', 'rejected', 'returned')),
    CONSTRAINT retention_grant_above_zero CHECK (amount_fen > 0),
    CONSTRAINT retention_grant_at_most_half CHECK (amount_fen * 2 <= base_fen + 1),
    CONSTRAINT retention_granted_by_a_second_person CHECK (granted_by <> listed_by),
    CONSTRAINT retention_grant_funds_add_up CHECK ((employee_fen IS NULL) = (resident_fen IS NULL) AND (employee_fen IS NULL OR employee_fen >= 0 AND resident_fen >= 0 AND employee_fen + resident_fen = amount_fen)),
    CONSTRAINT retention_grant_told_whole CHECK ((granted_by IS NULL) = (granted_on IS NULL) AND (granted_by IS NULL) = (agency_code IS NULL) AND (state IN ('listed', 'withdrawn') OR granted_by IS NOT NULL) AND (state <> 'listed' OR granted_by IS NULL) AND (state = 'withdrawn') = (withdrawn_by IS NOT NULL) AND (state <> 'withdrawn' OR btrim(reason) <> ''))
);

CREATE UNIQUE INDEX "retention_grant_grant_no" ON "retention_grant" ("grant_no");

CREATE INDEX "retention_grant_publicity_id" ON "retention_grant" ("publicity_id");

CREATE INDEX "retention_grant_hospital_code" ON "retention_grant" ("hospital_code");

CREATE TABLE "retention_allocation" (
    "instruction_id" BIGINT NOT NULL PRIMARY KEY,
    "grant_id" INTEGER NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "live" BOOLEAN NOT NULL DEFAULT true,
    CONSTRAINT retention_allocation_above_zero CHECK (amount_fen > 0)
);

CREATE INDEX "retention_allocation_grant_id" ON "retention_allocation" ("grant_id");

CREATE TABLE "round_term" (
    "round_code" TEXT COLLATE "C" NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "report_from" DATE,
    "report_by" DATE,
    "sign_by" DATE,
    "agreed_share_bp" INTEGER NOT NULL DEFAULT 10000,
    "under_report_bp" INTEGER,
    "over_report_bp" INTEGER,
    "use_from" DATE,
    "use_to" DATE,
    "participants" TEXT COLLATE "C" NOT NULL DEFAULT 'public',
    PRIMARY KEY ("round_code", "area_code"),
    CONSTRAINT round_term_participants_known CHECK (participants IN ('public', 'all', 'none')),
    CONSTRAINT round_term_reports_forward CHECK (report_by >= report_from),
    CONSTRAINT round_term_use_forward CHECK (use_to >= use_from),
    CONSTRAINT round_term_share_range CHECK (agreed_share_bp BETWEEN 0 AND 10000)
);

CREATE TABLE "round_product" (
    "round_code" TEXT COLLATE "C" NOT NULL,
    "nhsa_code" TEXT COLLATE "C" NOT NULL,
    "note" TEXT,
    PRIMARY KEY ("round_code", "nhsa_code")
);

CREATE TABLE "quantity_report" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "round_code" TEXT COLLATE "C" NOT NULL,
    "unified" BOOLEAN NOT NULL,
    "state" TEXT COLLATE "C" NOT NULL,
    "letter_file_id" BIGINT,
    "letter_signed_on" DATE,
    "made_by" TEXT COLLATE "C" NOT NULL,
    "made_at" TIMESTAMPTZ NOT NULL,
    "submitted_by" TEXT COLLATE "C",
    "submitted_on" DATE,
    "decided_by" TEXT COLLATE "C",
    "decided_on" DATE,
    "answer" TEXT,
    CONSTRAINT quantity_report_state_known CHECK (state IN ('draft', 'submitted', 'reviewed', 'returned')),
    CONSTRAINT quantity_report_submitted_with_letter CHECK (state NOT IN ('submitted', 'reviewed') OR (letter_file_id IS NOT NULL AND submitted_by IS NOT NULL)),
    CONSTRAINT quantity_report_needs_a_second_person CHECK (state <> 'reviewed' OR (decided_by IS NOT NULL AND decided_by <> submitted_by))
);

CREATE UNIQUE INDEX "quantity_report_hospital_code_round_code" ON "quantity_report" ("hospital_code", "round_code");

CREATE TABLE "quantity_report_line" (
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "round_code" TEXT COLLATE "C" NOT NULL,
    "nhsa_code" TEXT COLLATE "C" NOT NULL,
    "reported_quantity" NUMERIC(18, 4) NOT NULL,
    "reason" TEXT,
    PRIMARY KEY ("hospital_code", "round_code", "nhsa_code"),
    CONSTRAINT quantity_report_line_not_below_zero CHECK (reported_quantity >= 0)
);

CREATE TABLE "quantity_report_event" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "report_id" INTEGER NOT NULL,
    "move" TEXT COLLATE "C" NOT NULL,
    "from_state" TEXT COLLATE "C" NOT NULL,
    "to_state" TEXT COLLATE "C" NOT NULL,
    "lines" JSONB NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "letter_file_id" BIGINT,
    "actor" TEXT COLLATE "C" NOT NULL,
    "happened_on" DATE NOT NULL,
    "happened_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT quantity_report_event_move_known CHECK (move IN ('submit', 'take_back', 'review', 'give_back'))
);

CREATE INDEX "quantity_report_event_report_id" ON "quantity_report_event" ("report_id");

CREATE TABLE "reporting_run" (
    "round_code" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "figured_on" DATE NOT NULL,
    "figured_at" TIMESTAMPTZ NOT NULL,
    "hospitals" INTEGER NOT NULL,
    "findings" INTEGER NOT NULL
);

CREATE TABLE "reporting_status" (
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "round_code" TEXT COLLATE "C" NOT NULL,
    "nhsa_code" TEXT COLLATE "C" NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT COLLATE "C" NOT NULL,
    "use_from" DATE NOT NULL,
    "use_to" DATE NOT NULL,
    "used_quantity" NUMERIC(18, 4) NOT NULL,
    "used_fen" BIGINT NOT NULL,
    "reported_quantity" NUMERIC(18, 4) NOT NULL,
    "committed_quantity" NUMERIC(18, 4) NOT NULL,
    "state" TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY ("hospital_code", "round_code", "nhsa_code"),
    CONSTRAINT reporting_status_state_known CHECK (state IN ('reported', 'unreported', 'under', 'over', 'unused'))
);

CREATE TABLE "participation_finding" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "kind" TEXT COLLATE "C" NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "round_code" TEXT COLLATE "C" NOT NULL,
    "nhsa_code" TEXT COLLATE "C" NOT NULL DEFAULT '',
    "state" TEXT COLLATE "C" NOT NULL,
    "facts" JSONB NOT NULL,
    "found_on" DATE NOT NULL,
    "last_found_on" DATE NOT NULL,
    "due_on" DATE,
    CONSTRAINT participation_finding_kind_known CHECK (kind IN ('absent', 'unreported', 'under_reported', 'over_reported', 'no_contract', 'unsigned', 'signed_late')),
    CONSTRAINT participation_finding_state_known CHECK (state IN ('open', 'reminded', 'asked', 'rectifying', 'answered', 'settled', 'gone')),
    CONSTRAINT participation_finding_has_its_day CHECK (state NOT IN ('asked', 'rectifying') OR due_on IS NOT NULL)
);

CREATE UNIQUE INDEX "participation_finding_kind_hospital_code_round_code_nhsa_code" ON "participation_finding" ("kind", "hospital_code", "round_code", "nhsa_code");

CREATE INDEX "participation_finding_state_hospital_code" ON "participation_finding" ("state", "hospital_code");

CREATE TABLE "participation_step" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "finding_id" INTEGER NOT NULL,
    "act_no" TEXT COLLATE "C" NOT NULL,
    "move" TEXT COLLATE "C" NOT NULL,
    "from_state" TEXT COLLATE "C" NOT NULL,
    "to_state" TEXT COLLATE "C" NOT NULL,
    "due_on" DATE,
    "words" TEXT NOT NULL DEFAULT '',
    "file_id" BIGINT,
    "actor" TEXT COLLATE "C" NOT NULL,
    "happened_on" DATE NOT NULL,
    "happened_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT participation_step_move_known CHECK (move IN ('remind', 'ask', 'rectify', 'answer', 'settle', 'vanish', 'return')),
    CONSTRAINT participation_step_says_why CHECK (move NOT IN ('ask', 'rectify', 'answer', 'settle') OR btrim(words) <> '')
);

CREATE INDEX "participation_step_finding_id" ON "participation_step" ("finding_id");

CREATE INDEX "participation_step_act_no" ON "participation_step" ("act_no");

CREATE TABLE "grade_item" (
    "scheme_code" TEXT COLLATE "C" NOT NULL,
    "valid_from" DATE NOT NULL,
    "item_code" TEXT COLLATE "C" NOT NULL,
    "name" TEXT NOT NULL,
    "points" NUMERIC(18, 4) NOT NULL,
    "source" TEXT COLLATE "C" NOT NULL,
    "measure" TEXT COLLATE "C",
    "subject" TEXT COLLATE "C",
    "none_bp" INTEGER,
    "full_bp" INTEGER,
    "per_finding" NUMERIC(18, 4),
    PRIMARY KEY ("scheme_code", "valid_from", "item_code"),
    CONSTRAINT grade_item_source_known CHECK (source IN ('indicator', 'assessment', 'findings', 'given')),
    CONSTRAINT grade_item_points_above_zero CHECK (points > 0)
);

CREATE TABLE "grade_tier" (
    "scheme_code" TEXT COLLATE "C" NOT NULL,
    "valid_from" DATE NOT NULL,
    "min_points" NUMERIC(18, 4) NOT NULL,
    "grade" TEXT COLLATE "C" NOT NULL,
    "factor_bp" INTEGER,
    PRIMARY KEY ("scheme_code", "valid_from", "min_points")
);

CREATE TABLE "grade_point" (
    "year" INTEGER NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "item_code" TEXT COLLATE "C" NOT NULL,
    "points" NUMERIC(18, 4) NOT NULL,
    "note" TEXT,
    PRIMARY KEY ("year", "hospital_code", "item_code")
);

CREATE TABLE "grade_list" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "list_no" TEXT COLLATE "C" NOT NULL,
    "year" INTEGER NOT NULL,
    "area_code" TEXT COLLATE "C" NOT NULL,
    "state" TEXT COLLATE "C" NOT NULL,
    "hospitals" INTEGER NOT NULL,
    "made_by" TEXT COLLATE "C" NOT NULL,
    "made_on" DATE NOT NULL,
    "made_at" TIMESTAMPTZ NOT NULL,
    "decided_by" TEXT COLLATE "C",
    "decided_on" DATE,
    "ended_by" TEXT COLLATE "C",
    "ended_on" DATE,
    "end_reason" TEXT,
    CONSTRAINT grade_list_state_known CHECK (state IN ('proposed', 'confirmed', 'withdrawn')),
    CONSTRAINT grade_list_needs_a_second_person CHECK (decided_by <> made_by),
    CONSTRAINT grade_list_confirmed_by CHECK (state <> 'confirmed' OR decided_by IS NOT NULL),
    CONSTRAINT grade_list_withdrawn_with_a_reason CHECK ((state = 'withdrawn') = (coalesce(btrim(end_reason), '') <> ''))
);

CREATE UNIQUE INDEX "grade_list_list_no" ON "grade_list" ("list_no");

CREATE TABLE "grade_result" (
    "list_id" INTEGER NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "scheme_code" TEXT COLLATE "C" NOT NULL,
    "points" NUMERIC(18, 4),
    "grade" TEXT COLLATE "C" NOT NULL,
    "factor_bp" INTEGER,
    PRIMARY KEY ("list_id", "hospital_code")
);

CREATE TABLE "grade_result_item" (
    "list_id" INTEGER NOT NULL,
    "hospital_code" TEXT COLLATE "C" NOT NULL,
    "item_code" TEXT COLLATE "C" NOT NULL,
    "name" TEXT NOT NULL,
    "source" TEXT COLLATE "C" NOT NULL,
    "of_points" NUMERIC(18, 4) NOT NULL,
    "value" NUMERIC(18, 4),
    "points" NUMERIC(18, 4),
    PRIMARY KEY ("list_id", "hospital_code", "item_code")
);

CREATE VIEW area_chain (area_code, above_code, distance) AS
WITH RECURSIVE up (area_code, above_code, distance) AS (
    SELECT area_code, area_code, 0 FROM area
    UNION ALL
    SELECT u.area_code, a.parent_code, u.distance + 1
      FROM up u JOIN area a ON a.area_code = u.above_code
     WHERE a.parent_code IS NOT NULL AND u.distance < 10
)
SELECT area_code, above_code, distance FROM up;

CREATE VIEW paying_agency (area_code, agency_code) AS
SELECT DISTINCT ON (u.area_code) u.area_code, g.agency_code
  FROM area_chain u JOIN agency g ON g.area_code = u.above_code
 ORDER BY u.area_code, u.distance, g.agency_code;


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
        UPDATE payment_allocation SET live = NEW.state NOT IN ('rejected', 'returned', 'reversed', 'cancelled')
         WHERE instruction_id = NEW.id;
    ELSE
        UPDATE retention_allocation SET live = NEW.state NOT IN ('rejected', 'returned', 'reversed', 'cancelled')
         WHERE instruction_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION keep_snapshot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.reference, NEW.uetr, NEW.enterprise_code, NEW.payee_account_no, NEW.payee_account_name,
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
    THEN
        RAISE EXCEPTION 'payment_instruction % is a snapshot', OLD.reference
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN ('accepted>cancelled', 'accepted>rejected', 'accepted>settled', 'approved>batched', 'approved>cancelled', 'batched>cancelled', 'batched>sent', 'cancelled>settled', 'rejected>settled', 'sent>accepted', 'sent>cancelled', 'sent>rejected', 'sent>settled', 'sent>unknown', 'settled>returned', 'settled>reversed', 'unknown>accepted', 'unknown>cancelled', 'unknown>rejected', 'unknown>settled')) THEN
        RAISE EXCEPTION 'payment_instruction % does not go from % to %', OLD.reference, OLD.state,
            NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION keep_allocation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.instruction_id, NEW.sheet_id, NEW.amount_fen)
       IS DISTINCT FROM (OLD.instruction_id, OLD.sheet_id, OLD.amount_fen)
       OR NEW.live <> (SELECT state NOT IN ('rejected', 'returned', 'reversed', 'cancelled') FROM payment_instruction
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
    IF OLD.state || '>' || NEW.state NOT IN ('approved>in_force', 'approved>stopped', 'checked>approved', 'checked>rejected', 'checked>withdrawn', 'requested>approved', 'requested>checked', 'requested>rejected', 'requested>withdrawn') THEN
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
    IF NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN ('partly_settled>settled', 'prepared>sent', 'prepared>voided', 'sent>partly_settled', 'sent>settled') THEN
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
       OR OLD.state || '>' || NEW.state NOT IN ('draft>draft', 'draft>reviewed', 'reviewed>draft', 'reviewed>published') THEN
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

CREATE FUNCTION mark_import() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO open_line_change (what, key)
    VALUES (TG_TABLE_NAME, nullif(current_setting('zhijie.import_id', true), ''));
    RETURN NULL;
END $$;

CREATE FUNCTION mark_filled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) FROM new_rows) > 20000 THEN
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
    IF (SELECT count(*) FROM changed_rows) > 20000 THEN
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
    IF (SELECT count(*) FROM new_rows) > 20000 THEN
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

CREATE FUNCTION keep_invoiced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO line_fact AS f (line_no, invoiced_fen, invoiced_on)
    SELECT * FROM (
SELECT line_no, sum(amount_fen)::bigint AS invoiced_fen, max(issued_on) AS invoiced_on
  FROM new_rows GROUP BY line_no
) said ORDER BY line_no
    ON CONFLICT (line_no) DO UPDATE
       SET invoiced_fen = coalesce(f.invoiced_fen, 0) + excluded.invoiced_fen,
           invoiced_on = greatest(f.invoiced_on, excluded.invoiced_on);
    RETURN NULL;
END $$;

CREATE FUNCTION keep_spoken() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO line_fact AS f (line_no, hospital_word, enterprise_word)
    SELECT * FROM (
SELECT c.line_no, 
max((date_part('epoch', c.decided_at) * 1000000)::bigint * 4
        + CASE WHEN c.decision = 'dispute' THEN 1
               WHEN c.decision = 'withdraw' THEN 0
               WHEN c.amount_fen <> p.amount_fen THEN 2 ELSE 3 END)
        FILTER (WHERE c.party = 'hospital')
 AS hospital_word,
       
max((date_part('epoch', c.decided_at) * 1000000)::bigint * 4
        + CASE WHEN c.decision = 'dispute' THEN 1
               WHEN c.decision = 'withdraw' THEN 0
               WHEN c.amount_fen <> p.amount_fen THEN 2 ELSE 3 END)
        FILTER (WHERE c.party = 'enterprise')
 AS enterprise_word
  FROM new_rows c JOIN purchase_line p USING (line_no) GROUP BY c.line_no
) said ORDER BY line_no
    ON CONFLICT (line_no) DO UPDATE
       SET hospital_word = greatest(f.hospital_word, excluded.hospital_word),
           enterprise_word = greatest(f.enterprise_word, excluded.enterprise_word);
    RETURN NULL;
END $$;

CREATE FUNCTION paid_again_on_proof() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE proved boolean;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM payment_reissue r
                    WHERE r.instruction_id = NEW.reissue_of AND r.released) THEN
        RAISE EXCEPTION 'payment_instruction % needs a released request', NEW.reference
            USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT p.came_to_nothing AND (p.result_said OR p.inquiry_said)
           AND CASE WHEN p.came_back THEN p.credited
                    ELSE p.no_debit AND p.sent_on IS NOT NULL
                         AND cardinality(p.send_days_open) + cardinality(p.later_days_open) = 0 END
      INTO proved
      FROM (SELECT i.sent_on, i.state IN ('rejected', 'returned', 'reversed', 'cancelled') AS came_to_nothing,
       w.result_said, q.answered AS inquiry_said,
       i.state IN ('returned', 'reversed') AS came_back,
       x.booked_fen >= 0 AS no_debit, x.credited,
       (SELECT coalesce(array_agg(DISTINCT g.day ORDER BY g.day), '{}')
          FROM unnest(ARRAY[i.sent_on, z.executed_on]) AS g(day)
         WHERE NOT EXISTS (SELECT 1 FROM statement_day d
                            WHERE d.account_no = b.debtor_account_no AND d.day = g.day
                              AND d.closed)) AS send_days_open,
       (SELECT coalesce(array_agg(t.day ORDER BY t.day), '{}') FROM (
            SELECT g.day::date AS day FROM generate_series(l.after_on + 1,
                   l.after_on + 40, interval '1 day') AS g(day)
              LEFT JOIN calendar_day c ON c.day = g.day::date
             WHERE coalesce((SELECT k.kind FROM bank_day k WHERE k.day = g.day::date
                                AND k.profile_code IN (b.profile_code, '*')
                              ORDER BY k.profile_code = '*' LIMIT 1), c.kind,
                            CASE WHEN extract(isodow FROM g.day) < 6 THEN 'working' END)
                   IN ('working', 'makeup')
             ORDER BY g.day LIMIT l.days) t
         WHERE NOT EXISTS (SELECT 1 FROM statement_day d
                            WHERE d.account_no = b.debtor_account_no AND d.day = t.day
                              AND d.closed)) AS later_days_open
              FROM payment_instruction i
  LEFT JOIN payment_batch b ON b.id = i.batch_id
 CROSS JOIN LATERAL (SELECT greatest(i.sent_on, b.execution_on) AS executed_on) z
 CROSS JOIN LATERAL (SELECT coalesce(sum(s.amount_fen), 0) AS booked_fen,
                            coalesce(bool_or(s.amount_fen > 0), false) AS credited
                       FROM statement_entry s WHERE s.instruction_id = i.id) x
 CROSS JOIN LATERAL (SELECT count(*) > 0 AS result_said,
                            max(r.booked_on) FILTER (WHERE r.outcome = 'rejected') AS refused_on
                       FROM bank_result_line r WHERE r.instruction_id = i.id
                        AND r.outcome IN ('rejected', 'returned')) w
 CROSS JOIN LATERAL (SELECT i.state = 'rejected' AS rejected) s
 CROSS JOIN LATERAL (SELECT CASE WHEN s.rejected THEN greatest(z.executed_on, w.refused_on)
                                 ELSE z.executed_on END AS after_on,
                            CASE WHEN s.rejected THEN 1
                                 ELSE 2 END AS days) l
 CROSS JOIN LATERAL (SELECT EXISTS (SELECT 1 FROM bank_inquiry y WHERE y.instruction_id = i.id
                               AND y.confirmed_by IS NOT NULL) AS answered) q
             WHERE i.id = NEW.reissue_of) p;
    IF proved IS NOT TRUE THEN
        RAISE EXCEPTION 'payment_instruction % lacks a proof that % came to nothing',
            NEW.reference, NEW.reissue_of USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION paid_sheets_are_replaced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Joins alone: asked row by row the planner walks all payments backwards for each sheet.
    IF EXISTS (SELECT 1 FROM new_rows n
                 JOIN payment_allocation a
                   ON a.sheet_id = n.sheet_id AND a.instruction_id <> n.instruction_id
                 JOIN payment_instruction i ON i.id = n.instruction_id
                WHERE i.reissue_of IS NULL OR a.instruction_id > i.reissue_of)
       OR EXISTS (SELECT 1 FROM new_rows n JOIN payment_instruction i ON i.id = n.instruction_id
                    LEFT JOIN payment_allocation a
                      ON a.instruction_id = i.reissue_of AND a.sheet_id = n.sheet_id
                   WHERE i.reissue_of IS NOT NULL AND a.sheet_id IS NULL)
       OR EXISTS (SELECT 1 FROM new_rows n JOIN payment_instruction i ON i.id = n.instruction_id
                   WHERE i.hospital_code IS NOT NULL)
    THEN
        RAISE EXCEPTION 'a sheet paid before is paid again by the re-issue of that payment alone'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION keep_quantity_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ('draft>submitted', 'returned>submitted', 'reviewed>returned', 'submitted>draft', 'submitted>returned', 'submitted>reviewed')
       OR (NEW.hospital_code, NEW.round_code) IS DISTINCT FROM (OLD.hospital_code, OLD.round_code)
       OR OLD.state IN ('submitted', 'reviewed') AND NEW.state = OLD.state
          AND (NEW.letter_file_id, NEW.unified) IS DISTINCT FROM (OLD.letter_file_id, OLD.unified)
    THEN
        RAISE EXCEPTION 'quantity_report % cannot go from % to % like this', OLD.id, OLD.state,
            NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION keep_report_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE said quantity_report_line := coalesce(NEW, OLD);
BEGIN
    IF EXISTS (SELECT FROM quantity_report q JOIN hospital h ON h.hospital_code = said.hospital_code
                WHERE q.round_code = said.round_code AND q.state IN ('submitted', 'reviewed')
                  AND (q.hospital_code = said.hospital_code
                       OR q.unified AND q.hospital_code = h.lead_hospital_code))
    THEN
        RAISE EXCEPTION 'the report of % in % is submitted', said.hospital_code, said.round_code
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN said;
END $$;

CREATE FUNCTION keep_participation_finding() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ('answered>asked', 'answered>gone', 'answered>rectifying', 'answered>settled', 'asked>answered', 'asked>asked', 'asked>gone', 'asked>rectifying', 'asked>settled', 'gone>open', 'open>answered', 'open>asked', 'open>gone', 'open>rectifying', 'open>reminded', 'open>settled', 'rectifying>answered', 'rectifying>asked', 'rectifying>gone', 'rectifying>rectifying', 'rectifying>settled', 'reminded>answered', 'reminded>asked', 'reminded>gone', 'reminded>rectifying', 'reminded>reminded', 'reminded>settled')
       OR (NEW.kind, NEW.hospital_code, NEW.round_code, NEW.nhsa_code, NEW.found_on)
          IS DISTINCT FROM (OLD.kind, OLD.hospital_code, OLD.round_code, OLD.nhsa_code,
                            OLD.found_on)
    THEN
        RAISE EXCEPTION 'participation_finding % cannot go from % to % like this', OLD.id,
            OLD.state, NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION keep_grade_list() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state || '>' || NEW.state NOT IN ('confirmed>withdrawn', 'proposed>confirmed', 'proposed>withdrawn')
       OR (NEW.list_no, NEW.year, NEW.area_code, NEW.made_by, NEW.hospitals)
          IS DISTINCT FROM (OLD.list_no, OLD.year, OLD.area_code, OLD.made_by, OLD.hospitals)
    THEN
        RAISE EXCEPTION 'grade_list % cannot go from % to % like this', OLD.id, OLD.state,
            NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

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
    IF OLD.state || '>' || NEW.state NOT IN ('asked>asked', 'asked>paid', 'asked>withdrawn', 'paid>asked', 'withdrawn>withdrawn')
       OR NEW.received_fen <> (SELECT coalesce(sum(amount_fen), 0) FROM money_receipt
                                WHERE request_id = NEW.id)
    THEN
        RAISE EXCEPTION 'money_request % follows its receipts', OLD.request_no
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION keep_risk_finding() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ('answered>asked', 'answered>dismissed', 'answered>explained', 'answered>handed_over', 'answered>rectifying', 'asked>answered', 'asked>dismissed', 'asked>explained', 'asked>handed_over', 'asked>rectifying', 'dismissed>open', 'explained>open', 'handed_over>open', 'open>asked', 'open>dismissed', 'open>handed_over', 'open>rectifying', 'rectified>open', 'rectifying>handed_over', 'rectifying>rectified')
       OR NEW.evidence_count < OLD.evidence_count
    THEN
        RAISE EXCEPTION 'risk_finding % does not go from % to %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'handed_over' AND OLD.state <> 'handed_over' AND NOT EXISTS (
        SELECT FROM risk_handover_item i JOIN risk_handover h ON h.id = i.handover_id
         WHERE i.finding_id = NEW.id AND h.state = 'handed')
    THEN
        RAISE EXCEPTION 'risk_finding % is handed over by an approved handover alone', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION keep_risk_handover() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state || '>' || NEW.state NOT IN ('prepared>handed', 'prepared>withdrawn') THEN
        RAISE EXCEPTION 'risk_handover % does not go from % to %', OLD.handover_no, OLD.state,
            NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION keep_turnover() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state || '>' || NEW.state NOT IN ('applied>approved', 'applied>refused', 'applied>withdrawn', 'approved>paid', 'paid>recovering', 'recovering>recovering')
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

CREATE FUNCTION keep_subledger_closing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = NEW.state AND OLD.state <> 'running'
       OR OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ('asked>refused', 'asked>running', 'asked>withdrawn', 'closed>reopened', 'running>closed', 'running>stopped')
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
       OR OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ('approved>paid', 'approved>withdrawn', 'paid>recovered', 'proposed>approved', 'proposed>refused', 'proposed>withdrawn')
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

CREATE FUNCTION keep_problem() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state || '>' || NEW.state NOT IN ('answered>closed', 'answered>handling', 'closed>closed', 'closed>handling', 'handling>answered', 'handling>handling', 'handling>reported', 'handling>withdrawn', 'reported>answered', 'reported>handling', 'reported>reported', 'reported>withdrawn') THEN
        RAISE EXCEPTION 'problem % does not go from % to %', OLD.problem_no, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION keep_scheme_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state || '>' || NEW.state NOT IN ('draft>draft', 'draft>submitted', 'draft>withdrawn', 'submitted>draft', 'submitted>in_force', 'submitted>withdrawn')
       OR NOT NEW.makers @> OLD.makers
       OR OLD.state = 'submitted' AND (NEW.cells, NEW.scheme_code, NEW.valid_from, NEW.area_code)
          IS DISTINCT FROM (OLD.cells, OLD.scheme_code, OLD.valid_from, OLD.area_code)
    THEN
        RAISE EXCEPTION 'scheme_draft % cannot go from % to % like this', OLD.id, OLD.state,
            NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION keep_window() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.line_no, OLD.party, OLD.round_no, OLD.kind, OLD.opened_on, OLD.scheme_code, OLD.silence,
        OLD.amount_fen)
       IS DISTINCT FROM
       (NEW.line_no, NEW.party, NEW.round_no, NEW.kind, NEW.opened_on, NEW.scheme_code, NEW.silence,
        NEW.amount_fen)
       OR NEW.due_on < OLD.due_on
       OR OLD.automatic_at IS NOT NULL AND NEW.automatic_at IS DISTINCT FROM OLD.automatic_at
       OR OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ('auto_confirmed>overruled', 'auto_confirmed>revoked', 'escalated>answered', 'escalated>dropped', 'escalated>suspended', 'open>answered', 'open>auto_confirmed', 'open>dropped', 'open>escalated', 'open>rolled', 'open>suspended')
    THEN
        RAISE EXCEPTION 'confirm_window % cannot become so', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION keep_dispute() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.line_no, OLD.party, OLD.opened_on, OLD.said_at)
       IS DISTINCT FROM (NEW.line_no, NEW.party, NEW.opened_on, NEW.said_at)
       OR OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ('advised>advised', 'advised>closed', 'open>advised', 'open>closed')
    THEN
        RAISE EXCEPTION 'line_dispute % cannot become so', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION keep_paper() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.kind, NEW.span, NEW.area_code, NEW.version, NEW.content, NEW.content_hash,
        NEW.made_by, NEW.made_at, NEW.made_on)
       IS DISTINCT FROM (OLD.kind, OLD.span, OLD.area_code, OLD.version, OLD.content,
        OLD.content_hash, OLD.made_by, OLD.made_at, OLD.made_on)
       OR (OLD.docx_file_id IS NOT NULL AND NEW.docx_file_id IS DISTINCT FROM OLD.docx_file_id)
       OR (OLD.xlsx_file_id IS NOT NULL AND NEW.xlsx_file_id IS DISTINCT FROM OLD.xlsx_file_id)
       OR (OLD.paper_no IS NOT NULL AND (NEW.paper_no, NEW.sent_on, NEW.reviewed_by)
           IS DISTINCT FROM (OLD.paper_no, OLD.sent_on, OLD.reviewed_by))
    THEN
        RAISE EXCEPTION 'paper % was written once', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ('draft>dropped', 'draft>reviewed', 'reviewed>draft', 'reviewed>dropped', 'reviewed>sent', 'sent>replaced', 'sent>withdrawn') THEN
        RAISE EXCEPTION 'paper % cannot go from % to %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION keep_rectification() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.state <> NEW.state
        AND OLD.state || '>' || NEW.state NOT IN ('accepted>closed', 'accepted>withdrawn', 'answered>accepted', 'answered>returned', 'answered>withdrawn', 'open>answered', 'open>withdrawn', 'returned>answered', 'returned>withdrawn'))
       OR (NEW.rectification_no, NEW.hospital_code, NEW.paper_id, NEW.findings, NEW.demand)
       IS DISTINCT FROM (OLD.rectification_no, OLD.hospital_code, OLD.paper_id, OLD.findings,
                         OLD.demand)
    THEN
        RAISE EXCEPTION 'rectification % cannot go from % to %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

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
         WHERE n.state <> o.state AND n.state IN ('sent', 'unknown', 'accepted', 'settled', 'rejected', 'returned', 'reversed', 'cancelled') ORDER BY n.id;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION keep_webhook_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state || '>' || NEW.state NOT IN ('dead>waiting', 'delivered>waiting', 'sending>dead', 'sending>delivered', 'sending>sending', 'sending>waiting', 'waiting>dropped', 'waiting>sending')
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

CREATE FUNCTION keep_closed_sheet() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM closed_month c
                WHERE c.period = OLD.period AND c.area_code = OLD.area_code) THEN
        RAISE EXCEPTION 'the month % of % is closed', OLD.period, OLD.area_code
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'settlement_sheet_closed',
                  DETAIL = OLD.period || ' ' || OLD.area_code;
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE FUNCTION keep_closed_sheets() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE closed record;
BEGIN
    IF EXISTS (SELECT FROM closed_month) THEN
        SELECT c.period, c.area_code INTO closed
          FROM closed_month c JOIN new_rows n USING (period, area_code) LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'the month % of % is closed', closed.period, closed.area_code
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'settlement_sheet_closed',
                  DETAIL = closed.period || ' ' || closed.area_code;
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION keep_closed_offset() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE touched record := coalesce(OLD, NEW);
BEGIN
    IF EXISTS (SELECT FROM closed_month c
                WHERE c.period = touched.period AND c.area_code = touched.area_code) THEN
        RAISE EXCEPTION 'the month % of % is closed', touched.period, touched.area_code
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'hospital_offset_closed',
                  DETAIL = touched.period || ' ' || touched.area_code;
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE FUNCTION keep_closed_books() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE closed record;
BEGIN
    IF EXISTS (SELECT FROM closed_month c WHERE c.period IN (
                   SELECT to_char(d.posted_on, 'YYYY-MM')
                     FROM (SELECT DISTINCT posted_on FROM new_rows) d)) THEN
        SELECT x.period, x.area_code INTO closed
          FROM (SELECT to_char(n.posted_on, 'YYYY-MM') AS period, split_part(a.account, ':', 2)
                       AS owner
                  FROM new_rows n
                 CROSS JOIN LATERAL (VALUES (n.debit_account), (n.credit_account)) a (account)) o
          JOIN (SELECT c.period, h.hospital_code AS owner, c.area_code
                  FROM closed_month c JOIN hospital h USING (area_code)
                UNION ALL
                SELECT b.period, b.agency_code, g.area_code
                  FROM closed_book b JOIN agency g USING (agency_code)) x USING (period, owner)
         LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'the month % of % is closed', closed.period, closed.area_code
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'ledger_entry_closed',
                  DETAIL = closed.period || ' ' || closed.area_code;
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION unverify_filed_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.account_verified := false;
    RETURN NEW;
END $$;

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
    IF NEW.state <> OLD.state AND OLD.state || '>' || NEW.state NOT IN ('granted>paid', 'granted>sent', 'granted>withdrawn', 'listed>granted', 'listed>withdrawn', 'paid>returned', 'rejected>paid', 'rejected>sent', 'returned>sent', 'sent>granted', 'sent>paid', 'sent>rejected', 'sent>unknown', 'unknown>granted', 'unknown>paid', 'unknown>rejected', 'unknown>sent') THEN
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
    IF OLD.state || '>' || NEW.state NOT IN ('draft>public', 'draft>withdrawn', 'public>ended', 'public>withdrawn')
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
                WHERE (n.live AND g.state IN ('granted', 'rejected', 'returned')
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
       OR NEW.live <> (SELECT state NOT IN ('rejected', 'returned', 'reversed', 'cancelled') FROM payment_instruction
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


CREATE INDEX open_line_check ON open_line (next_check_on) WHERE next_check_on IS NOT NULL;
CREATE INDEX purchase_line_import ON purchase_line USING brin (import_id)
    WITH (autosummarize = on);
CREATE INDEX confirmation_import ON confirmation USING brin (import_id) WITH (autosummarize = on);
CREATE INDEX line_void_import ON line_void USING brin (import_id) WITH (autosummarize = on);
CREATE INDEX invoice_line_import ON invoice_line USING brin (import_id) WITH (autosummarize = on);
CREATE INDEX hospital_payment_import ON hospital_payment USING brin (import_id)
    WITH (autosummarize = on);


CREATE UNIQUE INDEX money_request_one_live ON money_request (kind, source)
    WHERE state <> 'withdrawn';



CREATE VIEW round_term_of AS
SELECT DISTINCT ON (u.area_code, x.round_code) u.area_code AS of_area, x.*
  FROM area_chain u JOIN round_term x ON x.area_code = u.above_code
 ORDER BY u.area_code, x.round_code, u.distance;

CREATE VIEW signing_status AS
SELECT r.hospital_code, r.round_code, r.nhsa_code, c.enterprise_code, c.contract_no,
       r.committed_quantity, c.committed_quantity AS contracted_quantity,
       t.sign_by AS due_on, c.signed_on,
       CASE WHEN c.contract_no IS NULL THEN 'unsigned'
            WHEN c.signed_on > t.sign_by THEN 'late' ELSE 'in_time' END AS state
  FROM reported_quantity r JOIN hospital h USING (hospital_code)
  LEFT JOIN round_term_of t ON t.of_area = h.area_code AND t.round_code = r.round_code
  LEFT JOIN contract c ON c.hospital_code = r.hospital_code AND c.nhsa_code = r.nhsa_code
       AND c.round_code = r.round_code
 WHERE r.committed_quantity > 0;

CREATE UNIQUE INDEX grade_list_one_stands ON grade_list (year, area_code)
    WHERE state IN ('proposed', 'confirmed');
CREATE INDEX reporting_status_round ON reporting_status (round_code, state);
CREATE INDEX quantity_report_line_round ON quantity_report_line (round_code, hospital_code);


CREATE UNIQUE INDEX turnover_one_a_year ON turnover_grant (hospital_code, year)
    WHERE state NOT IN ('refused', 'withdrawn');


CREATE UNIQUE INDEX subledger_closing_one_live ON subledger_closing (hospital_code)
    WHERE state IN ('asked', 'running', 'closed');
CREATE UNIQUE INDEX round_prepayment_one_live ON round_prepayment (hospital_code, round_code, year)
    WHERE state NOT IN ('refused', 'withdrawn');
CREATE UNIQUE INDEX round_recovery_month_once ON round_recovery (prepayment_id, period)
    WHERE period IS NOT NULL;
CREATE UNIQUE INDEX round_recovery_voucher_once ON round_recovery (voucher_no)
    WHERE voucher_no IS NOT NULL;


CREATE VIEW problem_sight (problem_id, area_code, hospital_code, enterprise_code) AS
SELECT id, area_code, NULL, NULL FROM problem
UNION ALL
SELECT id, desk_area_code, NULL, NULL FROM problem WHERE desk_area_code <> area_code
UNION ALL
SELECT problem_id, NULL, CASE party_kind WHEN 'hospital' THEN party_code END,
       CASE party_kind WHEN 'enterprise' THEN party_code END
  FROM problem_side;


CREATE UNIQUE INDEX scheme_draft_one_open ON scheme_draft (scheme_code, valid_from)
    WHERE state IN ('draft', 'submitted');


CREATE UNIQUE INDEX confirm_window_one_running ON confirm_window (line_no, party)
    WHERE state IN ('open', 'escalated');
-- A window changes some times in its life: room beside it, so that few indexes are touched.
ALTER TABLE confirm_window SET (fillfactor = 60);
CREATE INDEX confirm_window_running_due ON confirm_window (due_on)
    WHERE state IN ('open', 'escalated');
CREATE INDEX confirm_window_automatic ON confirm_window (line_no, party)
    WHERE state = 'auto_confirmed';
CREATE UNIQUE INDEX line_dispute_one_live ON line_dispute (line_no, party) WHERE state <> 'closed';


CREATE UNIQUE INDEX paper_one_open ON paper (kind, span, area_code)
    WHERE state IN ('draft', 'reviewed');
CREATE UNIQUE INDEX paper_one_in_force ON paper (kind, span, area_code) WHERE state = 'sent';
CREATE INDEX rectification_live ON rectification (hospital_code)
    WHERE state IN ('open', 'answered', 'returned', 'accepted');


CREATE INDEX webhook_event_untold ON webhook_event (id) WHERE NOT told;
CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook_id, next_try_at)
    WHERE state IN ('waiting', 'sending');
CREATE INDEX webhook_delivery_dead ON webhook_delivery (webhook_id, id) WHERE state = 'dead';


CREATE UNIQUE INDEX retention_once_a_year_of_the_round
    ON retention_grant (hospital_code, round_code, agreement_year) WHERE state <> 'withdrawn';
CREATE UNIQUE INDEX retention_once_a_calculation
    ON retention_grant (period, hospital_code, round_code) WHERE state <> 'withdrawn';
CREATE UNIQUE INDEX retention_one_live_payment ON retention_allocation (grant_id) WHERE live;
CREATE INDEX payment_instruction_hospital ON payment_instruction (hospital_code)
    WHERE hospital_code IS NOT NULL;


ALTER TABLE file_chunk ALTER COLUMN content SET STORAGE EXTERNAL;
ALTER TABLE settlement_sheet SET (fillfactor = 50);
ALTER TABLE payment_instruction SET (fillfactor = 50);

CREATE TRIGGER ledger_entry_add_only BEFORE UPDATE OR DELETE ON ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_event_add_only BEFORE UPDATE OR DELETE ON audit_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER sign_in_attempt_add_only BEFORE UPDATE OR DELETE ON sign_in_attempt FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER instruction_event_add_only BEFORE UPDATE OR DELETE ON instruction_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER confirmation_add_only BEFORE UPDATE OR DELETE ON confirmation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER master_history_add_only BEFORE UPDATE OR DELETE ON master_history FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER file_chunk_add_only BEFORE UPDATE OR DELETE ON file_chunk FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER stored_file_add_only BEFORE UPDATE OR DELETE ON stored_file FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER statement_day_event_add_only BEFORE UPDATE OR DELETE ON statement_day_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER arrears_ranking_add_only BEFORE UPDATE OR DELETE ON arrears_ranking FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER arrears_ranking_row_add_only BEFORE UPDATE OR DELETE ON arrears_ranking_row FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER acknowledgement_add_only BEFORE UPDATE OR DELETE ON acknowledgement FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER acknowledged_line_add_only BEFORE UPDATE OR DELETE ON acknowledged_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER measure_step_add_only BEFORE UPDATE OR DELETE ON measure_step FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER measure_copy_add_only BEFORE UPDATE OR DELETE ON measure_copy FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER measure_event_add_only BEFORE UPDATE OR DELETE ON measure_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER measure_file_add_only BEFORE UPDATE OR DELETE ON measure_file FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER dispute_word_add_only BEFORE UPDATE OR DELETE ON dispute_word FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER problem_side_add_only BEFORE UPDATE OR DELETE ON problem_side FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER problem_link_add_only BEFORE UPDATE OR DELETE ON problem_link FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER problem_word_add_only BEFORE UPDATE OR DELETE ON problem_word FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER problem_event_add_only BEFORE UPDATE OR DELETE ON problem_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER closed_month_add_only BEFORE UPDATE OR DELETE ON closed_month FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER closed_book_add_only BEFORE UPDATE OR DELETE ON closed_book FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER led_member_add_only BEFORE UPDATE OR DELETE ON led_member FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER money_receipt_add_only BEFORE UPDATE OR DELETE ON money_receipt FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER books_run_add_only BEFORE UPDATE OR DELETE ON books_run FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER round_line_add_only BEFORE UPDATE OR DELETE ON round_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER round_recovery_add_only BEFORE UPDATE OR DELETE ON round_recovery FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER retention_word_add_only BEFORE UPDATE OR DELETE ON retention_word FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER app_user_never_deleted BEFORE DELETE ON app_user FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER user_session_never_deleted BEFORE DELETE ON user_session FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER password_link_never_deleted BEFORE DELETE ON password_link FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER area_never_deleted BEFORE DELETE ON area FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER agency_never_deleted BEFORE DELETE ON agency FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER hospital_never_deleted BEFORE DELETE ON hospital FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER enterprise_never_deleted BEFORE DELETE ON enterprise FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER product_never_deleted BEFORE DELETE ON product FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER vbp_round_never_deleted BEFORE DELETE ON vbp_round FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER award_never_deleted BEFORE DELETE ON award FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER contract_never_deleted BEFORE DELETE ON contract FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER scheme_never_deleted BEFORE DELETE ON scheme FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER scheme_product_never_deleted BEFORE DELETE ON scheme_product FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER scheme_round_never_deleted BEFORE DELETE ON scheme_round FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER mandate_never_deleted BEFORE DELETE ON mandate FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER purchase_line_never_deleted BEFORE DELETE ON purchase_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER line_void_never_deleted BEFORE DELETE ON line_void FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER invoice_line_never_deleted BEFORE DELETE ON invoice_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER hospital_payment_never_deleted BEFORE DELETE ON hospital_payment FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER prepayment_voucher_never_deleted BEFORE DELETE ON prepayment_voucher FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payment_batch_never_deleted BEFORE DELETE ON payment_batch FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payment_instruction_never_deleted BEFORE DELETE ON payment_instruction FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payment_allocation_never_deleted BEFORE DELETE ON payment_allocation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_profile_never_deleted BEFORE DELETE ON bank_profile FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_profile_change_never_deleted BEFORE DELETE ON bank_profile_change FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER rail_rule_never_deleted BEFORE DELETE ON rail_rule FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payment_reissue_never_deleted BEFORE DELETE ON payment_reissue FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_inquiry_never_deleted BEFORE DELETE ON bank_inquiry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER mail_fact_never_deleted BEFORE DELETE ON mail_fact FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER contact_never_deleted BEFORE DELETE ON contact FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER mail_bounce_never_deleted BEFORE DELETE ON mail_bounce FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_result_file_never_deleted BEFORE DELETE ON bank_result_file FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_result_line_never_deleted BEFORE DELETE ON bank_result_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER statement_day_never_deleted BEFORE DELETE ON statement_day FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER statement_entry_never_deleted BEFORE DELETE ON statement_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payment_exception_never_deleted BEFORE DELETE ON payment_exception FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER case_decision_never_deleted BEFORE DELETE ON case_decision FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER sheet_review_never_deleted BEFORE DELETE ON sheet_review FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER account_change_never_deleted BEFORE DELETE ON account_change FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER hospital_account_change_never_deleted BEFORE DELETE ON hospital_account_change FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER delivery_note_never_deleted BEFORE DELETE ON delivery_note FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER period_close_never_deleted BEFORE DELETE ON period_close FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER line_excuse_never_deleted BEFORE DELETE ON line_excuse FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER measure_never_deleted BEFORE DELETE ON measure FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER confirm_window_never_deleted BEFORE DELETE ON confirm_window FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER line_dispute_never_deleted BEFORE DELETE ON line_dispute FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER money_request_never_deleted BEFORE DELETE ON money_request FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER turnover_grant_never_deleted BEFORE DELETE ON turnover_grant FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER subledger_closing_never_deleted BEFORE DELETE ON subledger_closing FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER round_prepayment_never_deleted BEFORE DELETE ON round_prepayment FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER round_share_never_deleted BEFORE DELETE ON round_share FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER scheme_draft_never_deleted BEFORE DELETE ON scheme_draft FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER api_key_never_deleted BEFORE DELETE ON api_key FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER webhook_never_deleted BEFORE DELETE ON webhook FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER cadence_rule_never_deleted BEFORE DELETE ON cadence_rule FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER problem_never_deleted BEFORE DELETE ON problem FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER retention_rule_never_deleted BEFORE DELETE ON retention_rule FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER retention_publicity_never_deleted BEFORE DELETE ON retention_publicity FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER retention_grant_never_deleted BEFORE DELETE ON retention_grant FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER retention_allocation_never_deleted BEFORE DELETE ON retention_allocation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER purchase_line_as_said BEFORE UPDATE OF line_no, amount_fen ON purchase_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER invoice_line_as_said BEFORE UPDATE OF line_no, amount_fen, issued_on ON invoice_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payment_batch_as_said BEFORE UPDATE OF explanation ON payment_batch FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER account_change_as_said BEFORE UPDATE OF credit_code, before, after, source, note, evidence_file_id, wanted_on, reviews_needed, cooling_days, requested_by, requested_at ON account_change FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER hospital_account_change_as_said BEFORE UPDATE OF hospital_code, before, after, source, note, evidence_file_id, wanted_on, reviews_needed, cooling_days, requested_by, requested_at ON hospital_account_change FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER period_close_as_said BEFORE UPDATE OF close_no, period, area_code, area_codes, totals, points, content_hash, note, proposed_by, proposed_at, proposed_on ON period_close FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_result_file_as_said BEFORE UPDATE OF file_id, sha256, profile_code, profile_version ON bank_result_file FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_result_line_as_said BEFORE UPDATE OF result_file_id, row, reference, status_text, status, amount_fen, booked_on, account_no, account_name ON bank_result_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER statement_entry_as_said BEFORE UPDATE OF account_no, day, entry_no, booked_on, amount_fen, reference ON statement_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER line_excuse_as_said BEFORE UPDATE OF request_no, line_no, hospital_code, enterprise_code, area_code, responsible, party_code, due_on, unpaid_fen, from_on, until_on, reason, note, evidence_file_id, asked_by, asked_at, asked_on ON line_excuse FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER measure_as_said BEFORE UPDATE OF measure_no, kind, party_kind, party_code, area_codes, opened_on, words, lines_count, unpaid_fen, interest_fen, days_late_max, from_on, until_on, made_by, made_at, dedupe_key ON measure FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payment_exception_as_said BEFORE UPDATE OF kind, evidence, facts, opened_at, opened_on, dedupe_key ON payment_exception FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER money_request_as_said BEFORE UPDATE OF request_no, kind, hospital_code, area_code, period, amount_fen, asked_on, due_on, source, note, asked_by, asked_at ON money_request FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER turnover_grant_as_said BEFORE UPDATE OF turnover_no, year, hospital_code, area_code, scheme_code, scheme_from, base_from, base_to, base_months, base_fen, drug_bp, consumable_bp, drug_fen, consumable_fen, amount_fen, facts, note, applied_by, applied_at, applied_on ON turnover_grant FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER problem_as_said BEFORE UPDATE OF problem_no, title, words, party_kind, party_code, area_code, is_new, hospital_code, enterprise_code, manufacturer_code, reported_by, reported_at, reported_on ON problem FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER subledger_closing_as_said BEFORE UPDATE OF closing_no, hospital_code, area_code, reason, finish_on, asked_by, asked_at, asked_on ON subledger_closing FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER round_prepayment_as_said BEFORE UPDATE OF prepayment_no, round_code, hospital_code, area_code, year, agreed_fen, ratio_bp, gross_fen, already_fen, amount_fen, destination, pass_on_days, pass_down_days, proposed_by, proposed_at, proposed_on ON round_prepayment FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER round_share_as_said BEFORE UPDATE OF prepayment_id, enterprise_code, hospital_code, amount_fen ON round_share FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER api_key_as_said BEFORE UPDATE OF key_hash, hint, role, area_code, party_code, permissions, addresses, certificate_sha256, sealed_signing_secret, expires_on, made_by, made_at ON api_key FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER webhook_as_said BEFORE UPDATE OF url, role, area_code, party_code, events, sealed_secret, made_by, made_at ON webhook FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER webhook_event_as_said BEFORE UPDATE OF kind, area_code, hospital_code, enterprise_code, subject, facts, happened_at ON webhook_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER area_history AFTER UPDATE ON area REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('area_code');
CREATE TRIGGER agency_history AFTER UPDATE ON agency REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('agency_code');
CREATE TRIGGER hospital_history AFTER UPDATE ON hospital REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('hospital_code');
CREATE TRIGGER enterprise_history AFTER UPDATE ON enterprise REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('credit_code');
CREATE TRIGGER bank_branch_history AFTER UPDATE ON bank_branch REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('cnaps_code');
CREATE TRIGGER contact_history AFTER UPDATE ON contact REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('id');
CREATE TRIGGER product_history AFTER UPDATE ON product REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('nhsa_code');
CREATE TRIGGER vbp_round_history AFTER UPDATE ON vbp_round REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('round_code');
CREATE TRIGGER award_history AFTER UPDATE ON award REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('round_code', 'nhsa_code', 'area_code');
CREATE TRIGGER contract_history AFTER UPDATE ON contract REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('contract_no');
CREATE TRIGGER purchase_order_history AFTER UPDATE ON purchase_order REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('order_no', 'nhsa_code');
CREATE TRIGGER delivery_note_history AFTER UPDATE ON delivery_note REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('delivery_no', 'order_no', 'nhsa_code');
CREATE TRIGGER calendar_day_history AFTER UPDATE ON calendar_day REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('day');
CREATE TRIGGER scheme_history AFTER UPDATE ON scheme REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('scheme_code', 'valid_from');
CREATE TRIGGER scheme_product_history AFTER UPDATE ON scheme_product REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('scheme_code', 'valid_from', 'nhsa_code');
CREATE TRIGGER scheme_round_history AFTER UPDATE ON scheme_round REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('scheme_code', 'valid_from', 'round_code');
CREATE TRIGGER mandate_history AFTER UPDATE ON mandate REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('hospital_code', 'valid_from');
CREATE TRIGGER ladder_step_history AFTER UPDATE ON ladder_step REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('scheme_code', 'valid_from', 'step');
CREATE TRIGGER cadence_rule_history AFTER UPDATE ON cadence_rule REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('area_code', 'valid_from');
CREATE TRIGGER lpr_rate_history AFTER UPDATE ON lpr_rate REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('valid_from');
CREATE TRIGGER retention_tier_history AFTER UPDATE ON retention_tier REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('scheme_code', 'valid_from', 'min_score');
CREATE TRIGGER indicator_definition_history AFTER UPDATE ON indicator_definition REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('indicator', 'subject', 'area_code', 'valid_from');
CREATE TRIGGER retention_rule_history AFTER UPDATE ON retention_rule REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('scheme_code', 'valid_from');
CREATE TRIGGER assessment_item_history AFTER UPDATE ON assessment_item REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('scheme_code', 'valid_from', 'item_code');
CREATE TRIGGER assessment_point_history AFTER UPDATE ON assessment_point REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('period', 'hospital_code', 'round_code', 'item_code');
CREATE TRIGGER rail_rule_history AFTER UPDATE ON rail_rule REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('profile_code', 'rail', 'valid_from');
CREATE TRIGGER bank_day_history AFTER UPDATE ON bank_day REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('profile_code', 'day');
CREATE TRIGGER monthly_fund_history AFTER UPDATE ON monthly_fund REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('period', 'hospital_code');
CREATE TRIGGER fund_reserve_history AFTER UPDATE ON fund_reserve REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('area_code', 'year', 'pool');
CREATE TRIGGER procurement_total_history AFTER UPDATE ON procurement_total REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('period', 'hospital_code', 'kind');
CREATE TRIGGER reported_quantity_history AFTER UPDATE ON reported_quantity REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('hospital_code', 'round_code', 'nhsa_code');
CREATE TRIGGER assessment_history AFTER UPDATE ON assessment REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('period', 'hospital_code', 'round_code');
CREATE TRIGGER retention_input_history AFTER UPDATE ON retention_input REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('period', 'hospital_code', 'round_code', 'nhsa_code');
CREATE TRIGGER risk_rule_history AFTER UPDATE ON risk_rule REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('area_code', 'rule', 'valid_from');
CREATE TRIGGER short_supply_history AFTER UPDATE ON short_supply REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('nhsa_code', 'valid_from');
CREATE TRIGGER prescription_history AFTER UPDATE ON prescription REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('period', 'hospital_code', 'department', 'prescriber_code', 'nhsa_code');

CREATE TRIGGER payment_instruction_state AFTER UPDATE OF state ON payment_instruction
    FOR EACH ROW WHEN ((OLD.state IN ('rejected', 'returned', 'reversed', 'cancelled')) <> (NEW.state IN ('rejected', 'returned', 'reversed', 'cancelled')))
    EXECUTE FUNCTION follow_instruction_state();
CREATE TRIGGER payment_instruction_snapshot BEFORE UPDATE ON payment_instruction
    FOR EACH ROW WHEN ((NEW.reference, NEW.uetr, NEW.enterprise_code, NEW.payee_account_no, NEW.payee_account_name,
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
        OR (NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN ('accepted>cancelled', 'accepted>rejected', 'accepted>settled', 'approved>batched', 'approved>cancelled', 'batched>cancelled', 'batched>sent', 'cancelled>settled', 'rejected>settled', 'sent>accepted', 'sent>cancelled', 'sent>rejected', 'sent>settled', 'sent>unknown', 'settled>returned', 'settled>reversed', 'unknown>accepted', 'unknown>cancelled', 'unknown>rejected', 'unknown>settled')))
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
    FOR EACH ROW EXECUTE FUNCTION keep_decided('proposed>closed', 'proposed>refused', 'proposed>withdrawn');
CREATE TRIGGER payment_batch_file BEFORE UPDATE ON payment_batch
    FOR EACH ROW EXECUTE FUNCTION keep_sent_batch();
CREATE TRIGGER line_excuse_moves BEFORE UPDATE ON line_excuse
    FOR EACH ROW EXECUTE FUNCTION keep_decided('asked>granted', 'asked>refused', 'asked>withdrawn', 'granted>ended', 'granted>lapsed');
CREATE TRIGGER measure_moves BEFORE UPDATE ON measure
    FOR EACH ROW EXECUTE FUNCTION keep_decided('in_force>lapsed', 'in_force>lifted', 'issued>revoked', 'missed>planned', 'missed>revoked', 'planned>held', 'planned>missed', 'planned>planned', 'planned>revoked', 'proposed>in_force', 'proposed>refused', 'proposed>withdrawn');
CREATE TRIGGER overdue_publication_stays BEFORE UPDATE OR DELETE ON overdue_publication
    FOR EACH ROW EXECUTE FUNCTION keep_publication();
CREATE TRIGGER publication_row_stays BEFORE INSERT OR UPDATE OR DELETE ON publication_row
    FOR EACH ROW EXECUTE FUNCTION keep_published_rows();
CREATE TRIGGER sheet_review_persons BEFORE INSERT ON sheet_review
    FOR EACH ROW EXECUTE FUNCTION reviewers_are_two();


CREATE TRIGGER settlement_sheet_mark_new AFTER INSERT ON settlement_sheet
    REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_sheets();
CREATE TRIGGER settlement_sheet_mark_gone AFTER DELETE ON settlement_sheet
    REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_sheets();
CREATE TRIGGER settlement_sheet_mark AFTER UPDATE ON settlement_sheet
    FOR EACH ROW WHEN ((OLD.settled_at, OLD.payable_fen, OLD.approved_on, OLD.state = 'short') IS DISTINCT FROM (NEW.settled_at, NEW.payable_fen, NEW.approved_on, NEW.state = 'short')) EXECUTE FUNCTION mark_sheet();
CREATE TRIGGER instruction_event_mark AFTER INSERT ON instruction_event
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_instructions();
CREATE TRIGGER payment_instruction_mark AFTER INSERT ON payment_instruction
    FOR EACH ROW WHEN (NEW.booked_on IS NOT NULL) EXECUTE FUNCTION mark_instruction();

CREATE TRIGGER purchase_line_mark_new AFTER INSERT ON purchase_line FOR EACH STATEMENT EXECUTE FUNCTION mark_import();
CREATE TRIGGER trace_code_mark_new AFTER INSERT ON trace_code FOR EACH STATEMENT EXECUTE FUNCTION mark_import();
CREATE TRIGGER confirmation_mark_new AFTER INSERT ON confirmation FOR EACH STATEMENT EXECUTE FUNCTION mark_import();
CREATE TRIGGER line_void_mark_new AFTER INSERT ON line_void FOR EACH STATEMENT EXECUTE FUNCTION mark_import();
CREATE TRIGGER invoice_line_mark_new AFTER INSERT ON invoice_line FOR EACH STATEMENT EXECUTE FUNCTION mark_import();
CREATE TRIGGER hospital_payment_mark_new AFTER INSERT ON hospital_payment FOR EACH STATEMENT EXECUTE FUNCTION mark_import();
CREATE TRIGGER purchase_line_mark_filled AFTER UPDATE ON purchase_line REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_filled();
CREATE TRIGGER invoice_line_mark_filled AFTER UPDATE ON invoice_line REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_filled();
CREATE TRIGGER hospital_payment_mark_filled AFTER UPDATE ON hospital_payment REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_filled();
CREATE TRIGGER overdue_step_mark_told AFTER INSERT ON overdue_step FOR EACH STATEMENT EXECUTE FUNCTION mark_told();
CREATE TRIGGER mail_line_mark_told AFTER INSERT ON mail_line FOR EACH STATEMENT EXECUTE FUNCTION mark_told();
CREATE TRIGGER enterprise_mark_new AFTER INSERT ON enterprise REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_terms('credit_code', 'name,role,account_no,account_name,bank_name,cnaps_code,email,suspended_set_at');
CREATE TRIGGER enterprise_mark AFTER UPDATE ON enterprise REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_changed_terms('credit_code', 'name,role,account_no,account_name,bank_name,cnaps_code,email,suspended_set_at');
CREATE TRIGGER contract_mark_new AFTER INSERT ON contract REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_terms('hospital_code,nhsa_code,enterprise_code', '');
CREATE TRIGGER contract_mark AFTER UPDATE ON contract REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_changed_terms('hospital_code,nhsa_code,enterprise_code', '');
CREATE TRIGGER lpr_rate_mark_new AFTER INSERT ON lpr_rate REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_terms('valid_from', '');
CREATE TRIGGER lpr_rate_mark_gone AFTER DELETE ON lpr_rate REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_terms('valid_from', '');
CREATE TRIGGER lpr_rate_mark AFTER UPDATE ON lpr_rate REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_changed_terms('valid_from', '');
CREATE TRIGGER ladder_step_mark_new AFTER INSERT ON ladder_step REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_terms('scheme_code', 'name,action,copy_to');
CREATE TRIGGER ladder_step_mark_gone AFTER DELETE ON ladder_step REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_terms('scheme_code', 'name,action,copy_to');
CREATE TRIGGER ladder_step_mark AFTER UPDATE ON ladder_step REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_changed_terms('scheme_code', 'name,action,copy_to');
CREATE TRIGGER scheme_mark_new AFTER INSERT ON scheme REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_terms('', 'upcoming_days,legal_basis,preset,target_on,target_share_bp,cycle_days,third_review_fen');
CREATE TRIGGER scheme_mark AFTER UPDATE ON scheme REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_changed_terms('', 'upcoming_days,legal_basis,preset,target_on,target_share_bp,cycle_days,third_review_fen');
CREATE TRIGGER scheme_product_mark_new AFTER INSERT ON scheme_product REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_terms('', 'note');
CREATE TRIGGER scheme_product_mark AFTER UPDATE ON scheme_product REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_changed_terms('', 'note');
CREATE TRIGGER scheme_round_mark_new AFTER INSERT ON scheme_round REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_terms('', 'note');
CREATE TRIGGER scheme_round_mark AFTER UPDATE ON scheme_round REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_changed_terms('', 'note');
CREATE TRIGGER mandate_mark_new AFTER INSERT ON mandate REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_terms('hospital_code', 'document_no,signed_on,file_id,registered_by,registered_at,ended_by,ended_at,end_reason');
CREATE TRIGGER mandate_mark AFTER UPDATE ON mandate REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_changed_terms('hospital_code', 'document_no,signed_on,file_id,registered_by,registered_at,ended_by,ended_at,end_reason');
CREATE TRIGGER vbp_round_mark_new AFTER INSERT ON vbp_round REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_terms('', 'name,non_selected_limit_bp');
CREATE TRIGGER vbp_round_mark AFTER UPDATE ON vbp_round REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_changed_terms('', 'name,non_selected_limit_bp');
CREATE TRIGGER award_mark_new AFTER INSERT ON award REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_terms('', '');
CREATE TRIGGER award_mark AFTER UPDATE ON award REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_changed_terms('', '');
CREATE TRIGGER calendar_day_mark_new AFTER INSERT ON calendar_day REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_terms('', '');
CREATE TRIGGER calendar_day_mark_gone AFTER DELETE ON calendar_day REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_terms('', '');
CREATE TRIGGER calendar_day_mark AFTER UPDATE ON calendar_day REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_changed_terms('', '');
CREATE TRIGGER area_mark AFTER UPDATE ON area REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_changed_terms('', 'name,level');
CREATE TRIGGER agency_mark_new AFTER INSERT ON agency REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_terms('', 'name,account_no,account_name,bank_name,cnaps_code,email,mail_at,mail_rest');
CREATE TRIGGER agency_mark AFTER UPDATE ON agency REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_changed_terms('', 'name,account_no,account_name,bank_name,cnaps_code,email,mail_at,mail_rest');
CREATE TRIGGER hospital_mark AFTER UPDATE ON hospital REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_changed_terms('', 'name,credit_code,email,copy_emails,inpatient,account_no,account_name,bank_name,cnaps_code,account_verified');
CREATE TRIGGER product_mark AFTER UPDATE ON product REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_changed_terms('', 'specification,unit,manufacturer_code,listed_price_yuan');

ALTER TABLE line_fact SET (fillfactor = 80);
CREATE TRIGGER invoice_line_keep_invoiced AFTER INSERT ON invoice_line
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_invoiced();
CREATE TRIGGER confirmation_keep_spoken AFTER INSERT ON confirmation
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_spoken();


CREATE TRIGGER payment_instruction_again BEFORE INSERT ON payment_instruction
    FOR EACH ROW WHEN (NEW.reissue_of IS NOT NULL) EXECUTE FUNCTION paid_again_on_proof();
CREATE TRIGGER payment_allocation_again AFTER INSERT ON payment_allocation
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
    EXECUTE FUNCTION paid_sheets_are_replaced();


CREATE TRIGGER quantity_report_moves BEFORE UPDATE ON quantity_report
    FOR EACH ROW EXECUTE FUNCTION keep_quantity_report();
CREATE TRIGGER quantity_report_line_open BEFORE INSERT OR UPDATE OR DELETE ON quantity_report_line
    FOR EACH ROW EXECUTE FUNCTION keep_report_lines();
CREATE TRIGGER participation_finding_moves BEFORE UPDATE ON participation_finding
    FOR EACH ROW EXECUTE FUNCTION keep_participation_finding();
CREATE TRIGGER grade_list_moves BEFORE UPDATE ON grade_list
    FOR EACH ROW EXECUTE FUNCTION keep_grade_list();
CREATE TRIGGER quantity_report_event_add_only BEFORE UPDATE OR DELETE ON quantity_report_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER participation_step_add_only BEFORE UPDATE OR DELETE ON participation_step FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER grade_result_add_only BEFORE UPDATE OR DELETE ON grade_result FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER grade_result_item_add_only BEFORE UPDATE OR DELETE ON grade_result_item FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER round_term_never_deleted BEFORE DELETE ON round_term FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER quantity_report_never_deleted BEFORE DELETE ON quantity_report FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER participation_finding_never_deleted BEFORE DELETE ON participation_finding FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER grade_list_never_deleted BEFORE DELETE ON grade_list FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER round_term_history AFTER UPDATE ON round_term REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('round_code', 'area_code');
CREATE TRIGGER round_product_history AFTER UPDATE ON round_product REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('round_code', 'nhsa_code');
CREATE TRIGGER quantity_report_line_history AFTER UPDATE ON quantity_report_line REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('hospital_code', 'round_code', 'nhsa_code');
CREATE TRIGGER grade_item_history AFTER UPDATE ON grade_item REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('scheme_code', 'valid_from', 'item_code');
CREATE TRIGGER grade_tier_history AFTER UPDATE ON grade_tier REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('scheme_code', 'valid_from', 'min_points');
CREATE TRIGGER grade_point_history AFTER UPDATE ON grade_point REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_history('year', 'hospital_code', 'item_code');


CREATE TRIGGER money_receipt_counts AFTER INSERT ON money_receipt
    FOR EACH ROW EXECUTE FUNCTION receipt_counts();
CREATE TRIGGER money_request_follows BEFORE UPDATE ON money_request
    FOR EACH ROW EXECUTE FUNCTION keep_money_request();


CREATE TRIGGER risk_finding_moves BEFORE UPDATE ON risk_finding
    FOR EACH ROW EXECUTE FUNCTION keep_risk_finding();
CREATE TRIGGER risk_handover_moves BEFORE UPDATE ON risk_handover
    FOR EACH ROW EXECUTE FUNCTION keep_risk_handover();
CREATE TRIGGER risk_evidence_add_only BEFORE UPDATE OR DELETE ON risk_evidence FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER risk_event_add_only BEFORE UPDATE OR DELETE ON risk_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER risk_handover_item_add_only BEFORE UPDATE OR DELETE ON risk_handover_item FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER risk_finding_never_deleted BEFORE DELETE ON risk_finding FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER risk_handover_never_deleted BEFORE DELETE ON risk_handover FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER risk_finding_as_said BEFORE UPDATE OF kind, dedupe_key, hospital_code, enterprise_code, nhsa_code, round_code, subject, opened_on, opened_at ON risk_finding FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER risk_handover_as_said BEFORE UPDATE OF handover_no, area_code, authority, words, prepared_by, prepared_at, prepared_on ON risk_handover FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();


CREATE TRIGGER turnover_grant_moves BEFORE UPDATE ON turnover_grant
    FOR EACH ROW EXECUTE FUNCTION keep_turnover();


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


CREATE TRIGGER problem_moves BEFORE UPDATE ON problem
    FOR EACH ROW EXECUTE FUNCTION keep_problem();


CREATE TRIGGER scheme_draft_moves BEFORE UPDATE ON scheme_draft
    FOR EACH ROW EXECUTE FUNCTION keep_scheme_draft();


CREATE TRIGGER confirm_window_moves BEFORE UPDATE ON confirm_window FOR EACH ROW
    WHEN ((OLD.line_no, OLD.party, OLD.round_no, OLD.kind, OLD.opened_on, OLD.due_on,
           OLD.scheme_code, OLD.silence, OLD.amount_fen, OLD.automatic_at, OLD.state)
          IS DISTINCT FROM
          (NEW.line_no, NEW.party, NEW.round_no, NEW.kind, NEW.opened_on, NEW.due_on,
           NEW.scheme_code, NEW.silence, NEW.amount_fen, NEW.automatic_at, NEW.state))
    EXECUTE FUNCTION keep_window();
CREATE TRIGGER line_dispute_moves BEFORE UPDATE ON line_dispute
    FOR EACH ROW EXECUTE FUNCTION keep_dispute();


CREATE TRIGGER paper_kept BEFORE UPDATE ON paper FOR EACH ROW EXECUTE FUNCTION keep_paper();
CREATE TRIGGER paper_never_deleted BEFORE DELETE ON paper
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER paper_hospital_add_only BEFORE UPDATE OR DELETE ON paper_hospital
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER rectification_kept BEFORE UPDATE ON rectification
    FOR EACH ROW EXECUTE FUNCTION keep_rectification();
CREATE TRIGGER rectification_never_deleted BEFORE DELETE ON rectification
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER rectification_event_add_only BEFORE UPDATE OR DELETE ON rectification_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();


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


CREATE TRIGGER settlement_sheet_closed BEFORE UPDATE OF period, area_code, hospital_code, enterprise_code, lines_count, received_fen, returned_fen, adjusted_fen, carried_in_fen, payable_fen, carried_out_fen ON settlement_sheet
    FOR EACH ROW WHEN ((NEW.period, NEW.area_code, NEW.hospital_code, NEW.enterprise_code, NEW.lines_count, NEW.received_fen, NEW.returned_fen, NEW.adjusted_fen, NEW.carried_in_fen, NEW.payable_fen, NEW.carried_out_fen) IS DISTINCT FROM (OLD.period, OLD.area_code, OLD.hospital_code, OLD.enterprise_code, OLD.lines_count, OLD.received_fen, OLD.returned_fen, OLD.adjusted_fen, OLD.carried_in_fen, OLD.payable_fen, OLD.carried_out_fen)) EXECUTE FUNCTION keep_closed_sheet();
CREATE TRIGGER settlement_sheet_closed_stays BEFORE DELETE ON settlement_sheet
    FOR EACH ROW EXECUTE FUNCTION keep_closed_sheet();
CREATE TRIGGER settlement_sheet_closed_new AFTER INSERT ON settlement_sheet
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_closed_sheets();
CREATE TRIGGER hospital_offset_closed BEFORE INSERT OR UPDATE OR DELETE ON hospital_offset
    FOR EACH ROW EXECUTE FUNCTION keep_closed_offset();
CREATE TRIGGER ledger_entry_closed AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_closed_books();
CREATE TRIGGER hospital_account_filed BEFORE UPDATE OF account_no, account_name, bank_name, cnaps_code ON hospital
    FOR EACH ROW WHEN (OLD.account_verified AND (NEW.account_no, NEW.account_name, NEW.bank_name, NEW.cnaps_code) IS DISTINCT FROM (OLD.account_no, OLD.account_name, OLD.bank_name, OLD.cnaps_code))
    EXECUTE FUNCTION unverify_filed_account();


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

DOWN = r"""
DROP TABLE "grade_result_item" CASCADE;
DROP TABLE "grade_result" CASCADE;
DROP TABLE "grade_list" CASCADE;
DROP TABLE "grade_point" CASCADE;
DROP TABLE "grade_tier" CASCADE;
DROP TABLE "grade_item" CASCADE;
DROP TABLE "participation_step" CASCADE;
DROP TABLE "participation_finding" CASCADE;
DROP TABLE "reporting_status" CASCADE;
DROP TABLE "reporting_run" CASCADE;
DROP TABLE "quantity_report_event" CASCADE;
DROP TABLE "quantity_report_line" CASCADE;
DROP TABLE "quantity_report" CASCADE;
DROP TABLE "round_product" CASCADE;
DROP TABLE "round_term" CASCADE;
DROP TABLE "retention_allocation" CASCADE;
DROP TABLE "retention_grant" CASCADE;
DROP TABLE "retention_publicity" CASCADE;
DROP TABLE "rectification_event" CASCADE;
DROP TABLE "rectification" CASCADE;
DROP TABLE "paper_hospital" CASCADE;
DROP TABLE "paper" CASCADE;
DROP TABLE "cadence_rule" CASCADE;
DROP TABLE "retention_word" CASCADE;
DROP TABLE "retention_result" CASCADE;
DROP TABLE "indicator_value" CASCADE;
DROP TABLE "indicator_definition" CASCADE;
DROP TABLE "assessment_point" CASCADE;
DROP TABLE "retention_input" CASCADE;
DROP TABLE "assessment" CASCADE;
DROP TABLE "reported_quantity" CASCADE;
DROP TABLE "procurement_total" CASCADE;
DROP TABLE "publication_row" CASCADE;
DROP TABLE "overdue_publication" CASCADE;
DROP TABLE "arrears_ranking_row" CASCADE;
DROP TABLE "arrears_ranking" CASCADE;
DROP TABLE "overdue_figure" CASCADE;
DROP TABLE "overdue_figure_run" CASCADE;
DROP TABLE "risk_handover_item" CASCADE;
DROP TABLE "risk_handover" CASCADE;
DROP TABLE "risk_event" CASCADE;
DROP TABLE "risk_evidence" CASCADE;
DROP TABLE "risk_finding" CASCADE;
DROP TABLE "prescription" CASCADE;
DROP TABLE "short_supply" CASCADE;
DROP TABLE "risk_rule" CASCADE;
DROP TABLE "problem_event" CASCADE;
DROP TABLE "problem_word" CASCADE;
DROP TABLE "problem_link" CASCADE;
DROP TABLE "problem_side" CASCADE;
DROP TABLE "problem" CASCADE;
DROP TABLE "problem_kind" CASCADE;
DROP TABLE "measure_file" CASCADE;
DROP TABLE "measure_event" CASCADE;
DROP TABLE "measure_copy" CASCADE;
DROP TABLE "measure_step" CASCADE;
DROP TABLE "measure" CASCADE;
DROP TABLE "line_excuse" CASCADE;
DROP TABLE "acknowledged_line" CASCADE;
DROP TABLE "acknowledgement" CASCADE;
DROP TABLE "upcoming_line" CASCADE;
DROP TABLE "mail_bounce" CASCADE;
DROP TABLE "mail_attempt" CASCADE;
DROP TABLE "contact" CASCADE;
DROP TABLE "mail_fact" CASCADE;
DROP TABLE "mail_line" CASCADE;
DROP TABLE "mail" CASCADE;
DROP TABLE "overdue_step" CASCADE;
DROP TABLE "open_line_state" CASCADE;
DROP TABLE "open_line_change" CASCADE;
DROP TABLE "open_line_later" CASCADE;
DROP TABLE "open_line" CASCADE;
DROP TABLE "books_run" CASCADE;
DROP TABLE "ledger_entry" CASCADE;
DROP TABLE "webhook_delivery" CASCADE;
DROP TABLE "webhook_event" CASCADE;
DROP TABLE "webhook" CASCADE;
DROP TABLE "statement_day_event" CASCADE;
DROP TABLE "case_decision" CASCADE;
DROP TABLE "payment_exception" CASCADE;
DROP TABLE "statement_entry" CASCADE;
DROP TABLE "statement_day" CASCADE;
DROP TABLE "bank_result_line" CASCADE;
DROP TABLE "bank_result_file" CASCADE;
DROP TABLE "bank_inquiry" CASCADE;
DROP TABLE "payment_reissue" CASCADE;
DROP TABLE "instruction_event" CASCADE;
DROP TABLE "payment_allocation" CASCADE;
DROP TABLE "payment_instruction" CASCADE;
DROP TABLE "payment_batch" CASCADE;
DROP TABLE "bank_day" CASCADE;
DROP TABLE "rail_rule" CASCADE;
DROP TABLE "bank_profile_change" CASCADE;
DROP TABLE "bank_profile" CASCADE;
DROP TABLE "closed_book" CASCADE;
DROP TABLE "closed_month" CASCADE;
DROP TABLE "period_close" CASCADE;
DROP TABLE "sheet_review" CASCADE;
DROP TABLE "held_pair" CASCADE;
DROP TABLE "held_line" CASCADE;
DROP TABLE "sheet_line" CASCADE;
DROP TABLE "settlement_sheet" CASCADE;
DROP TABLE "settled_period" CASCADE;
DROP TABLE "round_recovery" CASCADE;
DROP TABLE "round_share" CASCADE;
DROP TABLE "round_line" CASCADE;
DROP TABLE "round_prepayment" CASCADE;
DROP TABLE "subledger_closing" CASCADE;
DROP TABLE "money_receipt" CASCADE;
DROP TABLE "money_request" CASCADE;
DROP TABLE "turnover_grant" CASCADE;
DROP TABLE "fund_reserve" CASCADE;
DROP TABLE "offset_sheet" CASCADE;
DROP TABLE "hospital_offset" CASCADE;
DROP TABLE "prepayment_voucher" CASCADE;
DROP TABLE "monthly_fund" CASCADE;
DROP TABLE "dispute_word" CASCADE;
DROP TABLE "line_dispute" CASCADE;
DROP TABLE "confirm_window" CASCADE;
DROP TABLE "hospital_payment" CASCADE;
DROP TABLE "line_fact" CASCADE;
DROP TABLE "invoice_line" CASCADE;
DROP TABLE "line_void" CASCADE;
DROP TABLE "confirmation" CASCADE;
DROP TABLE "trace_code" CASCADE;
DROP TABLE "purchase_line" CASCADE;
DROP TABLE "coverage_figure" CASCADE;
DROP TABLE "coverage_run" CASCADE;
DROP TABLE "led_member" CASCADE;
DROP TABLE "mandate" CASCADE;
DROP TABLE "scheme_round" CASCADE;
DROP TABLE "scheme_product" CASCADE;
DROP TABLE "scheme_draft" CASCADE;
DROP TABLE "assessment_item" CASCADE;
DROP TABLE "retention_rule" CASCADE;
DROP TABLE "retention_tier" CASCADE;
DROP TABLE "lpr_rate" CASCADE;
DROP TABLE "ladder_step" CASCADE;
DROP TABLE "scheme" CASCADE;
DROP TABLE "calendar_day" CASCADE;
DROP TABLE "delivery_note" CASCADE;
DROP TABLE "purchase_order" CASCADE;
DROP TABLE "contract" CASCADE;
DROP TABLE "award" CASCADE;
DROP TABLE "vbp_round" CASCADE;
DROP TABLE "product" CASCADE;
DROP TABLE "bank_branch" CASCADE;
DROP TABLE "master_history" CASCADE;
DROP TABLE "hospital_account_change" CASCADE;
DROP TABLE "account_change" CASCADE;
DROP TABLE "enterprise" CASCADE;
DROP TABLE "hospital" CASCADE;
DROP TABLE "agency" CASCADE;
DROP TABLE "area" CASCADE;
DROP TABLE "import_run" CASCADE;
DROP TABLE "file_chunk" CASCADE;
DROP TABLE "stored_file" CASCADE;
DROP TABLE "heartbeat" CASCADE;
DROP TABLE "schedule_run" CASCADE;
DROP TABLE "job" CASCADE;
DROP TABLE "password_link" CASCADE;
DROP TABLE "password_used" CASCADE;
DROP TABLE "recovery_code" CASCADE;
DROP TABLE "second_factor" CASCADE;
DROP TABLE "sign_in_attempt" CASCADE;
DROP TABLE "user_session" CASCADE;
DROP TABLE "api_request" CASCADE;
DROP TABLE "api_nonce" CASCADE;
DROP TABLE "api_key" CASCADE;
DROP TABLE "audit_event" CASCADE;
DROP TABLE "saved_view" CASCADE;
DROP TABLE "app_user" CASCADE;
DROP FUNCTION refuse_change;
DROP FUNCTION keep_history;
DROP FUNCTION follow_instruction_state;
DROP FUNCTION keep_snapshot;
DROP FUNCTION keep_allocation;
DROP FUNCTION allocations_pay_whole;
DROP FUNCTION keep_paid_sheet;
DROP FUNCTION keep_stored_file;
DROP FUNCTION keep_account_change;
DROP FUNCTION keep_sent_batch;
DROP FUNCTION keep_decided;
DROP FUNCTION reviewers_are_two;
DROP FUNCTION keep_publication;
DROP FUNCTION keep_published_rows;
DROP FUNCTION mark_import;
DROP FUNCTION mark_filled;
DROP FUNCTION mark_sheets;
DROP FUNCTION mark_sheet;
DROP FUNCTION mark_instructions;
DROP FUNCTION mark_instruction;
DROP FUNCTION mark_told;
DROP FUNCTION mark_terms;
DROP FUNCTION mark_changed_terms;
DROP FUNCTION keep_invoiced;
DROP FUNCTION keep_spoken;
DROP FUNCTION paid_again_on_proof;
DROP FUNCTION paid_sheets_are_replaced;
DROP FUNCTION keep_quantity_report;
DROP FUNCTION keep_report_lines;
DROP FUNCTION keep_participation_finding;
DROP FUNCTION keep_grade_list;
DROP FUNCTION receipt_counts;
DROP FUNCTION keep_money_request;
DROP FUNCTION keep_risk_finding;
DROP FUNCTION keep_risk_handover;
DROP FUNCTION keep_turnover;
DROP FUNCTION keep_subledger_closing;
DROP FUNCTION refuse_closed_account;
DROP FUNCTION keep_round;
DROP FUNCTION recovery_counts;
DROP FUNCTION keep_round_share;
DROP FUNCTION keep_problem;
DROP FUNCTION keep_scheme_draft;
DROP FUNCTION keep_window;
DROP FUNCTION keep_dispute;
DROP FUNCTION keep_paper;
DROP FUNCTION keep_rectification;
DROP FUNCTION tell_sheet_moves;
DROP FUNCTION tell_payment_moves;
DROP FUNCTION keep_webhook_delivery;
DROP FUNCTION keep_ended;
DROP FUNCTION keep_closed_sheet;
DROP FUNCTION keep_closed_sheets;
DROP FUNCTION keep_closed_offset;
DROP FUNCTION keep_closed_books;
DROP FUNCTION unverify_filed_account;
DROP FUNCTION agreement_year;
DROP FUNCTION list_retention;
DROP FUNCTION keep_retention_grant;
DROP FUNCTION keep_retention_publicity;
DROP FUNCTION retention_is_paid_whole;
DROP FUNCTION keep_retention_allocation;
DROP FUNCTION order_to_hospital_pays_retention;
"""


def up(migrator, db):
    """Make the schema in an empty database."""
    run_sql_text(UP)


def down(migrator, db):
    """Drop everything, rows included."""
    run_sql_text(DOWN)
