"""Papers as documents: every heading, row and value is in them, charts stay editable."""

import io
import re
import zipfile

import docx
import pytest
from python_calamine import CalamineWorkbook

from models.rules.paper_content import SHOWN_ROWS_MAX, Chart, Column, Content, Section, Table
from workers.papers import run

COLUMNS = [Column("医疗机构"), Column("采购进度", "bp"), Column("差（百分点）", "pp")]
ROWS = [[f"第{n}医院", 100 * n, n - 50] for n in range(80)]


@pytest.fixture(scope="module")
def content():
    charts = [
        Chart("走势（%）", "line", ["2026-01", "2026-02"], [("网采率", [None, 92.5])]),
        Chart("最慢（%）", "bar", ["甲", "乙"], [("进度", [1.0, 2.0]), ("序时", [3.0, 3.0])]),
    ]
    wide = Table(
        "全年", [Column("机构"), *(Column(f"指标{n}", "bp") for n in range(9))], [["甲", *range(9)]]
    )
    return Content(
        "某市通报", "2026 年第三季度", "某市医保中心", "2026年10月5日",
        [
            Section("总体情况", ["全市 80 家。"], charts, [Table("排名", COLUMNS, ROWS)]),
            Section("全年（一）", [], [], [wide]),
            Section("约谈名单", ["没有。"]),
        ],
    )  # fmt: skip


@pytest.fixture(scope="module")
def documents(content):
    return run.write(content)


def test_the_document_says_everything_and_repeats_heads(documents):
    paper = docx.Document(io.BytesIO(documents.docx))
    words = [line.text for line in paper.paragraphs]
    for told in (
        "某市通报",
        "一、总体情况",
        "全市 80 家。",
        "三、约谈名单",
        "某市医保中心",
        "2026年10月5日",
    ):
        assert told in words
    first, wide = paper.tables
    assert len(first.rows) == SHOWN_ROWS_MAX + 1
    assert [cell.text for cell in first.rows[50].cells] == ["第49医院", "49.00%", "-0.01"]
    assert any("共 80 行，文中列前 60 行" in line for line in words)
    assert len(wide.columns) == 10
    assert first.rows[0]._tr.xpath("./w:trPr/w:tblHeader")
    sizes = [page.page_width > page.page_height for page in paper.sections]
    assert sizes == [False, True, False]


def test_each_chart_keeps_its_workbook_and_draws_no_missing_value(documents):
    with zipfile.ZipFile(io.BytesIO(documents.docx)) as parts:
        charts = sorted(
            name for name in parts.namelist() if "/charts/chart" in name and ".rels" not in name
        )
        assert len(charts) == 2
        text = parts.read(charts[0]).decode()
        assert '<c:dispBlanksAs val="gap"/>' in text
        assert re.search(r'<c:externalData r:id="rId1">', text)
        assert text.count("<c:v>92.5</c:v>") == 1
        book = next(name for name in parts.namelist() if name.endswith("book1.xlsx"))
        rows = CalamineWorkbook.from_filelike(io.BytesIO(parts.read(book))).get_sheet_by_index(0)
        assert rows.to_python()[2] == ["2026-02", 92.5]


def test_the_workbook_has_all_rows_as_numbers(documents):
    book = CalamineWorkbook.from_filelike(io.BytesIO(documents.xlsx))
    assert book.sheet_names == ["1总体情况", "2全年一", "3约谈名单", "图表数据"]
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[-1] == ["第79医院", 0.79, 0.29]
    assert len(rows) == 5 + 80
