"""Writes what a paper says: the whole area first, then the hospitals, then who must come."""

from collections.abc import Callable
from datetime import date

from models.rules import cadence
from models.rules.monitoring import percent
from models.rules.paper_content import Cell, Chart, Column, Content, Section, Table
from models.rules.papers import INTERVIEW_LIST, TITLES, PaperKind
from models.services.papers import figures, words
from models.services.papers.figures import Hospital
from models.services.papers.material import Material

#: Hospitals in a chart.
CHARTED = 10
#: Indicators whose way through the months is drawn.
_TRENDS = ("online_rate", "vbp_share_amount", "settlement_rate", "on_time_rate")


def write(material: Material, area_name: str, office: str, on: date) -> Content:
    """Return what a paper of the material's kind says."""
    span = material.span
    title = f"{area_name}{TITLES[span.kind][0]}"
    sections = [write_one(material) for write_one in _SECTIONS[span.kind]]
    return Content(
        title=title,
        about=span.words,
        office=office,
        day=f"{on.year}年{on.month}月{on.day}日",
        sections=[one for one in sections if one is not None],
    )


def _overall(material: Material) -> Section:
    now, then = material.now, material.before
    keys = sorted(now, key=words.order)
    rows: list[list[Cell]] = []
    for key in keys:
        one, old = now[key], then.get(key)
        known = [h.figures[key] for h in material.hospitals if key in h.figures]
        known += [
            whole
            for h in material.hospitals
            if key not in h.figures and key[1] == "" and (whole := h.over_rounds(key[0]))
        ]
        judged = [figure for figure in known if figure.target_bp is not None]
        rows.append(
            [
                words.name(*key), one.value_bp, old.value_bp if old else None,
                one.value_bp - old.value_bp if old else None, one.target_bp,
                f"{sum(not f.missed for f in judged)} / {len(judged)}" if judged else None,
            ]
        )  # fmt: skip
    columns = [
        Column("指标"), Column("本期", "bp"), Column("上期", "bp"), Column("增减（百分点）", "pp"),
        Column("目标", "bp"), Column("达标机构"),
    ]  # fmt: skip
    failing = sum(1 for one in material.named if one.missed)
    sentences = [
        f"本期共监测医疗机构 {len(material.hospitals)} 家，其中有指标未达目标的 {failing} 家。"
    ]
    progress = now.get((figures.PROGRESS, ""))
    if progress is not None and progress.target_bp is not None:
        gap = progress.value_bp - progress.target_bp
        side = "快于" if gap >= 0 else "落后"
        points = percent(abs(gap)).removesuffix("%")
        sentences.append(
            f"约定采购量总体完成 {percent(progress.value_bp)}，"
            f"序时进度 {percent(progress.target_bp)}，{side}序时 {points} 个百分点。"
        )
    chart = Chart(
        "各项指标与目标（%）",
        "column",
        [words.name(*key) for key in keys],
        [
            ("本期", [now[key].value_bp / 100 for key in keys]),
            ("目标", [None if (t := now[key].target_bp) is None else t / 100 for key in keys]),
        ],
    )
    return Section("总体情况", sentences, [chart], [Table("各项指标", columns, rows)])


def _shares(material: Material) -> Section | None:
    """Quantity and amount side by side (江西省 2026-01-01); what is not measured is left out."""
    keys = [key for key in ("vbp_share_quantity", "vbp_share_amount") if (key, "") in material.now]
    rows: list[list[Cell]] = []
    for one in material.hospitals:
        found = [one.over_rounds(key) for key in keys]
        if any(found):
            values = [None if f is None else f.value_bp for f in found]
            rows.append([one.name, _level(one), *values])
    if not rows:
        return None
    rows.sort(key=lambda row: (-(row[-1] if isinstance(row[-1], int) else -1), str(row[0])))
    columns = [
        Column("医疗机构"), Column("等级"), *(Column(words.NAMES[key], "bp") for key in keys),
    ]  # fmt: skip
    told = [f"{words.NAMES[key]} {percent(material.now[key, ''].value_bp)}" for key in keys]
    sentence = f"全部机构{'、'.join(told)}。国家谈判药品不计入金额占比的分母。"
    return Section("集采占比", [sentence], [], [Table("集采占比", columns, rows)])


def _trend(material: Material) -> Section | None:
    months = _months_until(material.span.months[-1], 12)
    values = figures.by_month(material.areas, months)
    series = [
        (words.NAMES[key], [_share(values.get((month, key))) for month in months])
        for key in _TRENDS
        if any((month, key) in values for month in months)
    ]
    if not series or sum(any((m, k) in values for k in _TRENDS) for m in months) < 2:
        return None
    return Section("近十二个月走势", [], [Chart("近十二个月走势（%）", "line", months, series)], [])


