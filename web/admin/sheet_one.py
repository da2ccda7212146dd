"""One settlement sheet: its lines, invoices, books, payments and story, and the way to the next."""

from typing import Any

from flask import abort, g, request
from flask_admin import expose

from models import clock
from models.records.base import db
from models.rules import approval
from models.rules.money import in_words
from models.services import audit, sheet_content
from models.services.views import sheet, sheets
from web import scope
from web.admin import asked, hold_words, screen, sheet_choice, sheet_story
from web.admin.sheet_review import Reviews

_TABS = ("lines", "invoices", "books", "payments", "changes")


class OneSheet(Reviews):
    """The page of one sheet; the list builds on it."""

    abstract = True

    @expose("/<sheet_no>")
    def one(self, sheet_no: str) -> str:
        """Show one sheet."""
        return self._show(sheet_no)

    @expose("/<sheet_no>/account", methods=("POST",))
    def account(self, sheet_no: str) -> str:
        """Show the receiving account in full, once, and keep who looked."""
        found = self._find(sheet_no)
        with db.atomic():
            audit.wrote(
                "account.shown",
                actor=g.actor.name,
                subject=f"enterprise:{found.enterprise_code}",
                sheet_no=sheet_no,
            )
        return self._show(sheet_no, whole_account=True)

    def _find(self, sheet_no: str) -> Any:
        found = sheet.find(scope.current(), sheet_no)
        return found if found is not None else abort(404)

    def _show(self, sheet_no: str, *, whole_account: bool = False) -> str:
        found = self._find(sheet_no)
        reviews, moves = sheet.reviews(found), sheet.moves(found)
        tab = asked.text("tab") if asked.text("tab") in _TABS else "lines"
        names = sheet.people(list(found.makers))
        facts: dict[str, Any] = {
            "sheet": found,
            "parts": sheet.parts(found),
            "net_fen": found.received_fen
            + found.returned_fen
            + found.adjusted_fen
            + found.carried_in_fen,
            "lines": [],
            "trail": sheet_story.trail(found, reviews, moves, names),
            "eyes": sheet_story.eyes(found, reviews, names),
            "why": sheet_story.why(found, reviews),
            "doubt": sheet_choice.doubt_of(found),
            "may_review": sheet_story.may_review(found, reviews),
            "may_return": sheet_story.may_return(found),
            "may_withdraw": sheet_story.may_withdraw(found, reviews),
            "level": approval.level_of(g.actor.role),
            "payments": sheet.payments(found),
            "whole_account": whole_account,
            "hold_words": hold_words,
            "in_words": in_words(found.payable_fen),
            "tab": tab,
            "now": clock.now(),
            "selection_hash": sheet_content.selection_hash([found.id]),
        }
        if request.args.get("print"):
            facts["lines"] = sheet.lines(found, count=5_000)
            return self.render("zhijie/work/sheet_print.html", **facts)
        if tab == "lines":
            facts["lines"] = sheet.lines(found, asked.page())
            facts["number"], facts["pager"] = asked.page(), screen.pager_url
            facts["pages"] = -(-found.lines_count // sheet.LINES_MAX)
        elif tab == "invoices":
            facts["invoices"] = sheet.invoices(found)
        elif tab == "books":
            facts["entries"] = sheet.entries(found)
        facts["held"], facts["held_lines"] = sheet.held(found)
        facts["place"] = self._place(sheet_no)
        return self.render("zhijie/work/sheet.html", **facts)

    def _place(self, sheet_no: str) -> dict[str, Any] | None:
        """Return where the sheet stands in the list it was opened from."""
        if not screen.narrowed("view", "period", "state", "hospital", "enterprise"):
            return None
        _view, _period, _periods, wanted = sheet_choice.listed()
        numbers = sheets.numbers(scope.current(), wanted, asked.text("sort") or "due")
        if sheet_no not in numbers:
            return None
        at = numbers.index(sheet_no)
        return {
            "number": at + 1,
            "count": len(numbers),
            "before": numbers[at - 1] if at else None,
            "after": numbers[at + 1] if at + 1 < len(numbers) else None,
        }
