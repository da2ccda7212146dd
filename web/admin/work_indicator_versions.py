"""指标口径: what each indicator is in an area, its versions beside each other, their sources."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from flask import Response, g
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.records.indicators import IndicatorDefinition
from models.records.parties import Area
from models.rules import calendar
from models.rules.definitions import PRESETS, Definition
from models.rules.measures import ABOUT, Grain, Measure
from models.schemas import tables
from models.services import access
from models.services.exports import listed
from models.services.views import indicator_versions
from web import downloads, indicator_words, scope
from web.admin import asked
from web.admin.base import MasterView
from web.admin.rows import Ask, Bound
from web.admin.screen import Screen
from web.permissions import Page
from web.words_of_indicators import MEASURES

GRAINS = {
    Grain.WHOLE: lazy_gettext("整体"),
    Grain.KIND: lazy_gettext("按产品类别"),
    Grain.ROUND: lazy_gettext("按集采批次"),
}
#: What is compared between two versions.
COMPARED = (
    "numerator", "denominator", "direction", "target", "target_bp", "source_title",
    "source_article",
)  # fmt: skip


@dataclass(frozen=True)
class Version:
    """A definition with what differs from the one before it."""

    definition: Definition
    is_in_force: bool
    changed: frozenset[str]


class IndicatorVersionsView(Screen):
    """The definitions in force on a day and all their versions."""

    page: ClassVar[Page] = Page.INDICATORS

    @expose("/")
    def index(self) -> str:
        """Show every indicator of an area with its versions, the latest first."""
        on, area = asked.on_or(clock.today()), asked.area_field()
        code = asked.text("area")
        found = indicator_versions.compared(list(asked.areas())[:1] if code else [], on)
        return self.render(
            "zhijie/work/indicator_versions.html",
            on=on,
            found=[(name, _versions(of, counting)) for name, of, counting in found],
            presets=[one for one in PRESETS if one.indicator not in {n for n, _o, _c in found}],
            I=indicator_words,
            measures=MEASURES,
            grains=GRAINS,
            about=ABOUT,
            groups=[(grain, [m for m in Measure if ABOUT[m].grain is grain]) for grain in Grain],
            imported=any(one.area_code for _name, of, _counting in found for one in of),
            may_write=not g.actor.party_code,
            fields=[*([area] if area else []), asked.field("on", _("日期"), "date")],
            area=code,
            rows_of=scope.current(),
        )

    @expose("/presets")
    def presets(self) -> Response:
        """Send the prepared definitions as a file that can be imported as it is."""
        schema = tables.BY_KIND["indicator_definitions"]
        kind = asked.file_kind()
        area = asked.text("area") or g.actor.area_code
        area = indicator_versions.root() if area == access.ALL_AREAS else area
        first = calendar.first_day(calendar.period_of(clock.today()))
        titles = [column.label or "" for column in schema.columns().values()]
        rows = [_row(one, area, str(first)) for one in PRESETS]
        content = listed.written(g.actor, "indicator_presets", kind, titles, rows)
        return downloads.made(f"{_('可启用的指标')}.{kind}", content)


def _versions(of: list[Definition], counting: set[Definition]) -> list[Version]:
    """Return the versions, each with what differs from the one it followed."""
    told = []
    for one, before in zip(of, [*of[1:], None], strict=True):
        changed = {
            name for name in COMPARED if before and getattr(one, name) != getattr(before, name)
        }
        told.append(Version(one, one in counting, frozenset(changed)))
    return told


def _row(one: Definition, area: str, first: str) -> list[str | int | Decimal | None]:
    return [
        one.indicator, one.subject, area, first, None, one.name, one.numerator, one.denominator,
        one.direction, one.target, one.target_bp, one.source_title, one.source_article,
    ]  # fmt: skip


class IndicatorDefinitionsView(MasterView):
    """指标定义."""

    page: ClassVar[Page] = Page.RULES
    kind = "indicator_definitions"
    bound = Bound()
    title_column = "name"
    column_list = (
        "indicator", "name", "subject", "area_code", "target", "target_bp", "valid_from",
        "valid_to",
    )  # fmt: skip
    column_default_sort = ("valid_from", True)
    retire_hint = lazy_gettext(
        "不再适用时填写“失效日期”，不删除；改变口径请新增一个生效日期更晚的行。"
    )
    names: ClassVar = {"area_code": (Area, Area.area_code, Area.name)}
    asks = (Ask("indicator"), Ask("area_code"), Ask("target"))


def views() -> list[Any]:
    """Return the comparison and the list."""
    return [
        IndicatorVersionsView(
            lazy_gettext("指标口径"), endpoint="indicator_versions", url="/indicators/definitions"
        ),
        IndicatorDefinitionsView(
            IndicatorDefinition, lazy_gettext("指标定义"), "indicator_definitions"
        ),
    ]