def _ranking(material: Material) -> Section | None:
    if not material.ranked:
        return None
    rows: list[list[Cell]] = [
        [place, one.name, _level(one), progress, time, progress - time,
         f"{one.lagging} / {one.products}"]
        for place, (one, progress, time) in enumerate(material.ranked, start=1)
    ]  # fmt: skip
    columns = [
        Column("名次", "count"), Column("医疗机构"), Column("等级"), Column("采购进度", "bp"),
        Column("序时进度", "bp"), Column("差（百分点）", "pp"), Column("滞后产品 / 约定产品"),
    ]  # fmt: skip
    last = material.ranked[-CHARTED:][::-1]
    chart = Chart(
        f"进度最慢的 {len(last)} 家（%）",
        "bar",
        [one.name for one, *_ in last],
        [
            ("采购进度", [progress / 100 for _, progress, _ in last]),
            ("序时进度", [time / 100 for *_, time in last]),
        ],
    )
    sentence = "按采购进度与序时进度之差由高到低排列；合计的是期末仍在协议期内的全部批次。"
    return Section("采购进度排名", [sentence], [chart], [Table("采购进度排名", columns, rows)])


def _settlement(material: Material) -> Section | None:
    keys = ("settlement_rate", "on_time_rate", "paid_in_30_days", "arrears_ratio")
    rows = []
    for one in material.hospitals:
        found = [one.figures.get((key, "")) for key in keys]
        if any(found):
            values = [None if f is None else f.value_bp for f in found]
            rows.append([one.name, _level(one), *values])
    if not rows:
        return None
    rows.sort(key=lambda row: (row[2] is None, row[2] if isinstance(row[2], int) else 0, row[0]))
    columns = [
        Column("医疗机构"), Column("等级"), *(Column(words.NAMES[key], "bp") for key in keys),
    ]  # fmt: skip
    slow = [row for row in rows if isinstance(row[2], int)][:CHARTED]
    charts = [
        Chart(
            f"结算率最低的 {len(slow)} 家（%）",
            "bar",
            [str(row[0]) for row in slow],
            [("结算率", [_share(row[2] if isinstance(row[2], int) else None) for row in slow])],
        )
    ]
    return Section("货款结算", [], charts if slow else [], [Table("货款结算", columns, rows)])


def _missing(material: Material) -> Section:
    rows: list[list[Cell]] = [
        [one.hospital.name, _level(one.hospital), "；".join(one.missed)]
        for one in material.named
        if one.missed
    ]
    if not rows:
        return Section("未达目标的机构", ["本期没有指标未达目标的医疗机构。"])
    columns = [Column("医疗机构"), Column("等级"), Column("未达目标的指标")]
    told = f"下列 {len(rows)} 家医疗机构有指标未达目标，请对照查明原因，尽快改进。"
    return Section("未达目标的机构", [told], [], [Table("未达目标的机构", columns, rows)])


def _interviews(material: Material) -> Section:
    called = material.called
    if not called:
        return Section(INTERVIEW_LIST, ["本期没有医疗机构列入约谈名单。"])
    rows: list[list[Cell]] = [
        [one.hospital.name, _level(one.hospital), "；".join(told for _, told in one.reasons)]
        for one in called
    ]
    columns = [Column("医疗机构"), Column("等级"), Column("列入原因")]
    asked = (
        f"列入约谈名单的医疗机构 {len(called)} 家。名单内机构应在收到整改通知后"
        f" {material.rectify_days} 日内报送整改措施和整改期限。"
    )
    return Section(INTERVIEW_LIST, [asked], [], [Table(INTERVIEW_LIST, columns, rows)])


def _whole_year(material: Material) -> Section:
    keys = [key for key in words.NAMES if any(of == key for of, _ in material.now)]
    rows: list[list[Cell]] = []
    for one in material.named:
        values = [one.hospital.over_rounds(key) for key in keys]
        rows.append(
            [one.hospital.name, _level(one.hospital),
             *(None if f is None else f.value_bp for f in values), len(one.missed)]
        )  # fmt: skip
    columns = [
        Column("医疗机构"), Column("等级"), *(Column(words.NAMES[key], "bp") for key in keys),
        Column("未达目标项数", "count"),
    ]  # fmt: skip
    told = "年度考核所依据的全部指标，按医疗机构列出；网采率合并药品和医用耗材。"
    return Section("各机构全年指标", [told], [], [Table("各机构全年指标", columns, rows)])


def _level(hospital: Hospital) -> str:
    return words.LEVELS.get(hospital.level, hospital.level)


def _share(value_bp: int | None) -> float | None:
    return None if value_bp is None else value_bp / 100


def _months_until(last: str, count: int) -> list[str]:
    one = cadence.span(PaperKind.REMINDER, last)
    found = [one.key]
    while len(found) < count:
        one = cadence.before(one)
        found.append(one.key)
    return found[::-1]


_SECTIONS: dict[PaperKind, tuple[Callable[[Material], Section | None], ...]] = {
    PaperKind.WEEKLY: (_overall, _ranking, _interviews),
    PaperKind.REMINDER: (_overall, _missing),
    PaperKind.BULLETIN: (_overall, _trend, _ranking, _shares, _settlement, _interviews),
    PaperKind.HALF_YEAR: (_overall, _trend, _ranking, _shares, _settlement, _interviews),
    PaperKind.YEARLY: (_overall, _trend, _ranking, _shares, _settlement, _whole_year),
}
