"""Files as a whole: encodings, headers, shapes, and what is refused with a clear reason."""
# ruff: noqa: E501 - one case a line reads best

import io
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter

from models.records.base import sql
from models.rules.errors import imports as refused
from models.schemas import tables
from models.services import templates
from tests.factories import imports as make
from tests.factories.imports import AREA, send, written

pytestmark = pytest.mark.usefixtures("db")


def xlsx(rows, *, formats=None) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    for at, row in enumerate(rows):
        for place, cell in enumerate(row):
            if isinstance(cell, (date, datetime)):
                sheet.write_datetime(at, place, cell, day)
            elif isinstance(cell, str) and not cell.startswith("="):
                sheet.write_string(at, place, cell)
            else:
                sheet.write(at, place, cell)
    book.close()
    return target.getvalue()


LABELLED = "行政区划代码,名称,上级代码,级别\n520000,云岭省,,province\n"


@pytest.mark.parametrize(
    "content",
    [
        LABELLED.encode(),
        LABELLED.encode("utf-8-sig"),
        LABELLED.encode("gb18030"),
        LABELLED.replace("\n", "\r\n").encode("gb18030"),
        LABELLED.replace("\n", "\r").encode(),
        LABELLED.replace("行政区划代码", "统筹区代码").encode(),
        ("\ufeff" + LABELLED).encode("gb18030"),
        ('"行政区划代码","名称","上级代码","级别"\n"520000","云岭省","","province"\n').encode(),
        "级别,名称,上级代码,行政区划代码\nprovince,云岭省,,520000".encode(),
        "level,name,area_code\nprovince,云岭省,520000\n\n\n".encode(),
        ("row,error_codes," + LABELLED.replace("\n520000", ",error\n7,x,520000").replace("province\n", "province,什么\n")).encode(),
        (LABELLED.replace("级别", "级别,,").replace("province", "province,,")).encode(),
    ],
)  # fmt: skip
def test_the_same_area_is_read_from_every_allowed_shape(content):
    assert send("areas", content).counts == (1, 0, 0)
    assert sql("SELECT * FROM area").fetchall() == [("520000", "云岭省", None, "province")]


def test_utf8_wins_when_both_encodings_decode():
    text = "area_code,name,level\n520000,云岭省份,province\n".encode()
    text.decode("gb18030")
    send("areas", text)
    assert sql("SELECT name FROM area").fetchone() == ("云岭省份",)


def test_gb18030_far_into_a_file_that_began_as_ascii_is_still_told_apart():
    rows = [AREA | {"area_code": f"{n:06d}", "name": "n" * 200} for n in range(9_000)]
    rows[-1]["name"] = "云岭"
    assert send("areas", written(rows).decode().encode("gb18030")).counts == (9_000, 0, 0)
    assert sql("SELECT name FROM area WHERE area_code = '008999'").fetchone() == ("云岭",)


def test_a_file_with_a_header_only_has_no_rows_and_is_done():
    assert send("areas", b"area_code,name,level").counts == (0, 0, 0)


def test_every_template_can_be_imported_as_it_is():
    for kind in tables.BY_KIND:
        assert send(kind, templates.csv(kind)).counts == (0, 0, 0)
        assert send(kind, templates.xlsx(kind)).counts == (0, 0, 0)


BAD_FILES = {
    "empty": (b"", refused.EmptyFile, ""),
    "blank lines only": (b"\n\r\n \n", refused.EmptyFile, ""),
    "byte order mark only": (b"\xef\xbb\xbf", refused.EmptyFile, ""),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(200), refused.BinaryFile, "PNG"),
    "old xls": (b"\xd0\xcf\x11\xe0\xa1\xb1" + bytes(600), refused.BinaryFile, "XLS"),
    "utf-16": (LABELLED.encode("utf-16"), refused.BinaryFile, "UTF-16"),
    "random bytes": (bytes(range(256)) * 20, refused.BinaryFile, "二进制"),
    "neither encoding": (b"area_code,name,level\n520000,\xff\xff,province\n", refused.UnknownEncoding, "第 29 字节"),
    "cut in a character": (LABELLED.encode("gb18030")[:-25] + b"\xd4", refused.UnknownEncoding, "GB18030"),
    "unknown column": (b"area_code,name,level,colour\n", refused.UnknownColumn, "colour"),
    "semicolons": (b"area_code;name;level\n", refused.UnknownColumn, "area_code;name;level"),
    "missing column": (b"area_code,level\n", refused.MissingColumn, "name"),
    "missing labelled column": ("行政区划代码,级别\n".encode(), refused.MissingColumn, "名称"),
    "twice the same": (b"area_code,name,level,name\n", refused.DuplicateColumn, "name"),
    "own and shared label": ("行政区划代码,统筹区代码,名称,级别\n".encode(), refused.DuplicateColumn, "area_code"),
    "mixed header": ("area_code,名称,level\n".encode(), refused.MixedHeader, "名称"),
    "unbalanced quote": (b'area_code,name,level\n520000,"x,province\n' + b"520001,y,city\n" * 9, refused.BrokenCsv, "第 2 行"),
    "unbalanced quote, long": (b'area_code,name,level\n520000,"x,province\n' + b"520001,y,city\n" * 20_000, refused.BrokenCsv, "第 2 行"),
    "endless line": (b"area_code,name,level\n520000,y,city\n" + b"x," * (3 << 20), refused.BrokenCsv, "第 3 行"),
    "endless record": (b"area_code,name,level\n520000,y,city\n" + b'x,"\n",' * (1 << 19), refused.BrokenCsv, "第 3 行"),
    "text after a quote": (b'area_code,name,level\n520000,y,city\n520001,"x"y,city\n', refused.BrokenCsv, "第 3 行"),
    "zip, no xlsx": (None, refused.BinaryFile, "ZIP"),
    "cut xlsx": (None, refused.SheetNotReadable, "压缩包"),
    "zip bomb": (None, refused.SheetNotReadable, "解压"),
    "one cell at XFD1048576": (None, refused.SheetNotReadable, "过大"),
    "nonsense xlsx": (None, refused.SheetNotReadable, "损坏"),
}  # fmt: skip


