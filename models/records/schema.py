"""The schema as the records state it, in the words of the database."""

from typing import Any, cast

from models.records import ALL, ddl


def create_statements() -> list[str]:
    """Return the statements that make every table, index and trigger of an empty database."""
    found = []
    for record in ALL:
        # peewee offers the texts nowhere else.
        schema = cast(Any, record)._schema  # noqa: SLF001
        for query in (schema._create_table(safe=False), *schema._create_indexes(safe=False)):  # noqa: SLF001
            text, params = query.query()
            if params:
                raise ValueError(f"a statement with parameters cannot be frozen: {text}")
            found.append(text.strip() + ";")
    return [*found, ddl.statements().strip()]


def drop_statements() -> list[str]:
    """Return the statements that undo create_statements."""
    tables = [cast(Any, record)._meta.table_name for record in reversed(ALL)]  # noqa: SLF001
    drops = [f'DROP TABLE "{table}" CASCADE;' for table in tables]
    return [*drops, *(f"DROP FUNCTION {name};" for name in ddl.function_names())]
