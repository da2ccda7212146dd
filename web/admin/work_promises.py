"""知悉与承诺: who knows of which late lines, what was promised, and whether it was kept."""

from decimal import Decimal
from typing import Any, ClassVar

from flask import Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules import remedies as rules
from models.rules.money import yuan
from models.services import access, remedies
from models.services.exports import listed
from models.services.remedies import Saying
from models.services.views import promises
from models.services.views.listing import Counted
from models.services.views.promises import Asked
from models.services.views.reading import PAGE_ROWS
from web import downloads, formats, scope, words
from web.admin import answering, asked, screen
from web.admin.answering import Field, Looked
from web.admin.screen import Check, Screen
from web.errors import sentence_of
from web.permissions import Page


class PromisesView(Screen):
    """The list of acknowledgements, one of them, and writing one down."""

    page: ClassVar[Page] = Page.PROMISES

    @expose("/")
    def index(self) -> str:
        """List the acknowledgements, broken promises first in the tabs."""
        on, number, wanted = clock.today(), asked.page(), _asked()
        promises.refresh(on)
        rows = scope.current()
        found = promises.page(rows, wanted, on, number=number)
        return self.render(
            "zhijie/work/promises.html",
            known=found[:PAGE_ROWS],
            more=len(found) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            totals=promises.totals(rows, wanted, on),
            counts=promises.counts(rows, on),
            wanted=wanted,
            fields=[asked.field("q", _("机构"), placeholder=_("名称或编码"), wide=True)],
            query=request.query_string.decode(),
            may_ask=self.may_act(),
            narrowed=screen.narrowed("q", "view", "who", "code"),
            **_shared(on),
        )

    def count_rows(self) -> Counted:
        """Return what a saved view of the list counts."""
        return promises.counted(scope.current(), _asked(), clock.today())

    @expose("/export")
    def export(self) -> Response:
        """Send the list of the address as csv or xlsx."""
        kind = "xlsx" if asked.text("format") == "xlsx" else "csv"
        on = clock.today()
        promises.refresh(on)
        found = promises.page(scope.current(), _asked(), on, size=promises.EXPORT_MAX)
        titles = [
            _("编号"), _("责任机构"), _("编码"), _("知悉日"), _("承诺付款日"), _("承诺状态"),
            _("明细"), _("知悉时未付（元）"), _("仍未付明细"), _("仍未付（元）"), _("对方经办人"),
            _("方式"), _("函件或时间"), _("说明"), _("登记人"),
        ]  # fmt: skip
        content = listed.written(
            g.actor, "promises", kind, titles, (_row(one, on) for one in found)
        )
        name = f"{_('知悉与承诺')}_{on:%Y%m%d}_{len(found)}.{kind}"
        return downloads.made(name, content)

    @expose("/<int:number>")
    def one(self, number: int) -> str:
        """Show an acknowledgement with its lines as they stand now."""
        on = clock.today()
        promises.refresh(on)
        known = promises.find(scope.current(), number, on)
        if known is None:
            abort(404)
        return self.render(
            "zhijie/work/promise.html",
            known=known,
            lines=promises.lines(number, on),
            may_ask=self.may_act(),
            **_shared(on),
        )

    @expose("/<int:number>/file")
    def file(self, number: int) -> Response:
        """Send the document of an acknowledgement."""
        known = promises.find(scope.current(), number, clock.today())
        if known is None or known.evidence_file_id is None:
            abort(404)
        return downloads.send(known.evidence_file_id)

    @expose("/new", methods=("GET", "POST"))
    def new(self) -> ResponseReturnValue:
        """Choose the institution, repeat its lines, and write down what it said."""
        self.require_act()
        access.require(g.actor, "acknowledge")
        of = answering.wanted()
        if of is None:
            return self.render(
                "zhijie/work/answer_party.html",
                title=_("登记知悉与承诺"),
                crumbs=_crumbs(_("登记")),
                **answering.offered(),
            )
        looked = answering.look(of)
        check, refusal = _check(looked), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "逾期明细")
                number = remedies.acknowledge(
                    g.actor, of, _saying(), clock.today(), seen=looked.seen
                )
            except answering.Refusal as error:
                refusal = sentence_of(error)
            else:
                screen.done(
                    _(
                        "已登记 %(n)s 行。明细仍在逾期名单中，付款前照常催办。",
                        n=formats.count(looked.seen.lines),
                    )
                )
                return redirect(url_for("promises.one", number=number), 303)
        page = self.check_page(
            check,
            template="zhijie/work/answer.html",
            refusal=refusal,
            lines=looked.lines,
            inputs=_inputs(),
            **answering.narrowing(of),
        )
        return page, 422 if refusal else 200


