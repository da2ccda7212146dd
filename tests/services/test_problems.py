"""The problem desk: who reports, who sees, whose turn it is, and by when."""

from datetime import date

import psycopg
import pytest

from models.records.base import run_sql_text, sql
from models.rules.errors.access import NotAllowed
from models.rules.errors.problems import (
    DeskRefused,
    HandlerRefused,
    LinkRefused,
    NotAtThisDesk,
    NotTheReporter,
    NowhereUp,
    ProblemMoved,
    ProblemOver,
    ProblemPartyRefused,
    ReopenOver,
    UnknownProblem,
    UnknownProblemKind,
)
from models.rules.problems import LinkKind, ProblemParty, ProblemResult, Satisfaction, Urgency
from models.rules.words import Role
from models.services import problems, users
from models.services.access import Actor
from models.services.notifications import Rendered
from models.services.problems import Link, Report, news
from models.services.views import problems as seen
from models.services.views.rows import of
from tests.factories import sheets, work
from tests.factories.sheets import CITY, OTHER_CITY, PROVINCE

pytestmark = pytest.mark.usefixtures("db")

#: A Friday; the weekend is not counted.
ON = date(2026, 4, 10)
COUNTY = Actor("county", Role.MAKER, area_code=OTHER_CITY)
CITY_MAKER = Actor("city", Role.MAKER, area_code=CITY)
PROVINCIAL = Actor("province", Role.SUPERVISOR, area_code=PROVINCE)


@pytest.fixture
def town(db):
    made = work.town()
    users.create("city", Role.MAKER, CITY)
    users.create("province", Role.SUPERVISOR, PROVINCE)
    sheets.agency(CITY)
    return made


def clinic(town) -> Actor:
    return Actor("clinic", Role.HOSPITAL, party_code=town.hospitals[0])


def firm(town, number=0) -> Actor:
    return Actor("firm", Role.ENTERPRISE, party_code=town.enterprises[number])


def told(**more) -> Report:
    return Report(**{"kind_code": "supply", "title": "断供", "words": "连续两周不配送", **more})


def row(number: str, columns: str) -> tuple:
    return sql(f"SELECT {columns} FROM problem WHERE problem_no = %s", (number,)).fetchone()


def sees(actor: Actor, number: str) -> bool:
    return seen.find(of(actor), number, ON) is not None


def test_a_report_lies_at_the_desk_of_its_area_with_its_days(town):
    line = work.held(town)
    number = problems.report(
        clinic(town), told(links=[Link(LinkKind.LINE, line)], urgency=Urgency.NORMAL), ON
    )
    assert row(number, "hospital_code, enterprise_code, manufacturer_code") == (
        town.hospitals[0], town.enterprises[0], town.enterprises[0],
    )  # fmt: skip
    assert row(number, "area_code, desk_area_code, state") == (CITY, CITY, "reported")
    assert row(number, "take_due_on, result_due_on") == (date(2026, 4, 14), date(2026, 4, 21))
    again = problems.report(clinic(town), told(links=[Link(LinkKind.LINE, line)]), ON)
    assert again == number, "the same report twice is one problem"
    urgent = problems.report(clinic(town), told(title="急", urgency=Urgency.URGENT), ON)
    assert row(urgent, "take_due_on, result_due_on") == (date(2026, 4, 13), date(2026, 4, 14))
    new = problems.report(firm(town), told(title="新", is_new=True, area_code=CITY), ON)
    assert row(new, "desk_area_code, enterprise_code") == (PROVINCE, town.enterprises[0])


def test_what_cannot_be_meant_is_refused(town):
    work.held(town)
    other = Actor("clinic", Role.HOSPITAL, party_code=town.hospitals[1])
    with pytest.raises(LinkRefused):
        problems.report(other, told(links=[Link(LinkKind.LINE, "HELD1")]), ON)
    with pytest.raises(LinkRefused):
        problems.report(clinic(town), told(links=[Link(LinkKind.ROUND, "none")]), ON)
    with pytest.raises(ProblemPartyRefused):
        problems.report(clinic(town), told(hospital_code=town.hospitals[1]), ON)
    with pytest.raises(ProblemPartyRefused):
        problems.report(clinic(town), told(enterprise_code="nobody"), ON)
    with pytest.raises(UnknownProblemKind):
        problems.report(clinic(town), told(kind_code="weather"), ON)
    with pytest.raises(NotAllowed):
        problems.report(Actor("auditor", Role.AUDITOR), told(area_code=CITY), ON)
    assert sql("SELECT count(*) FROM problem").fetchone() == (0,)


