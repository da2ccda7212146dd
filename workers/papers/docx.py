"""A paper as a Word document: A4, numbered pages, heads that repeat, charts that stay editable."""

import io
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE as LINK
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from models.rules.paper_content import (
    SHOWN_ROWS_MAX,
    Chart,
    Content,
    Section,
    Table,
    shown,
)
from workers.papers import charts

_CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_BOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Columns from which on a table needs the page turned.
WIDE_COLUMNS = 9
_EMU = 360_000
_TURNED_CM, _UPRIGHT_CM = 24.0, 15.6

_INLINE = """
<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
  distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{cx}" cy="{cy}"/>
<wp:docPr id="{number}" name="图 {number}" descr="{words}"/><wp:cNvGraphicFramePr/>
<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">
<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">
<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"
  xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="{link}"/>
</a:graphicData></a:graphic></wp:inline></w:drawing>
"""


def written(content: Content) -> bytes:
    """Return the document of a paper."""
    paper = docx.Document()
    _prepare(paper, content)
    _line(paper, content.title, size=20, font="黑体", align=WD_ALIGN_PARAGRAPH.CENTER)
    _line(paper, f"（{content.about}）", size=14, font="楷体", align=WD_ALIGN_PARAGRAPH.CENTER)
    drawn = 0
    for number, section in enumerate(content.sections, start=1):
        drawn = _section(paper, number, section, drawn)
    _line(paper, "")
    _line(paper, content.office, size=14, font="仿宋", align=WD_ALIGN_PARAGRAPH.RIGHT)
    _line(paper, content.day, size=14, font="仿宋", align=WD_ALIGN_PARAGRAPH.RIGHT)
    target = io.BytesIO()
    paper.save(target)
    return target.getvalue()


def _prepare(paper: Any, content: Content) -> None:  # noqa: ANN401 - a document of python-docx
    """Set the page, the fonts, the language and the numbers of pages."""
    page = paper.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.7)
    page.top_margin, page.bottom_margin = Cm(3), Cm(2.6)
    style = paper.styles["Normal"]
    style.font.name, style.font.size = "仿宋", Pt(14)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), "仿宋")
    fonts.set(qn("w:ascii"), "Times New Roman")
    fonts.set(qn("w:hAnsi"), "Times New Roman")
    language = OxmlElement("w:lang")
    language.set(qn("w:eastAsia"), "zh-CN")
    style.element.get_or_add_rPr().append(language)
    told = paper.core_properties
    told.title, told.author, told.language = content.title, content.office, "zh-CN"
    told.comments = content.about
    foot = page.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    foot.add_run("— ")
    _field(foot.add_run(), "PAGE")
    foot.add_run(" —")


def _field(run: Any, code: str) -> None:  # noqa: ANN401 - a run of python-docx
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run.element.append(part)


def _line(
    into: Any,  # noqa: ANN401 - a document or cell of python-docx
    text: str,
    *,
    size: float = 14,
    font: str = "仿宋",
    align: Any = None,  # noqa: ANN401
    level: int = 0,
) -> Any:  # noqa: ANN401
    line = into.add_heading(level=level) if level else into.add_paragraph()
    if align is not None:
        line.alignment = align
    line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(4)
    run = line.add_run(text)
    _face(run, font, size)
    return line


def _face(run: Any, font: str, size: float) -> None:  # noqa: ANN401 - a run of python-docx
    run.font.size, run.font.name, run.font.bold = Pt(size), font, False
    run.font.color.rgb = docx.shared.RGBColor(0, 0, 0)
    run.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _section(paper: Any, number: int, section: Section, drawn: int) -> int:  # noqa: ANN401
    wide = any(len(table.columns) >= WIDE_COLUMNS for table in section.tables)
    if wide:
        _turn(paper, WD_ORIENT.LANDSCAPE)
    _line(paper, f"{_chinese(number)}、{section.heading}", size=16, font="黑体", level=1)
    for sentence in section.sentences:
        line = _line(paper, sentence)
        line.paragraph_format.first_line_indent = Pt(28)
        line.paragraph_format.line_spacing = 1.5
    for chart in section.charts:
        drawn += 1
        _chart(paper, chart, drawn)
    for table in section.tables:
        _table(paper, table, _TURNED_CM if wide else _UPRIGHT_CM)
    if wide:
        _turn(paper, WD_ORIENT.PORTRAIT)
    return drawn


