"""Each seed's file, byte for byte."""

import io
import os
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from tests.workers.bankfiles.examples import ORDERS, PROFILES, batch
from workers.bankfiles import ControlTotals, reread, write

GOLDEN = Path(__file__).parent / "golden"
SHEET = "xl/worksheets/sheet1.xml"


def written(code: str) -> bytes:
    return b"".join(write(PROFILES[code], batch(ORDERS), ORDERS))


@pytest.mark.parametrize("code", [c for c, p in PROFILES.items() if p.format != "xlsx"])
def test_a_seed_writes_its_golden_file_byte_for_byte(code):
    golden = GOLDEN / PROFILES[code].file_name(batch(ORDERS)).replace("B20260401001", code)

    assert written(code) == golden.read_bytes()


def test_the_workbook_has_the_golden_sheet_with_identifiers_as_text():
    sheet = zipfile.ZipFile(io.BytesIO(written("xlsx_generic"))).read(SHEET)

    assert sheet == (GOLDEN / "xlsx_generic.sheet1.xml").read_bytes()


@pytest.mark.parametrize("code", PROFILES)
def test_the_same_batch_gives_the_same_bytes(code):
    assert written(code) == written(code)


@pytest.mark.parametrize("code", PROFILES)
def test_the_written_bytes_hold_the_totals_of_the_batch(code):
    found = reread(PROFILES[code], [written(code)])

    assert found.totals == ControlTotals(2, 123_456_790)
    assert found.references == ("ZJ20260401000001", "ZJ20260401000002")


@pytest.mark.skipif(
    "ISO20022_XSD_DIR" not in os.environ,
    reason="the ISO schemas are not shipped; set ISO20022_XSD_DIR to a folder that has them",
)
@pytest.mark.parametrize("code", [c for c, p in PROFILES.items() if p.format.startswith("pain")])
def test_a_written_message_is_valid_by_the_iso_schema(code):
    version = PROFILES[code].format[-2:]
    path = Path(os.environ["ISO20022_XSD_DIR"]) / f"pain.001.001.{version}.xsd"

    etree.XMLSchema(etree.parse(path)).assertValid(etree.fromstring(written(code)))