def test_kinds_and_days_are_rows(town):
    run_sql_text(
        "INSERT INTO problem_kind (kind_code, valid_from, valid_to, name, take_days, result_days,"
        " urgent_take_days, urgent_result_days, reopen_days) VALUES"
        " ('supply', '2026-01-01', NULL, '供应', 5, 6, 1, 1, 3),"
        " ('tender', '2026-01-01', NULL, '招标', 1, 1, 1, 1, 1),"
        " ('price', '2026-01-01', '2026-03-31', '价格', 1, 1, 1, 1, 1)"
    )
    assert set(problems.kinds(ON)) == {
        "supply", "tender", "quality", "contract", "settlement", "payment", "other",
    }  # fmt: skip
    number = problems.report(clinic(town), told(), ON)
    assert row(number, "take_due_on") == (date(2026, 4, 17),)


def test_the_four_parties_see_what_is_theirs(town):
    open_one = problems.report(clinic(town), told(enterprise_code=town.enterprises[0]), ON)
    quiet = problems.report(
        clinic(town), told(title="索贿", enterprise_code=town.enterprises[0], confidential=True), ON
    )
    neighbour = Actor("clinic", Role.HOSPITAL, party_code=town.hospitals[1])
    assert [sees(a, open_one) for a in (clinic(town), firm(town), CITY_MAKER, PROVINCIAL)] == [
        True, True, True, True,
    ]  # fmt: skip
    assert not sees(neighbour, open_one)
    assert not sees(COUNTY, open_one)
    assert not sees(firm(town, 1), open_one)
    assert not sees(firm(town), quiet)
    with pytest.raises(UnknownProblem):
        problems.say(firm(town), quiet, "什么", ON)
    problems.invite(CITY_MAKER, quiet, ProblemParty.ENTERPRISE, town.enterprises[0], ON)
    problems.invite(CITY_MAKER, quiet, ProblemParty.ENTERPRISE, town.enterprises[0], ON)
    assert sees(firm(town), quiet)
    problems.say(firm(town), quiet, "没有此事", ON)
    problems.say(firm(town), quiet, "仅供经办机构", ON, inside=True)
    problems.say(CITY_MAKER, quiet, "内部意见", ON, inside=True)
    words = lambda actor: [w.words for w in seen.words(actor, seen.find(of(actor), quiet, ON).id)]  # noqa: E731
    assert words(firm(town)) == ["没有此事", "仅供经办机构"]
    assert words(clinic(town)) == ["没有此事"]
    assert words(PROVINCIAL) == ["没有此事", "仅供经办机构", "内部意见"]


def test_from_taking_to_a_rated_end_and_back(town):
    number = problems.report(clinic(town), told(), ON)
    with pytest.raises(NotAllowed):
        problems.assign(clinic(town), number, ON)
    with pytest.raises(UnknownProblem):
        problems.assign(COUNTY, number, ON)
    with pytest.raises(HandlerRefused):
        problems.assign(CITY_MAKER, number, ON, to="county")
    problems.assign(CITY_MAKER, number, ON)
    problems.assign(CITY_MAKER, number, ON, to="province")
    assert row(number, "state, handler") == ("handling", "province")
    problems.answer(CITY_MAKER, number, ProblemResult.RESOLVED, "已恢复配送", ON)
    with pytest.raises(ProblemMoved):
        problems.answer(CITY_MAKER, number, ProblemResult.RESOLVED, "再答", ON)
    with pytest.raises(NotTheReporter):
        problems.accept(CITY_MAKER, number, Satisfaction.SATISFIED, "", ON)
    problems.reopen(clinic(town), number, "仍未到货", date(2026, 4, 13))
    assert row(number, "state, result_due_on, reopened_count") == (
        "handling", date(2026, 4, 22), 1,
    )  # fmt: skip
    problems.answer(CITY_MAKER, number, ProblemResult.PARTLY, "部分到货", ON)
    problems.accept(clinic(town), number, Satisfaction.FAIR, "还行", date(2026, 4, 14))
    assert row(number, "state, satisfaction, closed_on") == (
        "closed", "fair", date(2026, 4, 14),
    )  # fmt: skip
    problems.accept(clinic(town), number, Satisfaction.SATISFIED, "", ON)
    with pytest.raises(ProblemOver):
        problems.say(clinic(town), number, "还有一句", ON)
    with pytest.raises(ReopenOver):
        problems.reopen(clinic(town), number, "又断了", date(2026, 4, 29))
    problems.reopen(clinic(town), number, "又断了", date(2026, 4, 28))
    assert row(number, "state, satisfaction, closed_on") == ("handling", None, None)
    problems.withdraw(clinic(town), number, "已自行解决", ON)
    events = sql("SELECT move FROM problem_event ORDER BY id").fetchall()
    assert [move for (move,) in events] == [
        "report", "assign", "assign", "answer", "reopen", "answer", "accept", "rate", "reopen",
        "withdraw",
    ]  # fmt: skip