def _shared(on: Any) -> dict[str, Any]:
    return {
        "on": on,
        "who": answering.WHO,
        "R": rules,
        "state_of": lambda known: promises.state_of(known, on),
    }


def _asked() -> Asked:
    view, kind = asked.text("view"), asked.text("who")
    return Asked(
        view=view if view in promises.VIEWS else "",
        party=asked.text("q"),
        kind=kind if kind in set(answering.WHO) else "",
        code=asked.text("code"),
    )


def _saying() -> Saying:
    seat = answering.is_seat()
    return Saying(
        said_by=request.form.get("said_by", ""),
        channel=rules.Channel.SEAT if seat else answering.one_of("channel", rules.Channel),
        reference=request.form.get("reference", ""),
        promised_on=asked.day("promised_on"),
        note=request.form.get("note", ""),
        document=answering.document(),
    )


def _inputs() -> list[Field]:
    said = Field("said_by", _("对方经办人"), required=True, hint=_("姓名和职务"))
    if answering.is_seat():
        said = Field("said_by", _("经办人"), required=True, hint=_("姓名和职务"))
    how = [
        Field(
            "channel",
            _("知悉方式"),
            "select",
            required=True,
            choices=[
                (one.value, words.word(one))
                for one in rules.Channel
                if one is not rules.Channel.SEAT
            ],
        ),
        Field("reference", _("函件文号或通话时间"), required=True),
    ]
    return [
        said,
        *([] if answering.is_seat() else how),
        Field(
            "promised_on",
            _("承诺付款日"),
            "date",
            hint=_("不填只登记知悉。承诺是否兑现由付款结果判定。"),
        ),
        Field("note", _("说明"), "area"),
        answering.file_field(),
    ]


def _check(looked: Looked) -> Check:
    return Check(
        title=_("登记知悉与承诺"),
        sentence=_("机构知道这些货款已逾期；可以同时承诺付款日。"),
        button=_("登记 %(n)s 行", n=formats.count(looked.seen.lines)),
        seen={"party": looked.party[:2], "seen": looked.seen},
        figures=looked.figures,
        sum_fen=looked.seen.unpaid_fen,
        notes=[]
        if looked.seen.lines
        else [("", _("没有符合条件的逾期明细：可能已付款，或不由该机构负责。"))],
        after=[
            _("明细仍在逾期名单中，催办不停"),
            _("承诺日过后仍未付清的，列为未兑现，进入今日待办和下一封提醒"),
        ],
        possible=bool(looked.seen.lines),
        back=url_for("promises.index"),
        hidden=answering.hidden(looked.wanted),
        crumbs=_crumbs(looked.party.name),
    )


def _crumbs(last: str) -> list[tuple[str, str]]:
    return [(_("监督"), ""), (_("知悉与承诺"), url_for("promises.index")), (last, "")]


def _row(known: Any, on: Any) -> list[listed.Cell]:
    state = promises.state_of(known, on)
    return [
        known.id,
        known.name,
        known.party_code,
        str(known.known_on),
        str(known.promised_on or ""),
        words.word(state) if state else "",
        known.lines_count,
        Decimal(yuan(known.unpaid_fen)),
        known.open_lines,
        Decimal(yuan(known.open_fen)),
        known.said_by,
        words.word(rules.Channel(known.channel)),
        known.reference,
        known.note,
        known.made_by,
    ]


def views() -> list[Screen]:
    """Return the page."""
    return [PromisesView(lazy_gettext("知悉与承诺"), endpoint="promises", url="/promises")]
