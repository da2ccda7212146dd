"""The digests of a day: two thousand institutions over a million late lines, memory flat.

Run by itself: `python -m scripts.bench.digests [LINES]` prints one row of Markdown. The late lines
are made where the scan leaves them (temporary tables of one transaction), so that this measures
the making of mails alone: totals, texts in two forms, the files, and the rows of the outbox.
"""

import dataclasses
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from models import settings
from models.records.base import db, sql
from models.services.overdue import digests
from scripts import migrate
from scripts.bench.machine import Machine, Peaks, machine, process_cpu_seconds
from scripts.bench.measure import connect
from workers.mail.render import MailRenderer

ON = date(2026, 7, 13)
LINES = 1_000_000
INSTITUTIONS = 2_000
ENTERPRISES = 500
#: Enterprises that deliver to one institution.
PARTNERS = 40
PRODUCTS = 3_000
#: Of so many late lines one calls for the mail of its institution.
CALLS_EVERY = 20
SECONDS_MAX = 30
DATABASE = "bench_digests"

_CITY = (
    "INSERT INTO area (area_code, name, parent_code, level) VALUES ('520100', '市', NULL, 'city')",
    "INSERT INTO agency (agency_code, name, area_code, account_no, account_name, bank_name,"
    " cnaps_code, email) VALUES ('A1', '市医保中心', '520100', '1', 'n', 'b', 'c', 'a@x.cn')",
    "INSERT INTO hospital (hospital_code, name, credit_code, area_code, ownership, level, email,"
    " copy_emails) SELECT 'H5201' || lpad(g::text, 8, '0'), '第' || g || '人民医院', '1', '520100',"
    " 'public', '2', 'h' || g || '@x.cn', 'w@x.cn' FROM generate_series(1, %(institutions)s) g",
    "INSERT INTO enterprise (credit_code, name, role, size, account_no, account_name, bank_name,"
    " cnaps_code, email) SELECT '9152' || lpad(g::text, 14, '0'), '第' || g || '医药有限公司',"
    " 'distributor', 'small', '1', 'n', 'b', 'c', 'e' || g || '@x.cn'"
    " FROM generate_series(1, %(enterprises)s) g",
    "INSERT INTO product (nhsa_code, name, kind, specification, unit, manufacturer_code,"
    " listed_price_yuan, negotiated) SELECT 'P' || g, '阿莫西林胶囊' || g, 'drug', '1', '盒',"
    " '9152', 1, false FROM generate_series(1, %(products)s) g",
    "INSERT INTO purchase_line (line_no, line_kind, order_no, hospital_code, enterprise_code,"
    " nhsa_code, quantity, unit_price_yuan, amount_fen, delivered_on, accepted_on, platform)"
    " SELECT 'L' || lpad(g::text, 9, '0'), 'receipt', 'O' || g, 'H5201' ||"
    " lpad((1 + abs(hashtext(g::text)) %% %(institutions)s)::text, 8, '0'), '9152' ||"
    " lpad((1 + (abs(hashtext(g::text)) %% %(institutions)s + g %% %(partners)s * 11)"
    " %% %(enterprises)s)::text, 14, '0'), 'P' || (1 + g %% %(products)s), 1,"
    " (10000 + g %% 99999) / 100.0, 10000 + g %% 99999, '2026-03-01', '2026-03-02', 'online'"
    " FROM generate_series(1, %(lines)s) g",
)
_LATE = (
    "CREATE TEMP TABLE late ON COMMIT DROP AS SELECT line_no, 'self'::text AS lane, hospital_code,"
    " enterprise_code, '520100'::text AS area_code, accepted_on,"
    " date '2026-04-01' + (amount_fen % 80)::int AS due_on,"
    " date '2026-07-13' - (date '2026-04-01' + (amount_fen % 80)::int) AS days_late, amount_fen,"
    " amount_fen AS unpaid_fen, (1 + amount_fen % 3)::int AS step, '提醒'::text AS step_name,"
    " 'remind'::text AS action, 30 AS repeat_days, NULL::text AS copy_to,"
    " NULL::text AS scheme_code, 0 AS mask, false AS short, 'hospital'::text AS responsible,"
    " hospital_code AS party_code FROM purchase_line",
    "CREATE TEMP TABLE late_part ON COMMIT DROP AS"
    " SELECT line_no, unpaid_fen * 5 * days_late / 10000 AS interest_fen FROM late",
    "CREATE TEMP TABLE calling ON COMMIT DROP AS SELECT line_no, step, responsible, party_code,"
    " copy_to, true AS escalates, false AS repeats FROM late"
    f" WHERE hashtext(line_no) % {CALLS_EVERY} = 0",
    "ANALYZE pg_temp.late",
    "ANALYZE pg_temp.late_part",
    "ANALYZE pg_temp.calling",
)


@dataclass(frozen=True)
class Day:
    """The mails of one day: how long they took and what they used."""

    lines: int
    mails: int
    seconds: float
    #: Of this process and of the server together: the same on a machine that others use as well.
    cpu_seconds: float
    process_mib: int
    #: What the process had before.
    idle_mib: int
    backend_mib: int


def measured(made: Machine, lines: int) -> Day:
    """Return what the digests of a day over so many late lines cost."""
    url = made.make(DATABASE)
    connect(url)
    try:
        migrate.up()
        told = {"lines": lines, "institutions": INSTITUTIONS, "enterprises": ENTERPRISES}
        with db.atomic():
            sql("SET LOCAL session_replication_role = replica")
            for statement in _CITY:
                sql(statement, {**told, "products": PRODUCTS, "partners": PARTNERS})
        sql("ANALYZE")
        made.calm()
        return _timed(made, url, lines)
    finally:
        db.close()


def _timed(made: Machine, url: str, lines: int) -> Day:
    ours = dataclasses.replace(settings.load({}), database_url=url)
    process = made.postgres.process
    with db.atomic():
        for statement in _LATE:
            sql(statement)
        with Peaks(process.pid if process else 0, os.getpid()) as peaks:
            began = time.perf_counter()
            cpu = process_cpu_seconds(os.getpid()) + made.cpu_seconds()
            mails = digests.record_mails(ON, MailRenderer(ours), by="bench", areas=["520100"])
            cpu = process_cpu_seconds(os.getpid()) + made.cpu_seconds() - cpu
            seconds = time.perf_counter() - began
    return Day(lines, len(mails), seconds, cpu, peaks.worker_mib, peaks.idle_mib, peaks.backend_mib)


HEAD = (
    "| late lines | digests | s | processor s | target s | met | process MiB | backend MiB |",
    "|---:|---:|---:|---:|---:|---|---|---:|",
)


def row(day: Day) -> str:
    """Return the row of Markdown."""
    met = "yes" if day.seconds <= SECONDS_MAX else "**no**"
    return (
        f"| {day.lines:,} | {day.mails:,} | {day.seconds:.1f} | {day.cpu_seconds:.1f} |"
        f" ≤ {SECONDS_MAX} | {met} | {day.idle_mib} → {day.process_mib} | {day.backend_mib} |"
    )


def main(arguments: list[str]) -> int:
    """Measure and print."""
    lines = int(arguments[0]) if arguments else LINES
    folder = tempfile.TemporaryDirectory(prefix="zhijie-bench-")
    with folder as path, machine(Path(path)) as made:
        day = measured(made, lines)
    print(*HEAD, row(day), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