def test_one_press_gives_it_to_the_desk_above_and_the_lower_one_only_speaks(town):
    number = problems.report(clinic(town), told(), ON)
    problems.assign(CITY_MAKER, number, ON)
    assert problems.escalate(CITY_MAKER, number, date(2026, 4, 13)) == PROVINCE
    assert row(number, "desk_area_code, state, handler, take_due_on, result_due_on") == (
        PROVINCE, "reported", None, date(2026, 4, 15), date(2026, 4, 21),
    )  # fmt: skip
    with pytest.raises(NotAtThisDesk):
        problems.answer(CITY_MAKER, number, ProblemResult.EXPLAINED, "不行", ON)
    problems.say(CITY_MAKER, number, "补充材料", ON)
    with pytest.raises(NowhereUp):
        problems.escalate(PROVINCIAL, number, ON)
    with pytest.raises(DeskRefused):
        problems.transfer(PROVINCIAL, number, "999999", "核实", ON)
    problems.transfer(PROVINCIAL, number, OTHER_CITY, "请异地核实", ON)
    assert sees(COUNTY, number), "the desk in charge sees it wherever it happened"
    with pytest.raises(DeskRefused):
        problems.transfer(COUNTY, number, "529900", "不属我处", ON)
    problems.transfer(COUNTY, number, CITY, "退回发生地", ON)
    problems.assign(CITY_MAKER, number, ON)


def test_the_database_itself_keeps_words_and_moves(town):
    number = problems.report(clinic(town), told(), ON)
    for statement in (
        "UPDATE problem SET state = 'closed', closed_on = '2026-04-10'",
        "UPDATE problem SET words = '改'",
        "DELETE FROM problem",
        "UPDATE problem_event SET actor = 'x'",
        "DELETE FROM problem_side",
    ):
        with pytest.raises(psycopg.Error):
            run_sql_text(statement)
    assert row(number, "state") == ("reported",)


def test_each_institution_is_told_once_and_desks_get_a_list_of_what_is_late(town):
    render = lambda *_: Rendered("s", "t", "h")  # noqa: E731
    number = problems.report(clinic(town), told(enterprise_code=town.enterprises[0]), ON)
    mails = lambda: sql(  # noqa: E731
        "SELECT kind, party_kind, party_code FROM mail ORDER BY id"
    ).fetchall()
    assert news.tell(ON, render, by="system") == 2
    assert news.tell(ON, render, by="system") == 0
    assert mails() == [
        ("problem", "agency", f"A{CITY}"), ("problem", "enterprise", town.enterprises[0]),
    ]  # fmt: skip
    problems.escalate(CITY_MAKER, number, ON)
    problems.say(PROVINCIAL, number, "省级已收到", ON)
    assert news.tell(ON, render, by="system") == 3
    assert mails()[2:] == [
        ("problem", "agency", f"A{PROVINCE}"), ("problem", "enterprise", town.enterprises[0]),
        ("problem", "hospital", town.hospitals[0]),
    ]  # fmt: skip
    late = date(2026, 4, 15)
    assert news.tell_late(date(2026, 4, 14), render, by="system") == 0
    assert news.tell_late(late, render, by="system") == 1
    assert news.tell_late(late, render, by="system") == 0
    assert news.tell_late(date(2026, 4, 18), render, by="system") == 0, "a Saturday"
