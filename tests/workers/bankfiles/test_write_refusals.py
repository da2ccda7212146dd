"""A file that would not be the batch is never finished."""

import subprocess
import sys
from pathlib import Path

import pytest

from models.rules.errors.bankfiles import (
    BatchDoesNotAddUp,
    BatchMixed,
    BatchTooLarge,
    ControlTotalsDiffer,
    FileRefused,
)
from tests.workers.bankfiles.examples import ORDERS, PROFILES, batch, order
from workers.bankfiles import Profile, preview_batch, reread, write


@pytest.mark.parametrize("code", PROFILES)
def test_totals_that_differ_from_the_orders_refuse_the_file(code):
    for wrong in ({"count": 3}, {"total_fen": 1}):
        with pytest.raises(BatchDoesNotAddUp):
            list(write(PROFILES[code], batch(ORDERS, **wrong), ORDERS))
    with pytest.raises(BatchDoesNotAddUp):
        list(write(PROFILES[code], batch([]), []))


def test_in_bank_and_cross_bank_do_not_mix_where_the_bank_wants_two_files():
    mixed = [ORDERS[0], order(reference="R2", payee_cnaps_code="102701000014")]

    with pytest.raises(BatchMixed) as refused:
        list(write(PROFILES["cmbc_like"], batch(mixed), mixed))
    assert refused.value.facts == {"row": 2, "reference": "R2"}


@pytest.mark.parametrize("limit", [{"max_rows": 1}, {"max_bytes": 300}])
def test_a_batch_beyond_the_banks_limit_is_refused(limit):
    profile = Profile.from_spec({**PROFILES["icbc_bpt_like"].spec, **limit})

    with pytest.raises(BatchTooLarge):
        list(write(profile, batch(ORDERS), ORDERS))


@pytest.mark.parametrize("code", PROFILES)
def test_a_cut_file_is_never_reread_as_whole(code):
    data = b"".join(write(PROFILES[code], batch(ORDERS), ORDERS))
    whole = reread(PROFILES[code], [data])

    for size in range(1, len(data), max(1, len(data) // 60)):
        try:
            found = reread(PROFILES[code], [data[:size]])
        except FileRefused:
            continue
        assert found.totals != whole.totals


@pytest.mark.parametrize("code", ["icbc_bpt_like", "cmbc_like", "iso_pain001_v09_cn"])
def test_stated_totals_that_are_not_the_lines_are_found(code):
    data = b"".join(write(PROFILES[code], batch(ORDERS), ORDERS))
    changed = data.replace(b"|1|", b"|2|").replace(b">0.01<", b">0.02<")
    if code == "icbc_bpt_like":
        changed = data.replace(b"123456790", b"123456791")

    with pytest.raises(ControlTotalsDiffer):
        reread(PROFILES[code], [changed])


def test_the_debtor_of_a_plain_batch_has_no_problem():
    for profile in PROFILES.values():
        assert preview_batch(profile, batch(ORDERS)) == []


MEASURE = """
import resource, sys
from tests.workers.bankfiles.examples import PROFILES, batch, order
from workers.bankfiles import Profile, reread, write
import dataclasses, tempfile
code, count = sys.argv[1], int(sys.argv[2])
profile = Profile.from_spec({**PROFILES[code].spec, "max_rows": count, "max_bytes": 10**9})
def orders():
    for i in range(count):
        yield order(reference=f"R{i:08d}", amount_fen=100)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
made = dataclasses.replace(batch([]), count=count, total_fen=100 * count)
with tempfile.TemporaryFile() as file:
    for chunk in write(profile, made, orders()):
        file.write(chunk)
    file.seek(0)
    found = reread(profile, iter(lambda: file.read(65536), b""))
assert found.totals.count == count and found.totals.total_fen == 100 * count
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize("code", ["generic_csv", "icbc_bpt_like", "iso_pain001_v09_cn"])
def test_100_000_orders_are_written_and_reread_in_flat_memory(code):
    root = Path(__file__).parents[3]
    run = [sys.executable, "-c", MEASURE, code, "100000"]

    used = subprocess.run(run, capture_output=True, text=True, check=True, cwd=root)

    assert int(used.stdout) < 60
