"""Each seed's file, byte for byte."""

import io
import os
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from models.rules.errors.bankfiles import SchemaInvalid, SchemaMissing
from tests.workers.bankfiles.examples import ORDERS, PROFILES, batch
from workers.bankfiles import ControlTotals, Profile, read_orders, reread, write

GOLDEN = Path(__file__).parent / "golden"
SHEET = "xl/worksheets/sheet1.xml"


def written(code: str) -> bytes:
    return b"".join(write(PROFILES[code], batch(ORDERS), ORDERS))


@pytest.mark.parametrize("code", [c for c, p in PROFILES.items() if p.format != "xlsx"])
def test_a_seed_writes_its_golden_file_byte_for_byte(code):
    golden = GOLDEN / PROFILES[code].file_name(batch(ORDERS)).replace("B20260401001", code)

    assert written(code) == golden.read_bytes()


@pytest.mark.parametrize("code", ["ccb_batch_like", "cmbc_like"])
def test_orders_within_the_bank_have_a_golden_file_of_their_own(code):
    """The other layout of banks that part orders: fewer columns, another flag."""
    own = [each._replace(payee_cnaps_code="102701000014") for each in ORDERS]
    data = b"".join(write(PROFILES[code], batch(own), own))

    assert data == (GOLDEN / f"{code}_in_bank.txt").read_bytes()


def test_what_a_bank_may_ask_inside_pain001_has_a_golden_file():
    asked = {
        "batch_booking": True,
        "instruction_priority": "HIGH",
        "local_instrument": "HVPS",
        "charge_bearer": "SHAR",
    }
    profile = Profile.from_spec({**PROFILES["iso_pain001_v09_cn"].spec, "xml": asked})
    data = b"".join(write(profile, batch(ORDERS), ORDERS))

    assert data == (GOLDEN / "iso_pain001_v09_options.xml").read_bytes()


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


XML = [code for code, profile in PROFILES.items() if profile.format.startswith("pain")]
needs_schemas = pytest.mark.skipif(
    "ISO20022_XSD_DIR" not in os.environ,
    reason="the ISO schemas are not shipped; set ISO20022_XSD_DIR to a folder that has them",
)


def schemas() -> Path:
    return Path(os.environ["ISO20022_XSD_DIR"])


@needs_schemas
@pytest.mark.parametrize("code", XML)
def test_a_written_message_is_valid_by_the_iso_schema(code):
    path = schemas() / f"pain.001.001.{PROFILES[code].format[-2:]}.xsd"

    etree.XMLSchema(etree.parse(path)).assertValid(etree.fromstring(written(code)))


@needs_schemas
@pytest.mark.parametrize("name", [path.name for path in GOLDEN.glob("*.xml")])
def test_every_golden_message_is_valid_by_the_iso_schema(name):
    if name.endswith(".sheet1.xml"):
        return
    path = schemas() / f"pain.001.001.{'03' if 'v03' in name else '09'}.xsd"

    etree.XMLSchema(etree.parse(path)).assertValid(etree.parse(GOLDEN / name))


@needs_schemas
@pytest.mark.parametrize("code", XML)
def test_a_message_the_schema_refuses_is_not_read_back(code):
    good = written(code)

    assert len(list(read_orders(PROFILES[code], [good], xsd_dir=schemas()))) == 2
    for wrong in (
        good.replace(b"<PmtMtd>TRF", b"<PmtMtd>XXX"),
        good.replace(b"<PmtMtd>TRF</PmtMtd>", b""),
        good.replace(b">ZJ20260401000002</EndToEndId>", b">" + b"Z" * 36 + b"</EndToEndId>"),
    ):
        with pytest.raises(SchemaInvalid):
            list(read_orders(PROFILES[code], [wrong], xsd_dir=schemas()))


def test_a_folder_without_the_schema_lets_no_message_pass(tmp_path):
    with pytest.raises(SchemaMissing):
        list(read_orders(PROFILES["iso_pain001_v09_cn"], [written(XML[0])], xsd_dir=tmp_path))
    assert list(read_orders(PROFILES["generic_csv"], [written("generic_csv")], xsd_dir=tmp_path))
