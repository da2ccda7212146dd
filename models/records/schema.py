"""The schema as the records state it, in the words of the database."""

from models.records import ALL, ddl


def create_statements() -> list[str]:
    """Return the statements that make every table, index and trigger of an empty database."""
    found = []
    for record in ALL:
        schema = record._schema  # noqa: SLF001 - peewee offers the texts nowhere else
        for query in (schema._create_table(safe=False), *schema._create_indexes(safe=False)):  # noqa: SLF001
            text, params = query.query()
            if params:
                raise ValueError(f"a statement with parameters cannot be frozen: {text}")
            found.append(text.strip() + ";")
    return [*found, ddl.statements().strip()]


def drop_statements() -> list[str]:
    """Return the statements that undo create_statements."""
    tables = [f'DROP TABLE "{record._meta.table_name}" CASCADE;' for record in reversed(ALL)]  # type: ignore[attr-defined] # noqa: SLF001
    return [*tables, *(f"DROP FUNCTION {name}();" for name in ddl.function_names())]
