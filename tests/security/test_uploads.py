"""Files from outside: whatever they are made of, they cost little, say nothing, and harm nobody."""

import contextlib
import csv
import io
import re
import subprocess
import sys
import zipfile

import pytest
from lxml import etree

from models.records.base import sql
from models.records.files import StoredFile
from models.rules.errors import bankfiles as bank_refusals
from models.rules.errors import imports as refused
from models.rules.errors.remedies import DocumentRefused
from models.rules.spreadsheets import guarded
from models.services import documents, files
from models.services.imports import sheets
from models.settings import ROOT
from models.workbooks import Flaw, Form, WorkbookUnreadable, convert
from tests.factories import imports as world
from tests.services.test_imports_files import archive, xlsx
from web import downloads
from workers.bankfiles import xml

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"
#: A file that must stay unread, whatever names it.
SECRET = "root:"
LAUGHS = "".join(
    f'<!ENTITY l{n} "{"&l" + str(n - 1) + ";" if n else "ha"}' + f'{"&l" + str(n - 1) + ";" * 9}">'
    for n in range(1, 10)
)


def sheet_with(document: str, rows: list[list[str]]) -> bytes:
    """A workbook whose texts begin with a document type of somebody else."""
    whole = xlsx(rows)
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(target, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "xl/sharedStrings.xml":
                text = content.decode()
                head, _, rest = text.partition("?>\n")
                content = f"{head}?>\n{document}{rest}".replace("STEAL", "&x;").encode()
            new.writestr(part.filename, content)
    return target.getvalue()


DOCUMENT_TYPES = {
    "xxe": '<!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    "billion laughs": f'<!DOCTYPE sst [<!ENTITY l0 "ha">{LAUGHS}<!ENTITY x "&l9;">]>',
    "from the network": '<!DOCTYPE sst SYSTEM "http://127.0.0.1:9/x.dtd">',
}


@pytest.mark.parametrize("kind", DOCUMENT_TYPES)
def test_entities_in_a_workbook_open_nothing(db, kind):
    content = sheet_with(
        DOCUMENT_TYPES[kind], [list(world.AREA), ["520000", "STEAL", "", "province"]]
    )
    with contextlib.suppress(refused.FileRefused):
        world.send("areas", content, name="a.xlsx")
    told = sql("SELECT coalesce(string_agg(name, ''), '') FROM area").fetchone()[0]
    assert SECRET not in told
    assert len(told) < 100


@pytest.mark.parametrize("kind", DOCUMENT_TYPES)
def test_entities_in_a_bank_file_refuse_it(kind):
    document = DOCUMENT_TYPES[kind].replace("sst", "Document")
    content = f'<?xml version="1.0"?>{document}<Document xmlns="{NAMESPACE}"><A>&x;</A></Document>'
    with pytest.raises(bank_refusals.XmlHasDtd):
        list(xml.elements([content.encode()], NAMESPACE, ["A"]))
    # The same in an encoding in which nobody would look for it by its bytes.
    with pytest.raises(bank_refusals.FileRefused):
        list(xml.elements([content.encode("utf-16")], NAMESPACE, ["A"]))


def test_deep_and_wide_xml_ends_as_a_refusal():
    for content in (
        b"<Document xmlns='" + NAMESPACE.encode() + b"'>" + b"<A>" * 5_000,
        b"<Document xmlns='" + NAMESPACE.encode() + b"' a='" + b"x" * 12_000_000 + b"'/>",
    ):
        with pytest.raises(bank_refusals.FileRefused):
            list(xml.elements([content], NAMESPACE, ["B"]))


@pytest.mark.parametrize(
    ("limit", "flaws"),
    [
        ({"memory_bytes": 1 << 20}, {Flaw.DAMAGED, Flaw.OUT_OF_LIMITS}),
        ({"target_bytes": 1_000}, {Flaw.DAMAGED, Flaw.OUT_OF_LIMITS}),
        ({"wall_seconds": 0.001}, {Flaw.TOO_SLOW}),
    ],
)
def test_the_process_that_reads_a_workbook_has_limits_of_its_own(tmp_path, limit, flaws):
    source = tmp_path / "a.xlsx"
    source.write_bytes(xlsx([["x" * 50] * 40] * 50))
    with pytest.raises(WorkbookUnreadable) as caught:
        convert(source, tmp_path / "out", Form.CSV, sheets.LIMITS._replace(**limit))
    assert caught.value.flaw in flaws


def test_that_process_has_a_limit_of_processor_time():
    """The child's own limits, asked of a process that sets them as it does."""
    script = (
        "import resource, sys; sys.argv = ['child', 'csv', '/none', '/none', str(1 << 30), '1',"
        " '1000']; import runpy\n"
        "try: runpy.run_path('models/workbooks/child.py', run_name='__main__')\n"
        "except BaseException: pass\n"
        "print(resource.getrlimit(resource.RLIMIT_CPU), flush=True)\n"
        "while True: pass"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.startswith("(1, 1)")
    assert done.returncode < 0


def test_a_bomb_of_many_parts_or_of_true_size_is_refused(db):
    many = archive({"xl/workbook.xml": "x", **{f"p{n}": "" for n in range(2_001)}})
    # Claims little and unpacks to much: the limits of the child stand behind the claims.
    liar = archive({"xl/workbook.xml": "x", "xl/worksheets/sheet1.xml": "0" * (20 << 20)}, claims=9)
    for content in (many, liar):
        with pytest.raises(refused.FileRefused):
            world.send("areas", content, name="a.xlsx")


CELLS = {
    "nul": "云\x00岭",
    "control": "云\x1b[31m岭",
    "byte order mark": "云\ufeff岭",
    "half a pair": "云\ud800岭",
    "a million": "云" * 1_000_000,
}


@pytest.mark.parametrize("kind", CELLS)
def test_a_cell_that_is_no_text_comes_back_and_is_never_cut(db, kind):
    cell = CELLS[kind].encode("utf-8", "surrogatepass")
    content = b"area_code,name,level\n520000," + cell + b",province\n"
    # A whole file is refused, or the row comes back; the world's reader takes no endless cell.
    with contextlib.suppress(refused.FileRefused, csv.Error):
        assert world.send("areas", content).counts == (0, 0, 1)
    assert sql("SELECT count(*) FROM area").fetchone() == (0,)


def test_a_megabyte_in_a_cell_of_a_workbook_is_not_taken(db):
    whole = sheet_with("", [["area_code", "name", "level"], ["520000", "STEAL", "province"]])
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(target, "w") as new:
        for part in old.infolist():
            new.writestr(part.filename, old.read(part).replace(b"&x;", b"x" * (1 << 20)))
    with contextlib.suppress(refused.FileRefused, csv.Error):
        assert world.send("areas", target.getvalue(), name="a.xlsx").counts == (0, 0, 1)
    assert sql("SELECT count(*) FROM area").fetchone() == (0,)


def test_formulas_come_back_as_text_in_every_file_a_spreadsheet_opens(db):
    for start in ("=", "+", "-", "@", "\t", "\r"):
        assert guarded(f"{start}cmd|' /C calc'!A0").startswith("'")
    sent = world.send("areas", [world.AREA | {"name": "=1+1", "level": "moon"}])
    row = sent.errors[0]
    assert row["name"] in {"=1+1", "'=1+1"}, "as it was sent, so that it can be sent again"
    assert sql("SELECT count(*) FROM area").fetchone() == (0,)


NAMES = {
    "../../etc/passwd": "passwd",
    "..\\..\\windows\\win.ini": "win.ini",
    "C:\\Users\\x\\账单.csv": "账单.csv",
    "/etc/cron.d/x": "x",
    "a\x00b.csv": "ab.csv",
    "a\r\nSet-Cookie: x=1.csv": "aSet-Cookie: x=1.csv",
    "账单\u202evsc.exe": "账单vsc.exe",
    "..": "file",
    "": "file",
    "x" * 5_000 + ".csv": "x" * 196 + ".csv",
}


def test_a_file_is_kept_under_a_plain_name_whatever_it_was_called(db):
    for name, kept in NAMES.items():
        assert files.store(name, [b"x"], by="maker", kind="upload").name == kept
    assert files.store_all([("../\x00a", b"x")], by="maker", kind="evidence")
    assert StoredFile.select().where(StoredFile.name.contains("/")).count() == 0


POLYGLOTS = {
    "a.html": b"<script>alert(1)</script>",
    "a.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "a.pdf": b"%PDF-1.4 <html><script>alert(1)</script>",
    "a.csv": b"<html><script>alert(1)</script>",
    "a.csv.html": b"x",
    "a.xml": b"<?xml-stylesheet href='javascript:alert(1)'?><a/>",
}


@pytest.mark.parametrize("name", POLYGLOTS)
def test_what_somebody_sent_is_saved_and_never_shown_by_a_browser(app, name):
    with app.test_request_context():
        stored = files.store(name, [POLYGLOTS[name]], by="maker", kind="upload")
        answer = app.process_response(downloads.send(stored.id))
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not re.search("html|svg|pdf|script", answer.mimetype)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_document_of_evidence_is_told_by_its_bytes(db):
    pdf = documents.keep(documents.Document("x.html", b"%PDF-1.7 ..."), by="maker")
    assert StoredFile.get_by_id(pdf).name == "x.pdf"
    for content in (b"<html>%PDF-", b"MZ", b"PK\x03\x04", b"%PDF-" + bytes(documents.BYTES_MAX)):
        with pytest.raises(DocumentRefused):
            documents.keep(documents.Document("x.pdf", content), by="maker")


def test_only_readers_that_resolve_nothing_are_used():
    """Whoever parses XML elsewhere states the same: no entities, no network, no DTD."""
    told = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for folder in ("models", "web", "workers")
        for path in (ROOT / folder).rglob("*.py")
    }
    parsers = re.compile(
        r"etree\.(?:iterparse|XMLPullParser|XMLParser)\((?P<how>.*?)\n    \)", re.S
    )
    for name, text in told.items():
        for found in parsers.finditer(text):
            assert "resolve_entities=False" in found["how"], name
            assert "no_network=True" in found["how"], name
    assert etree.LXML_VERSION >= (5, 0), "entities of the network are off by default since then"


def test_a_workbook_of_ours_holds_no_formula_of_others():
    """Every writer of workbooks says that texts are texts."""
    writers = [
        text
        for folder in ("models", "web", "workers")
        for path in (ROOT / folder).rglob("*.py")
        if "xlsxwriter.Workbook(" in (text := path.read_text(encoding="utf-8"))
    ]
    assert len(writers) > 5
    assert [text[:80] for text in writers if '"strings_to_formulas": False' not in text] == []
