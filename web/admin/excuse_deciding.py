"""What is done to a request for an excuse: granted, refused, withdrawn, ended early."""

from typing import Any

from flask import abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _

from models import clock
from models.services import access, remedies
from models.services.views import excuses
from web import formats, scope
from web.admin import answering, excuse_checks, screen
from web.admin.answering import Field
from web.admin.screen import Check, Screen
from web.errors import sentence_of


class Deciding(Screen):
    """The pages on which a request is decided or ended."""

    abstract = True

    @expose("/<request_no>/grant", methods=("GET", "POST"))
    def grant(self, request_no: str) -> ResponseReturnValue:
        """Repeat count and sum; the second request grants."""
        found = self._entered(request_no, "excuse_decide")
        seen = remedies.Seen(found.lines, found.unpaid_fen)

        def act(_reason: str) -> str:
            answer = request.form.get("answer", "")
            remedies.grant(g.actor, request_no, clock.today(), seen=seen, answer=answer)
            return str(_("已同意免催 %(n)s 行，从开始日起不再催办。", n=formats.count(seen.lines)))

        return self._decide(
            found, excuse_checks.granting(found), act, inputs=[Field("answer", _("说明"))]
        )

    @expose("/<request_no>/refuse", methods=("GET", "POST"))
    def refuse(self, request_no: str) -> ResponseReturnValue:
        """Repeat count and sum; the second request refuses with a reason."""
        found = self._entered(request_no, "excuse_decide")

        def act(reason: str) -> str:
            remedies.refuse(g.actor, request_no, reason, clock.today())
            return str(_("已退回免催申请，%(n)s 行照常催办。", n=formats.count(found.lines)))

        return self._decide(found, excuse_checks.refusing(found), act)

    @expose("/<request_no>/withdraw", methods=("GET", "POST"))
    def withdraw(self, request_no: str) -> ResponseReturnValue:
        """Take back what one asked for oneself."""
        found = self._entered(request_no, "excuse_ask")

        def act(reason: str) -> str:
            count = remedies.withdraw(g.actor, request_no, reason, clock.today())
            return str(_("已撤回免催申请，共 %(n)s 行。", n=formats.count(count)))

        return self._decide(found, excuse_checks.withdrawing(found), act)

    @expose("/<request_no>/end", methods=("GET", "POST"))
    def end(self, request_no: str) -> ResponseReturnValue:
        """Repeat what is ended early; the second request ends it with a reason."""
        found = self._entered(request_no, "excuse_end")
        lines = sorted(set(request.values.getlist("line")))

        def act(reason: str) -> str:
            count = remedies.end(g.actor, request_no, reason, clock.today(), lines=lines)
            return str(_("已提前结束 %(n)s 行免催，今天起恢复催办。", n=formats.count(count)))

        return self._decide(found, excuse_checks.ending(found, lines), act)

    def _entered(self, request_no: str, action: str) -> Any:
        """Return the request, if the reader may do this with requests at all."""
        self.require_act()
        access.require(g.actor, action)
        return find(request_no)

    def _decide(
        self, found: Any, check: Check, act: Any, inputs: list[Field] | None = None
    ) -> ResponseReturnValue:
        """Show a check page; its second request acts and leads back to the request."""
        refusal = ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "免催申请")
                done = act(request.form.get("reason", ""))
            except answering.Refusal as error:
                refusal = sentence_of(error)
            else:
                screen.done(done)
                return redirect(url_for("excuses.one", request_no=found.request_no), 303)
        template = "zhijie/work/answer.html" if inputs else "zhijie/work/check.html"
        page = self.check_page(
            check, template=template, refusal=refusal, inputs=inputs or [], lines=[]
        )
        return page, 422 if refusal else 200


def find(request_no: str) -> Any:
    """Return a request of the reader; 404 when there is none."""
    found = excuses.find(scope.current(), request_no, clock.today())
    return found if found is not None else abort(404)
