"""结算方案: which scheme counts where and why, its versions and drafts, the provinces' presets."""

from typing import Any, ClassVar

from flask import Response, abort, g
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.records.base import db
from models.rules import presets
from models.rules.words import Funding
from models.services import scheme_drafts
from models.services.views import schemes
from web import scope, words
from web.admin import asked, scheme_export, scheme_parameters, scheme_picture, scheme_sentences
from web.admin.scheme_drafting import Drafting
from web.permissions import Page


class SchemesView(Drafting):
    """The map of areas, one area's time line, one version, the presets; drafts are the base's."""

    page: ClassVar[Page] = Page.SCHEMES

    @expose("/")
    def index(self) -> str:
        """Show the scheme of every area on a day, and what waits for a second person."""
        on, funding = asked.on_or(clock.today()), asked.text("funding")
        found = schemes.in_force(self.rows(), on)
        shown = _of_funding(found, funding)
        return self.render(
            "zhijie/work/schemes.html",
            found=shown,
            areas=len(found),
            covered=sum(1 for _depth, row in found if row.scheme_code),
            on=on,
            funding=funding,
            funding_choices=words.choices(Funding),
            drafts=schemes.drafts(scope.current(), state="open"),
            may_draft=self._may("scheme_draft"),
            preset_of=presets.find,
        )

    @expose("/export.<kind>")
    def export(self, kind: str) -> Response:
        """Send the map as it is shown."""
        on = asked.on_or(clock.today())
        found = _of_funding(schemes.in_force(self.rows(), on), asked.text("funding"))
        with db.atomic():
            return scheme_export.of_map(g.actor, kind, found, on)

    @expose("/areas/<code>")
    def area(self, code: str) -> str:
        """Show all versions an area may settle by, and on which days each of them counts."""
        area = schemes.area(self.rows(), code) or abort(404)
        found = schemes.of_area(code)
        spans = schemes.time_line(found)
        return self.render(
            "zhijie/work/scheme_area.html",
            area=area,
            found=found,
            spans=spans,
            named={(v.scheme_code, v.valid_from): v for v in found},
            picture=scheme_picture.drawn(spans, clock.today(), _("方案时间线")),
            today=clock.today(),
            may_draft=self._may("scheme_draft"),
        )

    @expose("/<code>")
    def one(self, code: str) -> str:
        """Show a version (?from=), told in sentences and parameter by parameter."""
        version = schemes.version(self.rows(), code, asked.day("from")) or abort(404)
        cells = scheme_drafts.of_version(code, version.valid_from) or {}
        versions = schemes.versions(code)
        return self.render(
            "zhijie/work/scheme.html",
            s=version,
            told=scheme_sentences.told(scheme_drafts.values(cells)),
            parameters=scheme_parameters.listed(cells),
            preset=presets.find(version.preset),
            versions=versions,
            drafts=schemes.drafts(scope.current(), state="open", code=code),
            may_draft=self._may("scheme_draft"),
            today=clock.today(),
            **self._compared(version, cells, versions),
        )

    @expose("/<code>/export.<kind>")
    def parameters(self, code: str, kind: str) -> Response:
        """Send the parameters of a version (?from=), each with its source."""
        version = schemes.version(self.rows(), code, asked.day("from")) or abort(404)
        cells = scheme_drafts.of_version(code, version.valid_from) or {}
        with db.atomic():
            return scheme_export.of_version(g.actor, kind, f"{code}_{version.valid_from}", cells)

    def _compared(self, version: Any, cells: dict[str, str], versions: list[Any]) -> dict[str, Any]:
        """Return how a version differs from another (?against=code|day), else the one before."""
        this = (version.scheme_code, version.valid_from)
        known = [(v.scheme_code, v.valid_from) for v in schemes.visible(self.rows())]
        before = [(v.scheme_code, v.valid_from) for v in versions if v.valid_from < this[1]]
        named = asked.text("against")
        against = next((one for one in known if named == f"{one[0]}|{one[1]}"), None)
        against = against or next(iter(before), None)
        others = [(f"{code}|{day}", f"{code} {day}") for code, day in known if (code, day) != this]
        was = scheme_drafts.of_version(*against) if against and against != this else None
        return {
            "others": others,
            "against": against if was else None,
            "differences": scheme_parameters.differing(was, cells) if was else [],
        }

    @expose("/presets/")
    def presets(self) -> str:
        """List what each province's notice states."""
        return self.render(
            "zhijie/work/scheme_presets.html",
            found=presets.listed(),
            may_draft=self._may("scheme_draft"),
        )

    @expose("/presets/<code>")
    def preset(self, code: str) -> str:
        """Show the parameters of one notice, each with document and article."""
        found = presets.find(code) or abort(404)
        cells = scheme_parameters.standard(code)
        read = scheme_drafts.values(cells)
        return self.render(
            "zhijie/work/scheme_preset.html",
            p=found,
            told=scheme_sentences.told(read),
            parameters=scheme_parameters.stated(cells),
            product=presets.product(),
            may_draft=self._may("scheme_draft"),
        )


def _of_funding(found: list[Any], funding: str) -> list[Any]:
    return [(depth, row) for depth, row in found if not funding or row.funding == funding]


def views() -> list[SchemesView]:
    """Return the page."""
    return [SchemesView(lazy_gettext("结算方案"), endpoint="schemes", url="/schemes")]
