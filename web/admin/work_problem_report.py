"""提出集采问题: the form by which a hospital, a company or an agency reports what goes wrong."""

import re
from typing import Any, ClassVar

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules.errors import SettlementError
from models.rules.problems import LinkKind, Urgency
from models.services import access, problems
from models.services.problems import Link, Report
from models.services.problems.reporting import TEXT_CHARS_MAX, TITLE_CHARS_MAX
from models.services.views import choices
from models.services.views import problems as views_of
from models.services.views.rows import Rows
from web import scope, words
from web.admin import answering, problem_words, screen
from web.admin.screen import Screen
from web.errors import sentence_of
from web.permissions import Page

_TYPED = ("kind", "urgency", "title", "words", "hospital", "enterprise", "area")
#: Numbers hold letters, digits and - _ . alone.
_BETWEEN = re.compile(r"[^A-Za-z0-9_.\-]+")


class ProblemReportView(Screen):
    """One form; what another page knows already stands in its address."""

    page: ClassVar[Page] = Page.PROBLEMS
    in_menu: ClassVar[bool] = False

    @expose("/", methods=("GET", "POST"))
    def index(self) -> ResponseReturnValue:
        """Show the form; a POST reports the problem and leads to it."""
        self.require_act()
        access.require(g.actor, "problem_report")
        refusal = ""
        if request.method == "POST":
            try:
                number = problems.report(g.actor, _told(), clock.today())
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(_("已提出，经办机构按期限受理。"))
                return redirect(url_for("problems.one", number=number), 303)
        page = self.render(
            "zhijie/work/problem_report.html",
            refusal=refusal,
            typed=request.values,
            kind_choices=problem_words.kind_choices(),
            urgencies=words.choices(Urgency),
            link_kinds=words.choices(LinkKind),
            areas=_areas(),
            role=g.actor.role,
            title_max=TITLE_CHARS_MAX,
            words_max=TEXT_CHARS_MAX,
        )
        return page, 422 if refusal else 200


def _areas() -> list[tuple[str, str]]:
    """Return the areas offered: a company deals with any, an agency with its own."""
    if g.actor.role == "hospital":
        return []
    return choices.areas(Rows() if g.actor.party_code else scope.current())


def _told() -> Report:
    told: dict[str, Any] = {name: request.form.get(name, "").strip() for name in _TYPED}
    return Report(
        kind_code=told["kind"],
        title=told["title"],
        words=told["words"],
        urgency=Urgency.URGENT if told["urgency"] == Urgency.URGENT else Urgency.NORMAL,
        is_new=request.form.get("is_new") == "yes",
        confidential=request.form.get("confidential") == "yes",
        hospital_code=views_of.named("hospital", told["hospital"]),
        enterprise_code=views_of.named("enterprise", told["enterprise"]),
        area_code=told["area"],
        links=[
            Link(kind, code)
            for kind in LinkKind
            for code in _BETWEEN.split(request.form.get(kind.value, ""))
            if code
        ],
        document=answering.document(),
    )


def views() -> list[Screen]:
    """Return the page."""
    return [
        ProblemReportView(
            lazy_gettext("提出集采问题"), endpoint="problem_report", url="/problem-report"
        )
    ]
