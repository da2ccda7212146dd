"""The reminders as people read them: sums, worst lines, a link, and a file no spreadsheet runs."""

import csv
import io
import os
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from models.services.overdue.told import (
    LISTED_LINES_MAX,
    BrokenPromise,
    Counterparty,
    LateLine,
    NextStep,
    Outlook,
    Party,
    Soon,
    SoonLine,
)
from workers.mail import attachment
from workers.mail.render import FILES, TEMPLATES, MailRenderer

ON = date(2026, 4, 2)


def line(n=1, **changes):
    told = {
        "line_no": f"R{n}", "product_name": "阿莫西林", "hospital_name": "人民医院",
        "enterprise_name": "甲药业", "accepted_on": date(2026, 3, 2), "due_on": date(2026, 4, 1),
        "days_late": n, "unpaid_fen": 123_456, "interest_fen": 62, "step": 1, "step_name": "提醒",
        "calls": True,
    }  # fmt: skip
    return LateLine(**{**told, **changes})


def party(kind="hospital", **changes):
    told = {
        "kind": kind, "code": "H1", "name": "人民医院", "email": "h@example.org", "copies": (),
        "lines": 12, "calling": 3, "unpaid_fen": 1_234_567_89, "interest_fen": 62,
        "days_late_max": 70, "by_step": ((2, "催办", 2, 100_00), (None, None, 10, 200_00)),
    }  # fmt: skip
    return Party(**{**told, **changes})


@pytest.fixture
def render(settings):
    return MailRenderer(settings)


def shown(render, lines=None, **changes):
    lines = [line(n) for n in range(12, 0, -1)] if lines is None else lines
    return render("overdue", party(**changes).facts(ON, lines))


def test_the_subject_says_who_how_many_how_much_and_when(render):
    assert shown(render).subject == (
        "【货款逾期提醒】人民医院：12 笔逾期，未付 1,234,567.89 元（2026-04-02）"
    )


@pytest.mark.parametrize(
    ("kind", "asked"),
    [("hospital", "补足预付款"), ("enterprise", "更正发票"), ("agency", "审批和付款")],
)
def test_each_institution_reads_what_it_can_do(render, kind, asked):
    mail = shown(render, kind=kind)
    assert asked in mail.text
    assert asked in mail.html


def test_both_bodies_hold_totals_steps_the_ten_worst_and_the_link(render, settings):
    mail = shown(render)
    for body in (mail.text, mail.html):
        for part in ("1,234,567.89", "最长逾期 70 天", "催办", "未到催办阶梯", "R12", "R3"):
            assert part in body
        assert "as of 2026-04-02" in body.lower()
        assert "R2　" not in body
        assert "<td>R2<" not in body
    page = f"{settings.public_url}/overdue/?"
    asked = ("who=hospital", "on=2026-04-02", "hospital=H1")
    assert page + "&".join(asked) in mail.text
    assert page + "&amp;".join(asked) in mail.html


def test_names_of_the_outside_cannot_write_markup_or_headers(render):
    mail = shown(render, [line(hospital_name="<script>")], name="甲\r\nBcc: x@y.cn <b>")
    assert "<script>" not in mail.html
    assert "&lt;script&gt;" in mail.html
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject


def test_the_file_lists_the_lines_and_runs_nothing(render):
    mail = shown(render, [line(product_name="=1+1"), line(2, enterprise_name="@x", calls=False)])
    assert mail.attachment_name == "逾期明细-H1-20260402.csv"
    assert mail.attachment.startswith(b"\xef\xbb\xbf")
    head, first, second = csv.reader(io.StringIO(mail.attachment.decode("utf-8-sig")))
    assert tuple(head) == attachment.HEAD
    assert first[:4] == ["R1", "'=1+1", "人民医院", "甲药业"]
    assert first[6:] == ["1", "1234.56", "0.62", "提醒", "是"]
    assert (second[3], second[-1]) == ("'@x", "")


def test_a_file_that_leaves_lines_out_says_so(render):
    told = party(lines=LISTED_LINES_MAX + 1).facts(ON, [line()])
    assert f"附件列出逾期最久的 {LISTED_LINES_MAX} 笔" in render("overdue", told).text
    assert "附件列出" not in shown(render).text


