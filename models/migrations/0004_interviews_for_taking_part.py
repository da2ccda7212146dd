"""A rule of monitoring may call hospitals to an interview for how they take part."""

from models.records.base import run_sql_text

UP = """
ALTER TABLE "cadence_rule" ADD COLUMN "participation_findings" INTEGER;
"""

DOWN = """
ALTER TABLE "cadence_rule" DROP COLUMN "participation_findings";
"""


def up(migrator, db):
    """Add the bound, empty: nobody is called for it."""
    run_sql_text(UP)


def down(migrator, db):
    """Forget it."""
    run_sql_text(DOWN)
