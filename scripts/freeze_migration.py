"""Writes the first migration anew from the records; only before the first release.

After it the records change together with a new, hand-written migration, and the parity test says
when they differ.
"""

import re
import textwrap

from models.records.base import db
from models.records.schema import create_statements, drop_statements
from models.settings import ROOT

TARGET = ROOT / "models" / "migrations" / "0001_initial.py"

TEMPLATE = '''"""Every table, index and trigger of the first release.

Frozen: written by `make freeze` from models/records before the first release, never edited after.
"""

from models.records.base import run_sql_text

UP = r"""
{up}
"""

DOWN = r"""
{down}
"""


def up(migrator, db):
    """Make the schema in an empty database."""
    run_sql_text(UP)


def down(migrator, db):
    """Drop everything, rows included."""
    run_sql_text(DOWN)
'''


def readable(statement: str) -> str:
    """Return a CREATE TABLE with one column or promise a line, others as they are."""
    match = re.fullmatch(r'(CREATE TABLE "\w+" \()(.*)(\);)', statement, re.DOTALL)
    if match is None:
        return statement
    head, body, tail = match.groups()
    parts, depth, quoted, part = [], 0, False, ""
    for letter in body:
        quoted ^= letter == "'"
        depth += 0 if quoted else (letter == "(") - (letter == ")")
        if letter == "," and depth == 0 and not quoted:
            parts.append(part.strip())
            part = ""
        else:
            part += letter
    parts.append(part.strip())
    return head + "\n" + textwrap.indent(",\n".join(parts), "    ") + "\n" + tail


def main() -> None:
    """Write models/migrations/0001_initial.py."""
    db.init("frozen", prefer_psycopg3=True)
    up = "\n\n".join(readable(statement) for statement in create_statements())
    TARGET.write_text(
        TEMPLATE.format(up=up, down="\n".join(drop_statements())), encoding="utf-8", newline="\n"
    )
    print(f"已写入 {TARGET.relative_to(ROOT)}。")


if __name__ == "__main__":
    main()