def test_every_kind_of_mail_has_its_three_files():
    kinds = [folder for folder in TEMPLATES.iterdir() if folder.is_dir()]
    assert kinds
    for folder in kinds:
        for language in ("zh", "en"):
            files = sorted(file.name for file in (folder / language).iterdir())
            assert files == sorted(FILES), folder


#: What is compared letter by letter; after a wanted change run with WRITE_GOLDEN=1 and look at it.
GOLDEN = Path(__file__).parent / "mails"


def sample(language):
    """A digest with everything a digest can hold, and an announcement."""
    names = ("望川县人民医院", "恒岳医疗器械有限公司")
    lines = [line(n, hospital_name=names[0], enterprise_name=names[1]) for n in range(12, 0, -1)]
    soon = Soon(
        "hospital", "H1", names[0], "h@x.cn", (), 3, 9_900_00, date(2026, 4, 7),
        date(2026, 4, 9), [SoonLine("R77", "氯化钠注射液", *names, date(2026, 4, 7), 3_300_00)],
    )  # fmt: skip
    outlook = Outlook(
        counterparties=[
            Counterparty("恒岳医疗器械有限公司", 9, 1_134_567_89, date(2026, 2, 1)),
            Counterparty("", 3, 100_000_00, date(2026, 1, 22)),
        ],
        next_step=NextStep("季度通报", "bulletin", 90, date(2026, 4, 22)),
        broken=[BrokenPromise(date(2026, 3, 31), 2, 246_912)],
        answer_by=date(2026, 4, 9),
        office="澜江市医疗保障事务中心",
        soon=soon,
    )
    told = {"language": language, "file_format": "csv"}
    return {
        "overdue": party(name=names[0]).facts(ON, lines, outlook) | told,
        "upcoming": {"party": soon, "soon": soon, "on": ON, **told},
    }


@pytest.mark.parametrize("language", ["zh", "en", ""])
@pytest.mark.parametrize("kind", ["overdue", "upcoming"])
def test_mails_read_as_they_were_agreed(render, kind, language):
    mail = render(kind, sample(language)[kind])
    for suffix, told in (("txt", f"{mail.subject}\n\n{mail.text}"), ("html", mail.html)):
        golden = GOLDEN / f"{kind}.{language or 'unknown'}.{suffix}"
        if os.environ.get("WRITE_GOLDEN"):
            golden.write_text(told, encoding="utf-8")
        assert told == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["overdue", "upcoming"])
def test_a_mail_in_one_language_holds_no_sentence_of_the_other(render, kind):
    chinese, english = (render(kind, sample(language)[kind]) for language in ("zh", "en"))
    assert "In English" not in chinese.text
    assert 'lang="en"' not in chinese.html
    for words in ("笔", "元", "请", "逾期"):
        assert words not in english.text
        assert words not in english.html
    assert 'lang="en"' in english.html


def test_mails_draw_with_tables_and_inline_styles_alone(render):
    for kind, facts in sample("zh").items():
        html = render(kind, facts).html
        for foreign in ("<script", "<style", "<link", "<img", "url(", "@import", "javascript:"):
            assert foreign not in html, kind


def test_a_workbook_has_sums_as_numbers_and_runs_nothing(render):
    facts = party().facts(ON, [line(product_name="=1+1", unpaid_fen=1_23)])
    mail = render("overdue", facts | {"language": "en", "file_format": "xlsx"})
    assert mail.attachment_name == "overdue-H1-20260402.xlsx"
    book = CalamineWorkbook.from_filelike(io.BytesIO(mail.attachment))
    head, row = book.get_sheet_by_index(0).to_python()
    assert tuple(head) == attachment.HEADS["en"]
    assert row[1] == "'=1+1"
    assert row[5:8] == [date(2026, 4, 1), 1.0, 1.23]


def test_the_file_is_what_a_writer_of_csv_would_write(render):
    names = ("甲,乙", '说"好"', "=1+1", "", "a\nb", "-5", "R1;2")
    lines = [line(line_no=name, product_name=name, step_name=name) for name in names]
    told = attachment.overdue(lines, "zh", "csv").decode("utf-8-sig")
    target = io.StringIO()
    csv.writer(target).writerows(csv.reader(io.StringIO(told, newline="")))
    assert target.getvalue() == told
    read = list(csv.reader(io.StringIO(told, newline="")))[1:]
    assert [row[1] for row in read] == [attachment.guarded(name) for name in names]
