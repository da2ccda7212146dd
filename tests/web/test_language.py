"""The language of a reader: chosen, remembered, and kept in what errors, days and jobs say."""

from datetime import date

import pytest

from models.records.access import User
from models.records.jobs import Job
from models.rules.errors.access import SecondPersonNeeded
from models.rules.errors.payment import ReasonNeeded
from models.rules.job_names import JobName
from models.services import jobs
from web import formats, language, problems


@pytest.fixture
def in_english(app, people):
    """A request of somebody who reads English."""
    with app.test_request_context("/?lang=en"):
        yield


def test_pages_are_chinese_until_somebody_says_otherwise(reader):
    assert '<html lang="zh-CN">' in reader("maker").get("/").text


def test_the_address_may_ask_for_english_and_the_session_remembers_it(reader):
    maker = reader("maker")
    assert '<html lang="en">' in maker.get("/?lang=en").text
    assert "<h1>Today</h1>" in maker.get("/").text
    assert '<html lang="zh-CN">' in maker.get("/?lang=zh").text


def test_an_unknown_language_changes_nothing(reader):
    assert '<html lang="zh-CN">' in reader("maker").get("/?lang=tlh").text


def test_a_choice_is_kept_with_the_user_over_signing_out_and_in(reader):
    maker = reader("maker")
    maker.post("/language", language="en", next="/me")
    assert User.get(User.name == "maker").language == "en"
    assert '<html lang="en">' in reader("maker").get("/").text


def test_the_switch_stands_on_the_own_account_in_the_other_language(reader):
    maker = reader("maker")
    assert 'value="en" lang="en">English</button>' in maker.get("/me").text
    assert 'value="zh" lang="zh-CN">中文</button>' in maker.get("/me?lang=en").text


def test_a_refusal_says_in_english_what_it_is_about(in_english):
    assert language.sentence_of(ReasonNeeded(what="驳回关账")) == (
        "State the reason: refuse to close."
    )
    told = language.sentence_of(SecondPersonNeeded(actor="maker", what="关账申请"))
    assert told == "maker made this (Proposal to close); another person must approve it."


def test_a_system_reads_the_same_english_whatever_the_language_of_pages(app):
    with app.test_request_context("/api/v1/lines", headers={"Accept-Language": "en"}):
        answer = problems.of(ReasonNeeded(what="驳回关账"))
    assert answer.get_json()["detail"] == "State the reason: refuse to close."


def test_a_refusal_in_chinese_is_as_written(app):
    with app.test_request_context("/"):
        assert language.sentence_of(ReasonNeeded(what="驳回关账")) == "请填写驳回关账的原因。"


@pytest.mark.parametrize(
    ("asked", "said"), [("zh", "2026年7月13日 星期一"), ("en", "13 July 2026, Monday")]
)
def test_a_long_day_is_said_as_people_say_it(app, asked, said):
    with app.test_request_context(f"/?lang={asked}"):
        assert formats.long_day(date(2026, 7, 13)) == said


@pytest.mark.parametrize(
    ("word", "one"), [("批", "batch"), ("份", "request"), ("个", "address"), ("行", "line")]
)
def test_one_thing_is_counted_without_a_plural(in_english, word, one):
    assert language.units(language.worded(word), 1) == one
    assert language.units(language.worded(word), 2) != one


def test_marks_between_values_follow_the_language(app):
    page = app.jinja_env.from_string("{{ a }}：{{ b }}（{{ c }}）")
    with app.test_request_context("/"):
        assert page.render(a="甲", b="乙", c="丙") == "甲：乙（丙）"
    with app.test_request_context("/?lang=en"):
        assert page.render(a="a", b="b", c="c") == "a: b (c)"


def test_values_of_a_text_are_escaped_and_the_text_is_not(app):
    page = app.jinja_env.from_string(
        "{% autoescape true %}{{ _('查找“%(q)s”', q=q) }}{% endautoescape %}"
    )
    with app.test_request_context("/?lang=en"):
        assert page.render(q="<b>") == "Find '&lt;b&gt;'"


def test_why_a_job_ended_is_kept_in_both_languages(app, people):
    job = jobs.enqueue(
        JobName.SETTLE, {"period": "2026-03", "area": None, "on": "2026-04-13"}, by="maker"
    )
    jobs.cancel(job.id, "maker")
    ended = Job.get_by_id(job.id)
    with app.test_request_context("/"):
        assert language.why(ended) == ended.error_sentence
    with app.test_request_context("/?lang=en"):
        assert language.why(ended) == ended.error_sentence_en
    assert ended.error_sentence != ended.error_sentence_en
