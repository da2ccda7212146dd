"""Charts that Word and Excel draw themselves: xlsxwriter writes them, a document may lift them."""

import io
import zipfile
from typing import Any

import xlsxwriter

from models.rules.paper_content import Chart

#: xlsxwriter's words for our forms.
_FORMS = {"column": "column", "bar": "bar", "line": "line"}
#: Dark enough beside white in print; the second one is hatched by Word's own pattern.
COLOURS = ("#1F5C99", "#B4641E", "#3B7A3B", "#7A4B8C")
_FONT = {"name": "宋体", "size": 10}
SHEET = "数据"
_GRID = {"visible": True, "line": {"color": "#D0D5DA", "width": 0.5}}
_NO_GRID = {"visible": False}
#: Without these some readers draw a missing value as 0, and bend lines between the points.
_GAPS, _STRAIGHT = '<c:dispBlanksAs val="gap"/>', '<c:smooth val="0"/>'


def drawn(book: Any, sheet: Any, chart: Chart, row: int, column: int) -> Any:  # noqa: ANN401
    """Write a chart's values into a sheet from a cell on, and return the chart over them."""
    sheet.write_row(row, column, ["", *(name for name, _ in chart.series)])
    for at, label in enumerate(chart.labels, start=row + 1):
        sheet.write_string(at, column, label)
    first, last = row + 1, row + len(chart.labels)
    made = book.add_chart({"type": _FORMS[chart.form]})
    for number, (_, values) in enumerate(chart.series, start=1):
        for at, value in enumerate(values, start=first):
            if value is not None:
                sheet.write_number(at, column + number, value)
        colour = COLOURS[(number - 1) % len(COLOURS)]
        look: dict[str, Any] = {
            "name": [sheet.name, row, column + number],
            "categories": [sheet.name, first, column, last, column],
            "values": [sheet.name, first, column + number, last, column + number],
        }
        if chart.form == "line":
            look |= {
                "line": {"color": colour, "width": 2},
                "marker": {"type": "circle", "size": 4, "fill": {"color": colour}},
            }
        else:
            look |= {"fill": {"color": colour}, "gap": 60}
        made.add_series(look)
    made.set_title({"name": chart.title, "name_font": {"name": "黑体", "size": 12, "bold": False}})
    plain = {"num_font": _FONT, "major_tick_mark": "outside", "minor_tick_mark": "none"}
    if chart.form == "bar":
        # The first hospital stands on top, the scale below the last.
        made.set_x_axis({**plain, "major_gridlines": _GRID})
        made.set_y_axis({**plain, "reverse": True, "crossing": "max", "major_gridlines": _NO_GRID})
    else:
        made.set_x_axis(plain)
        made.set_y_axis({**plain, "major_gridlines": _GRID})
    made.set_legend(
        {"position": "bottom", "font": _FONT} if len(chart.series) > 1 else {"none": True}
    )
    return made


def workbook(chart: Chart) -> bytes:
    """Return a workbook of one chart and its values: what a document keeps behind the picture."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet(SHEET)
    sheet.insert_chart(0, len(chart.series) + 2, drawn(book, sheet, chart, 0, 0))
    book.close()
    return target.getvalue()


def lifted(book: bytes) -> bytes:
    """Return the DrawingML of the one chart of a workbook, tied to that workbook as `rId1`."""
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        text = parts.read("xl/charts/chart1.xml").decode()
    tie = '<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData>'
    text = text.replace("</c:chart>", f"{_GAPS}</c:chart>")
    text = text.replace("</c:ser>", f"{_STRAIGHT}</c:ser>") if "<c:lineChart>" in text else text
    return text.replace("<c:printSettings>", f"{tie}<c:printSettings>", 1).encode()
