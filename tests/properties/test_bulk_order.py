"""Imports keep their laws: order does not matter, twice is once, nothing is lost, books do not care."""
# ruff: noqa: E501 - one case a line reads best

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.records.base import sql
from tests.conftest import empty_tables
from tests.factories import imports as make
from tests.factories.imports import confirmation, invoice, purchase, send

LINES = [
    purchase(f"L{n}", order_no=f"D{n % 3}", trace_codes="t" * (n % 2), platform="shop" if n == 4 else "online")
    for n in range(8)
]  # fmt: skip
REST = [
    ("confirmations", [confirmation(f"L{n}", decision=d) for n in range(8) for d in ("confirm",)]),
    ("confirmations", [confirmation(f"L{n}", party="enterprise") for n in range(8)]),
    ("invoices", [invoice(f"L{n}") for n in range(8)]),
    ("voids", [{"line_no": "L7", "reason": "重复"}]),
]  # fmt: skip


def state():
    tables = ("purchase_line", "trace_code", "confirmation", "invoice_line", "line_void")
    return {
        table: sorted(map(str, sql(f"SELECT to_jsonb(t) - 'import_id' FROM {table} t").fetchall()))
        for table in tables
    }


@pytest.mark.usefixtures("db")
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32), st.integers(1, 4))
def test_the_rows_may_come_in_any_order_and_in_any_number_of_files(seed, parts):
    chance = random.Random(seed)  # noqa: S311
    results = []
    for shuffle in (False, True):
        empty_tables()
        make.world()
        lines = list(LINES)
        rest = [(kind, list(rows)) for kind, rows in REST[:3]]
        if shuffle:
            chance.shuffle(lines)
            chance.shuffle(rest)
        for part in range(parts):
            if lines[part::parts]:
                send("purchases", lines[part::parts])
        for kind, rows in rest:
            if shuffle:
                chance.shuffle(rows)
            send(kind, rows)
        send(*REST[3])
        before = state()
        for kind, rows in [("purchases", lines), *rest[:0], REST[3]]:
            assert send(kind, rows).counts[0] == 0
        assert state() == before
        results.append(before)
    assert results[0] == results[1]
