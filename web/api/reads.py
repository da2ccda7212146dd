"""Rows go out: lists page by page and single things, within the rows and permissions of the key."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, g, jsonify, request
from marshmallow import Schema, ValidationError
from werkzeug.exceptions import NotFound

from models import clock
from models.rules.api_keys import Reading, reads
from models.rules.errors.api import BadParameter
from models.schemas import answers, problem_bodies, questions
from models.services.api import problems, reading
from models.services.api.reading import Key, Page
from web import scope
from web.api import cursors, door
from web.api.cursors import Form


@dataclass(frozen=True)
class List:
    """One list: its name is also its address, its permission and the mark of its cursors."""

    what: Reading
    question: type[Schema]
    answer: type[Schema]
    read: Callable[[Mapping[str, Any], Key | None], Page]
    title: str
    #: What its cursors hold.
    form: Form = Form.CODE


def _within(read: Callable[..., Page]) -> Callable[[Mapping[str, Any], Key | None], Page]:
    return lambda asked, after: read(scope.current(), asked, after)


LISTS = (
    List(
        Reading.LINES,
        questions.LinesQuestion,
        answers.LineAnswer,
        _within(reading.lines),
        "采购明细：按验收月份，含所在结算单、结算方式和挂起原因",
        form=Form.PLACE,
    ),
    List(
        Reading.SHEETS,
        questions.SheetsQuestion,
        answers.SheetAnswer,
        _within(reading.sheets),
        "结算单",
        form=Form.NUMBER,
    ),
    List(
        Reading.PAYMENTS,
        questions.PaymentsQuestion,
        answers.PaymentAnswer,
        _within(reading.payments),
        "付款指令",
        form=Form.NUMBER,
    ),
    List(
        Reading.HOLDS,
        questions.HoldsQuestion,
        answers.HoldAnswer,
        _within(reading.holds),
        "挂起明细及原因",
    ),
    List(
        Reading.OVERDUE,
        questions.OverdueQuestion,
        answers.OverdueAnswer,
        lambda asked, after: reading.overdue(g.actor, scope.current(), asked, after),
        "今日逾期明细",
    ),
    List(
        Reading.PROBLEMS,
        problem_bodies.ProblemsQuestion,
        problem_bodies.ProblemAnswer,
        lambda asked, after: problems.page(scope.current(), asked, after, clock.today()),
        "集采问题",
        form=Form.NUMBER,
    ),
)


def asked(question: type[Schema]) -> dict[str, Any]:
    """Return the checked parameters of the address. Raises BadParameter."""
    told = {name: values[-1] for name, values in request.args.lists()}
    try:
        found: dict[str, Any] = question().load(told)
    except ValidationError as error:
        messages: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call]
        name, problems = next(iter(sorted(messages.items())))
        raise BadParameter(name=name[:60], form=str(problems[0])[:100]) from None
    return found


def page(kind: str, answer: type[Schema], found: Page) -> Response:
    """Return one page with the address of the next."""
    kept = {name: value for name, value in request.args.items() if name != "cursor"}
    following = None
    if found.after is not None:
        query = urlencode({**kept, "cursor": cursors.written(kind, found.after)})
        following = f"{request.path}?{query}"
    return jsonify(items=answer(many=True).dump(found.rows), next=following)


def _listed(one: List) -> Callable[[], Response]:
    def view() -> Response:
        door.require(reads(one.what))
        told = asked(one.question)
        begin = cursors.read(one.what, told["cursor"], one.form)
        return page(one.what, one.answer, one.read(told, begin))

    view.__doc__ = one.title
    return view


def sheet(sheet_no: str) -> Response:
    """Return one settlement sheet."""
    return jsonify(answers.SheetAnswer().dump(_sheet(sheet_no)))


def _sheet(sheet_no: str) -> Any:
    door.require(reads(Reading.SHEETS))
    asked(questions.Nothing)
    found = reading.sheet(scope.current(), sheet_no)
    if found is None:
        raise NotFound
    return found


def sheet_lines(sheet_no: str) -> Response:
    """Return the lines of a settlement sheet."""
    door.require(reads(Reading.SHEETS))
    told = asked(questions.Question)
    begin = cursors.read("sheet_lines", told["cursor"], Form.CODE)
    found = reading.sheet(scope.current(), sheet_no)
    if found is None:
        raise NotFound
    rows = reading.sheet_lines(found.id, told["limit"], begin)
    return page("sheet_lines", answers.SheetLineAnswer, rows)


def payment(reference: str) -> Response:
    """Return one payment order."""
    door.require(reads(Reading.PAYMENTS))
    asked(questions.Nothing)
    found = reading.payment(scope.current(), reference)
    if found is None:
        raise NotFound
    return jsonify(answers.PaymentAnswer().dump(found))


def install(bp: Blueprint) -> None:
    """Register the calls."""
    for one in LISTS:
        bp.add_url_rule(f"/{one.what}", one.what.value, _listed(one))
    bp.add_url_rule("/sheets/<code:sheet_no>", "sheet", sheet)
    bp.add_url_rule("/sheets/<code:sheet_no>/lines", "sheet_lines", sheet_lines)
    bp.add_url_rule("/payments/<code:reference>", "payment", payment)
