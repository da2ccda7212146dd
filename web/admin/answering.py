"""What the pages of answers to lateness share: whose lines, the fields of a form, the documents."""

from dataclasses import dataclass, field
from typing import Any

from flask import abort, g, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.records.base import db
from models.rules.errors import SettlementError
from models.rules.errors.remedies import UnknownParty
from models.rules.overdue import Responsible
from models.rules.words import Lane, Role
from models.services import access, documents
from models.services.documents import Document
from models.services.remedies import Institution, Seen, Wanted, chosen
from models.services.views import institutions
from web import formats, scope, words
from web.admin import asked

#: Lines repeated before anything is done, each with a box.
SHOWN = 20
#: Lines that may be chosen one by one; more are chosen by filter.
LINES_MAX = 200

WHO = {
    Responsible.HOSPITAL: lazy_gettext("医院"),
    Responsible.ENTERPRISE: lazy_gettext("企业"),
    Responsible.AGENCY: lazy_gettext("经办机构"),
}
_SEATS = {Role.HOSPITAL: Responsible.HOSPITAL, Role.ENTERPRISE: Responsible.ENTERPRISE}


@dataclass
class Field:
    """A field of the form beside a check page."""

    name: str
    label: str
    #: text, date, time, area, select, file
    kind: str = "text"
    required: bool = False
    hint: str = ""
    choices: list[tuple[str, str]] = field(default_factory=list)
    value: str = ""
    max: int = 500

    def __post_init__(self) -> None:
        """Keep what was typed when the form comes back."""
        if self.kind != "file" and self.name in request.form:
            self.value = request.form[self.name]


@dataclass(frozen=True)
class Looked:
    """What a person looks at before answering."""

    party: Institution
    wanted: Wanted
    seen: Seen
    #: line, hospital, enterprise, due day, days late, open sum, step
    lines: list[Any]

    @property
    def figures(self) -> list[tuple[str, str]]:
        """Return the figures shown large."""
        return [
            (_("责任机构"), self.party.name),
            (_("逾期明细"), _("%(n)s 行", n=formats.count(self.seen.lines))),
        ]


def may(action: str) -> bool:
    """Return whether the reader's role may do an action."""
    return action in access.MAY.get(g.actor.role, frozenset())


def is_seat() -> bool:
    """Return whether the reader answers for one institution alone."""
    return g.actor.role in _SEATS


def wanted(*, unexcused: bool = False) -> Wanted | None:
    """Return whose lines the address asks for; a seat's own, None when nobody is named.

    `unexcused` leaves out lines that are excused or asked for already.
    """
    kind, code = asked.text("who"), asked.text("code")
    if is_seat():
        kind, code = _SEATS[Role(g.actor.role)].value, g.actor.party_code or ""
    if kind not in set(Responsible) or not code:
        return None
    lines = tuple(dict.fromkeys(one for one in request.values.getlist("line") if one))
    if len(lines) > LINES_MAX:
        abort(400)
    return Wanted(
        kind=Responsible(kind),
        code=code,
        lines=lines,
        lane=asked.text("lane") if asked.text("lane") in set(Lane) else "",
        step=request.values.get("step", type=int),
        hospital_code=asked.text("hospital"),
        enterprise_code=asked.text("enterprise"),
        unexcused=unexcused,
    )


def hidden(of: Wanted) -> list[tuple[str, str]]:
    """Return what the second request must send along to mean the same lines."""
    told = [("who", of.kind.value), ("code", of.code), *(("line", one) for one in of.lines)]
    more = {
        "lane": of.lane, "step": of.step, "hospital": of.hospital_code,
        "enterprise": of.enterprise_code,
    }  # fmt: skip
    return told + [(name, str(value)) for name, value in more.items() if value not in ("", None)]


def narrowing(of: Wanted, **kept: str) -> dict[str, Any]:
    """Return what the form shows to choose fewer lines: by lane, step, counterparty, or boxes."""
    other = {"name": "hospital", "label": _("医疗机构")}
    if of.kind is Responsible.HOSPITAL:
        other = {"name": "enterprise", "label": _("医药企业")}
    return {
        "fields": [
            asked.field("lane", _("通道"), "select", choices=words.choices(Lane)),
            asked.field("step", _("催办等级"), placeholder=_("如 3")),
            asked.field(**other, placeholder=_("编码")),
        ],
        "kept": {"who": of.kind.value, "code": of.code, **kept},
        "picked": bool(of.lines),
    }


def look(of: Wanted) -> Looked:
    """Return the lines that are late today; 404 when the institution is not the reader's."""
    try:
        with db.atomic():
            seen = chosen.collect(g.actor, of, clock.today())
            return Looked(chosen.institution(g.actor, of), of, seen, chosen.sample(SHOWN))
    except UnknownParty:
        abort(404)


def offered() -> dict[str, Any]:
    """Return what the page shows that asks for the institution first."""
    kind = asked.text("who") if asked.text("who") in set(Responsible) else ""
    return {
        "institutions": institutions.late(
            scope.current(), clock.today(), kind=kind, text=asked.text("q")
        ),
        "fields": [
            asked.field("q", _("机构"), placeholder=_("名称或编码"), wide=True),
            asked.field(
                "who", _("类别"), "select", choices=[(str(k), str(v)) for k, v in WHO.items()]
            ),
        ],
        "who": WHO,
    }


def document(name: str = "evidence") -> Document | None:
    """Return the document that came with the form, or None."""
    sent = request.files.get(name)
    if sent is None or not sent.filename:
        return None
    return Document(sent.filename, sent.stream.read(documents.BYTES_MAX + 1))


def file_field(label: str = "", name: str = "evidence") -> Field:
    """Return the field of a document."""
    return Field(
        name,
        label or _("附件"),
        "file",
        hint=_("PDF、JPG 或 PNG，不超过 %(mb)s MB。", mb=documents.BYTES_MAX >> 20),
    )


def one_of(name: str, words: Any) -> Any:
    """Return the member of an enumeration that the form names; 400 for anything else."""
    told = request.form.get(name, "")
    if told not in set(words):
        abort(400)
    return words(told)


def seen_of(form: Any) -> Seen:
    """Return count and sum that a decision was made of; 400 when they are no numbers."""
    try:
        return Seen(int(form["lines"]), int(form["unpaid_fen"]))
    except (KeyError, ValueError):
        abort(400)


#: What a service may refuse; pages show its sentence and keep what was typed.
Refusal = SettlementError
