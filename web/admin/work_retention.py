"""结余留用: what a hospital may keep of each round, every factor, what was said of it."""

from decimal import Decimal
from typing import Any, ClassVar

from flask import Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models.rules.errors import SettlementError
from models.rules.money import yuan
from models.rules.retention import RETENTION, RetentionMove, RetentionState
from models.services import access
from models.services.exports import listed
from models.services.retention import assessing
from models.services.retention import words as retention_words
from models.services.views import retention
from models.services.views.listing import Counted
from models.services.views.reading import PAGE_ROWS
from web import downloads, formats, scope
from web.admin import answering, asked, screen
from web.admin.screen import Screen
from web.errors import sentence_of
from web.permissions import Page

EXPORT_MAX = 50_000
#: State → word and tone.
STATES = {
    RetentionState.WAITING: (lazy_gettext("待申报"), "todo"),
    RetentionState.DECLARED: (lazy_gettext("已申报"), "good"),
    RetentionState.APPEALED: (lazy_gettext("申诉中"), "wait"),
    RetentionState.ANSWERED: (lazy_gettext("申诉已答复"), "todo"),
}
MOVES = {
    RetentionMove.DECLARE: lazy_gettext("申报留用"),
    RetentionMove.APPEAL: lazy_gettext("提出申诉"),
    RetentionMove.ANSWER: lazy_gettext("答复申诉"),
}


class RetentionView(Screen):
    """The results of the retention runs and the words about them."""

    page: ClassVar[Page] = Page.RETENTION

    @expose("/")
    def index(self) -> str:
        """List the rounds of a month."""
        rows, number = scope.current(), asked.page()
        periods = retention.periods(rows)
        wanted = _wanted(periods)
        within = retention.where(rows, wanted)
        viewed = retention.LIST.viewed(retention.where(rows, wanted), wanted.view)
        found = retention.LIST.page(viewed, number=number)
        return self.render(
            "zhijie/work/retention.html",
            found=found[:PAGE_ROWS],
            more=len(found) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            totals=retention.LIST.totals(viewed),
            counts=retention.LIST.counts(within),
            states=STATES,
            wanted=wanted,
            fields=[
                asked.period_field(periods, wanted.period) | {"label": _("测算月")},
                *(
                    []
                    if rows.hospital_code
                    else [asked.field("hospital", _("医疗机构"), placeholder=_("名称或编码"))]
                ),
                asked.field("round", _("集采批次"), placeholder=_("名称或编码")),
            ],
            query=request.query_string.decode(),
            narrowed=screen.narrowed("hospital", "round", "view"),
        )

    @expose("/export")
    def export(self) -> Response:
        """Send the list of the address: the table for publicity (公示表)."""
        rows, kind = scope.current(), asked.file_kind()
        wanted = _wanted(retention.periods(rows))
        viewed = retention.LIST.viewed(retention.where(rows, wanted), wanted.view)
        found = retention.LIST.page(viewed, size=EXPORT_MAX)
        titles = [
            _("测算月"), _("医疗机构编码"), _("医疗机构"), _("集采批次"), _("结余测算基数（元）"),
            _("考核得分"), _("留用比例"), _("结余留用金额（元）"), _("状态"),
        ]  # fmt: skip
        content = listed.written(g.actor, "retention_words", kind, titles, map(_row, found))
        name = f"{_('结余留用公示表')}_{wanted.period}_{len(found)}.{kind}"
        return downloads.made(name, content)

    @expose("/<period>/<hospital_code>/<round_code>", methods=("GET", "POST"))
    def one(self, period: str, hospital_code: str, round_code: str) -> ResponseReturnValue:
        """Show how a round was worked out; a hospital declares or appeals, an agency answers."""
        rows, refusal = scope.current(), ""
        found = retention.find(rows, period, hospital_code, round_code)
        if found is None:
            abort(404)
        if request.method == "POST":
            self.require_act()
            move, told = request.form.get("move", ""), request.form.get("seen", "")
            if move not in set(RetentionMove):
                abort(400)
            try:
                retention_words.say(
                    g.actor,
                    (period, hospital_code, round_code),
                    RetentionMove(move),
                    request.form.get("note", ""),
                    seen=told.split("|"),
                )
            except SettlementError as error:
                refusal = sentence_of(error)
                found = retention.find(rows, period, hospital_code, round_code)
            else:
                screen.done(_told(RetentionMove(move)))
                return redirect(url_for("retention.one", **request.view_args or {}), 303)
        page = self.render(
            "zhijie/work/retention_one.html",
            r=found,
            state=STATES[RetentionState(found.state)],
            products=retention.factors(found),
            words=retention.words(found),
            moves=MOVES,
            possible=[move for move in RetentionMove if _may(found, move)],
            seen="|".join(retention_words.figures(found)),
            note=request.form.get("note", ""),
            refusal=refusal,
            chars_max=retention_words.NOTE_CHARS_MAX,
        )
        return page, 422 if refusal else 200

    @expose("/<period>/<hospital_code>/<round_code>/assess", methods=("GET", "POST"))
    def assess(self, period: str, hospital_code: str, round_code: str) -> ResponseReturnValue:
        """Show the form of a round; the agency gives points item by item."""
        key, refusal = (period, hospital_code, round_code), ""
        found = retention.find(scope.current(), *key)
        if found is None:
            abort(404)
        if request.method == "POST":
            self.require_act()
            try:
                score = assessing.give(g.actor, key, _given(key))
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                told = _(
                    "考核得分 %(s)s 已登记，重新测算后计入留用金额。", s=formats.decimal(score)
                )
                screen.done(told)
                return redirect(url_for("retention.assess", **request.view_args or {}), 303)
        page = self.render(
            "zhijie/work/retention_assess.html",
            r=found,
            items=assessing.items(key),
            may_give=answering.may("retention_assess"),
            typed=request.form,
            refusal=refusal,
            chars_max=assessing.REASON_CHARS_MAX,
            score_max=assessing.SCORE_MAX,
        )
        return page, 422 if refusal else 200

    def count_rows(self) -> Counted:
        """Return what a saved view of the list counts."""
        rows = scope.current()
        return retention.counted(rows, _wanted(retention.periods(rows)))


