"""One import at work: what is taken in, by whom, on which day, and how many rows became what."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from models.schemas.table import TableSchema
from models.services.access import Actor

#: Rows named per warning; the count is always whole.
WARNED_ROWS_MAX = 20


@dataclass
class Warnings:
    """Values that were taken although they look doubtful."""

    counts: Counter[str] = field(default_factory=Counter)
    rows: dict[str, list[int]] = field(default_factory=dict)

    def add(self, column: str, row: int) -> None:
        """Count one doubtful value."""
        self.counts[column] += 1
        named = self.rows.setdefault(column, [])
        if len(named) < WARNED_ROWS_MAX:
            named.append(row)

    def told(self, schema: type[TableSchema]) -> list[dict[str, object]]:
        """Return the warnings for the result, one per column."""
        columns = schema.columns()
        return [
            {
                "code": "doubtful_check_digit",
                "column": name,
                "label": columns[name].label,
                "count": count,
                "rows": self.rows[name],
                "sentence": f"“{columns[name].label}”有 {count} 行校验位不符，已接收，请核对。",
            }
            for name, count in sorted(self.counts.items())
        ]


@dataclass
class Intake:
    """What one import works on; its rows lie in the staging tables of the transaction."""

    schema: type[TableSchema]
    #: Columns the file has; an absent column says nothing about known rows.
    present: tuple[str, ...]
    actor: Actor
    on: date
    now: datetime
    #: The import_run whose rows these are; kept with every fact.
    import_id: int
    #: Codes of the areas the actor may touch; None: all.
    areas: list[str] | None = None
    #: One row typed into a form, not a file: what it repeats it does not say.
    by_form: bool = False
    warnings: Warnings = field(default_factory=Warnings)

    @property
    def kind(self) -> str:
        """Return the word of the table."""
        return self.schema.about.kind

    @property
    def told(self) -> dict[str, object]:
        """Return the values that statements may refer to by name."""
        return {
            "actor": self.actor.name,
            "party": self.actor.party_code,
            "areas": self.areas,
            "on": self.on,
            "now": self.now,
            "import_id": self.import_id,
        }