def _turn(paper: Any, way: Any) -> None:  # noqa: ANN401
    page = paper.add_section()
    if page.orientation != way:
        page.orientation = way
        page.page_width, page.page_height = page.page_height, page.page_width


def _chinese(number: int) -> str:
    return "一二三四五六七八九十"[number - 1]


def _table(paper: Any, table: Table, width_cm: float) -> None:  # noqa: ANN401
    rows = table.rows[:SHOWN_ROWS_MAX]
    made = paper.add_table(rows=1, cols=len(table.columns), style="Table Grid")
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    widths = _widths(table, rows, width_cm)
    for column, cell in zip(table.columns, made.rows[0].cells, strict=True):
        _cell(cell, column.title, "黑体", WD_ALIGN_PARAGRAPH.CENTER)
    repeat = OxmlElement("w:tblHeader")
    made.rows[0]._tr.get_or_add_trPr().append(repeat)  # noqa: SLF001 - no other way
    for row in rows:
        line = made.add_row()
        whole = OxmlElement("w:cantSplit")
        line._tr.get_or_add_trPr().append(whole)  # noqa: SLF001 - no other way
        for column, value, cell in zip(table.columns, row, line.cells, strict=True):
            side = WD_ALIGN_PARAGRAPH.LEFT if column.kind == "text" else WD_ALIGN_PARAGRAPH.RIGHT
            _cell(cell, shown(value, column.kind), "宋体", side)
    for width, column in zip(widths, made.columns, strict=True):
        column.width = Cm(width)
    for line in made.rows:
        for width, cell in zip(widths, line.cells, strict=True):
            cell.width = Cm(width)
    if len(table.rows) > len(rows):
        _line(
            paper,
            f"注：共 {len(table.rows)} 行，文中列前 {len(rows)} 行，全部见同名工作簿。",
            size=10.5,
            font="宋体",
        )


def _widths(table: Table, rows: list[Any], width_cm: float) -> list[float]:
    """Share the width by the longest text of each column, none below that of its title."""
    need = []
    for at, column in enumerate(table.columns):
        longest = max((len(shown(row[at], column.kind)) for row in rows), default=0)
        need.append(min(max(longest if column.kind == "text" else longest * 0.95, 5), 22))
    whole = sum(need)
    return [width_cm * one / whole for one in need]


def _cell(cell: Any, text: str, font: str, side: Any) -> None:  # noqa: ANN401
    line = cell.paragraphs[0]
    line.alignment = side
    line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(1)
    _face(line.add_run(text), font, 10.5)


def _chart(paper: Any, chart: Chart, number: int) -> None:  # noqa: ANN401
    """Put a chart into the document with its workbook behind it, so that Word can edit it."""
    book = charts.workbook(chart)
    package = paper.part.package
    behind = Part(PackURI(f"/word/embeddings/book{number}.xlsx"), _BOOK_TYPE, book, package)
    picture = Part(
        PackURI(f"/word/charts/chart{number}.xml"), _CHART_TYPE, charts.lifted(book), package
    )
    picture.relate_to(behind, LINK.PACKAGE)
    link = paper.part.relate_to(picture, LINK.CHART)
    height = 8.5 if chart.form != "bar" else max(6.0, 2.5 + 0.75 * len(chart.labels))
    drawing = _INLINE.format(
        cx=int(15.4 * _EMU), cy=int(height * _EMU), number=number, link=link, words=chart.title
    )
    line = paper.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.add_run().element.append(parse_xml(drawing))
