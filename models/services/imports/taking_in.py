"""How an import begins and how its staged rows are decided, whoever staged them."""

from collections.abc import Callable, Iterable
from datetime import date

from models import clock
from models.records.base import sql
from models.schemas import tables
from models.services import access
from models.services.access import Actor
from models.services.imports import checks, effects, references, staging, taking
from models.services.imports.intake import Intake

#: Imports of one table wait for one another: two files may hold the same new key.
TABLE_LOCK = 7_466_003

#: Told the name of each stage as it begins.
Stage = Callable[[str], None]


def begin(
    kind: str,
    actor: Actor,
    on: date,
    present: Iterable[str] | None = None,
    *,
    by_form: bool = False,
) -> Intake:
    """Check the right to import the table, wait for its turn and return an empty intake.

    Raises UnknownTable, NotAllowed.
    """
    schema = tables.table(kind)
    access.require_import(actor, kind)
    sql("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (TABLE_LOCK, kind))
    sql("SELECT set_config('zhijie.actor', %s, true)", (actor.name,))
    sequence = "SELECT nextval(pg_get_serial_sequence('import_run', 'id'))"
    import_id = int(sql(sequence).fetchone()[0])
    # Every block of rows leaves this number for the register (models/records/watching_marks.py).
    sql("SELECT set_config('zhijie.import_id', %s, true)", (str(import_id),))
    limited = actor.area_code != access.ALL_AREAS
    below = sorted({actor.area_code, *access.areas_below(actor.area_code)})
    return Intake(
        schema=schema,
        present=tuple(schema.columns() if present is None else present),
        actor=actor,
        on=on,
        now=clock.now(),
        import_id=import_id,
        areas=below if limited else None,
        by_form=by_form,
    )


def settle_staged(intake: Intake, stage: Stage = lambda _: None) -> None:
    """Check what is staged against the database and take what is good."""
    staging.analyze()
    stage("核对引用")
    references.check(intake)
    checks.check(intake)
    staging.mark_bad()
    stage("写入")
    effects.before(intake)
    taking.take(intake)
    effects.after(intake)