def _given(key: tuple[str, str, str]) -> dict[str, tuple[str, str]]:
    """Return points and reason as typed, by item."""
    read = request.form.get
    return {
        one.item_code: (
            read(f"points-{one.item_code}", ""),
            read(f"reason-{one.item_code}", ""),
        )
        for one in assessing.items(key)
    }


def _may(found: Any, move: RetentionMove) -> bool:
    """Return whether the reader may say this about the round now."""
    action = "retention_answer" if move is RetentionMove.ANSWER else "retention_say"
    may = access.MAY.get(g.actor.role, frozenset())
    return action in may and (RetentionState(found.state), move) in RETENTION


def _told(move: RetentionMove) -> str:
    return {
        RetentionMove.DECLARE: _("已申报。测算结果以后有变化时，须重新申报。"),
        RetentionMove.APPEAL: _("已提出申诉，经办机构答复后可以再申报或再申诉。"),
        RetentionMove.ANSWER: _("已答复，由医院申报或再申诉。"),
    }[move]


def _wanted(periods: list[str]) -> retention.Asked:
    view = asked.text("view")
    return retention.Asked(
        period=asked.period(default=periods[0] if periods else ""),
        hospital=asked.text("hospital"),
        round=asked.text("round"),
        view=view if view in set(RetentionState) else "",
    )


def _row(found: Any) -> list[listed.Cell]:
    return [
        found.period,
        found.hospital_code,
        found.hospital_name,
        found.round_name,
        Decimal(yuan(found.base_fen)),
        None if found.score is None else formats.decimal(found.score),
        f"{found.ratio_bp / 100:g}%",
        Decimal(yuan(found.retained_fen)),
        str(STATES[RetentionState(found.state)][0]),
    ]


def views() -> list[Screen]:
    """Return the page."""
    return [RetentionView(lazy_gettext("结余留用"), endpoint="retention", url="/retention")]