def archive(entries, *, claims: int | None = None) -> bytes:
    """A ZIP archive; `claims` is what its last entry says it unpacks to."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in entries.items():
            out.writestr(name, content)
        if claims:
            out.infolist()[-1].file_size = claims
    return target.getvalue()


def bad_content(case: str) -> bytes:
    if case == "zip, no xlsx":
        return archive({"readme.txt": "hello"})
    if case == "cut xlsx":
        return xlsx([["area_code"]])[:-400]
    if case == "zip bomb":
        return archive(
            {"xl/workbook.xml": "x", "xl/worksheets/sheet1.xml": "0" * 9}, claims=2 << 30
        )
    if case == "one cell at XFD1048576":
        book = io.BytesIO()
        with xlsxwriter.Workbook(book, {"in_memory": True}) as out:
            sheet = out.add_worksheet()
            sheet.write(0, 0, "area_code")
            sheet.write(1_048_575, 16_383, "x")
        return book.getvalue()
    if case == "nonsense xlsx":
        return archive({"xl/workbook.xml": "<a", "[Content_Types].xml": "<b"})
    return BAD_FILES[case][0]


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_file_that_cannot_be_read_is_refused_with_its_reason(case):
    _, error, told = BAD_FILES[case]
    with pytest.raises(error) as caught:
        send("areas", bad_content(case))
    assert told in caught.value.sentence
    assert sql("SELECT count(*) FROM area").fetchone() == (0,)


def test_a_quote_in_the_middle_of_a_cell_is_text():
    assert send("areas", b'area_code,name,level\n520000,a"b,province\n').counts == (1, 0, 0)
    assert sql("SELECT name FROM area").fetchone() == ('a"b',)


def test_quoted_cells_after_a_million_plain_bytes_are_read_in_the_same_count():
    rows = [AREA | {"area_code": f"{n:06d}", "name": "n" * 250} for n in range(40_000)]
    rows[39_990]["name"] = 'say "a,\nb"'
    rows[39_995]["level"] = "moon"
    sent = send("areas", rows)
    assert sent.counts == (39_998, 0, 2)
    assert sent.codes == {39_992: "bad_code", 39_997: "bad_choice"}
    assert sent.errors[0]["name"] == 'say "a,\nb"'


def test_short_and_long_records_come_back_and_the_others_are_taken():
    content = (
        b"area_code,name,level,parent_code\n520000,a,province,\n520001,b,city\n"
        b"520002,c,city,520000,more,cells\n520003,d,city,520000,,\n\n520004,e"
    )
    sent = send("areas", content)
    assert sent.counts == (2, 0, 3)
    assert sent.codes == {3: "missing_value", 4: "bad_code", 6: "missing_value"}
    assert sent.errors[1]["parent_code"] == "520000,more,cells"


def test_xlsx_cells_become_what_a_person_typed():
    make.world()
    row = make.purchase()
    header = list(row)
    cells = list(row.values())
    cells[header.index("quantity")] = 10
    cells[header.index("unit_price_yuan")] = 12.345
    cells[header.index("amount_yuan")] = "=123.4+0.05"
    cells[header.index("accepted_on")] = date(2026, 3, 17)
    cells[header.index("order_no")] = 123456789012345
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, header)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for place, cell in enumerate(cells):
            if isinstance(cell, date):
                sheet.write_datetime(1, place, date(2026, 3, 17), day)
            elif isinstance(cell, str) and cell.startswith("="):
                sheet.write_formula(1, place, cell, None, 123.45)
            else:
                sheet.write(1, place, cell)
    assert send("purchases", target.getvalue(), name="a.xlsx").counts == (1, 0, 0)
    kept = sql("SELECT order_no, quantity, amount_fen, accepted_on FROM purchase_line").fetchone()
    assert (kept[0], str(kept[1]), kept[2], kept[3]) == (
        "123456789012345", "10.0000", 12345, date(2026, 3, 17),
    )  # fmt: skip


def test_a_number_that_lost_digits_in_xlsx_is_refused_never_repaired():
    make.world()
    row = make.ENTERPRISE_ROW | {"account_no": 6200000000009973123}
    sent = send("enterprises", xlsx([list(row), list(row.values())]), name="a.xlsx")
    assert sent.counts == (0, 0, 1)
    assert sent.codes == {2: "bad_code"}
    assert "已丢失" in sent.errors[0]["error"]
    assert sent.errors[0]["account_no"].startswith("62000000000099")


def test_extra_decimals_in_xlsx_are_refused():
    make.world()
    row = make.purchase() | {"amount_yuan": 123.456, "quantity": True}
    sent = send("purchases", xlsx([list(row), list(row.values())]), name="a.xlsx")
    assert sent.codes == {2: "bad_number;too_many_decimals"}


def test_an_xlsx_is_told_by_its_bytes_not_by_its_name():
    assert send("areas", xlsx([list(AREA), list(AREA.values())]), name="areas.csv").counts == (
        1, 0, 0,
    )  # fmt: skip
