"""A job keeps the id of the request that asked for it; a heartbeat what the process sees of itself."""

from models.records.base import run_sql_text

UP = """
ALTER TABLE "job" ADD COLUMN "request_id" TEXT COLLATE "C";
ALTER TABLE "heartbeat" ADD COLUMN "facts" JSONB;
CREATE INDEX payment_instruction_unknown ON payment_instruction (id) WHERE state = 'unknown';
"""

DOWN = """
DROP INDEX payment_instruction_unknown;
ALTER TABLE "heartbeat" DROP COLUMN "facts";
ALTER TABLE "job" DROP COLUMN "request_id";
"""


def up(migrator, db):
    """Add both columns, empty for what is there."""
    run_sql_text(UP)


def down(migrator, db):
    """Forget both."""
    run_sql_text(DOWN)
