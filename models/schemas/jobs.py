"""What each kind of queued work must be told: checked when queued and when begun."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from models.rules.errors.jobs import JobArgsRefused
from models.rules.job_names import JobName
from models.rules.papers import PaperKind

_PERIOD = validate.Regexp(r"\A[0-9]{4}-(0[1-9]|1[0-2])\Z", error="not a period YYYY-MM")
#: Nobody waits ten years for a booking.
DAYS_BOUND_MAX = 3_660
_SHORT = validate.Length(min=1, max=200)


def _period(*, required: bool = True) -> fields.String:
    """Return the field of a month."""
    if required:
        return fields.String(required=True, validate=_PERIOD)
    return fields.String(load_default=None, allow_none=True, validate=_PERIOD)


def _area() -> fields.String:
    """Return the field of an area; None covers all areas of the actor."""
    return fields.String(load_default=None, allow_none=True, validate=_SHORT)


class OnDay(Schema):
    """Every job knows its business date."""

    on = fields.Date(required=True)


class ImportArgs(OnDay):
    """Take in one stored file of a table."""

    kind = fields.String(required=True, validate=_SHORT)
    file_id = fields.Integer(required=True, strict=True)
    all_or_nothing = fields.Boolean(load_default=False)


class PeriodArgs(OnDay):
    """Work on one month of an area and all below it."""

    period = _period()
    area = _area()


class SettleArgs(PeriodArgs):
    """Settle a month of an area with all below it, or of the area alone (the rest of a split)."""

    alone = fields.Boolean()


class TrialArgs(OnDay):
    """Settle a month under a draft of a scheme, and write nothing but what it would be."""

    draft_id = fields.Integer(required=True, strict=True)
    period = _period()


class PayArgs(PeriodArgs):
    """Make the payment batches of one month for one bank profile."""

    profile = fields.String(required=True, validate=_SHORT)
    #: Why orders like recent ones are right (V14); None: nobody was asked, as on the command line.
    explanation = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(max=1_000)
    )


class ReissueArgs(OnDay):
    """Make the payments of a released request again."""

    request_no = fields.String(required=True, validate=_SHORT)


class RetentionPayArgs(OnDay):
    """Pay what is granted of a list of retained amounts."""

    publicity_no = fields.String(required=True, validate=_SHORT)
    profile = fields.String(required=True, validate=_SHORT)


class BankFileArgs(OnDay):
    """Take in one stored file of a bank."""

    file_id = fields.Integer(required=True, strict=True)
    profile = fields.String(required=True, validate=_SHORT)


class StatementArgs(BankFileArgs):
    """Take in one stored statement; `dry` tells what it would do and does nothing.

    Beyond the bounds nothing is matched without a person: days between sending and booking, and
    the amount in fen.
    """

    dry = fields.Boolean(load_default=False)
    #: Mark of the plan a person looked at; another outcome is refused.
    expected = fields.String(load_default=None, allow_none=True, validate=_SHORT)
    days_max = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(0, DAYS_BOUND_MAX)
    )
    amount_max_fen = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(min=1)
    )


class TogetherArgs(OnDay):
    """Count the plain suggestions of a file or statement day; without `dry` ask for all of them.

    `count` and `sum_fen` are what a person looked at; anything else is refused.
    """

    source = fields.String(required=True, validate=_SHORT)
    dry = fields.Boolean(load_default=False)
    booked_on = fields.Date(load_default=None, allow_none=True)
    reason = fields.String(load_default="", validate=validate.Length(max=1_000))
    count = fields.Integer(load_default=0, strict=True)
    sum_fen = fields.Integer(load_default=0, strict=True)


class OverdueArgs(OnDay):
    """Find what is late; `send` also queues the mails."""

    area = _area()
    send = fields.Boolean(load_default=False)


class WindowsArgs(OnDay):
    """Bring confirmation windows to a day; with `import_id` those of the lines of one import."""

    import_id = fields.Integer(load_default=None, allow_none=True, strict=True)


class ProblemNewsArgs(OnDay):
    """Tell what happened to problems; `late` also lists what desks are late with."""

    late = fields.Boolean(load_default=False)


class OpenLinesArgs(OnDay):
    """Bring the register of open lines to a day; `rebuild` judges everything anew."""

    rebuild = fields.Boolean(load_default=False)


class RankingArgs(OnDay):
    """Record the ranking of a day; `since` begins the long window, else 1 January of its year."""

    since = fields.Date(load_default=None, allow_none=True)


class PublicationArgs(OnDay):
    """Draft the list of overdue contracts of a year for an area and all below it."""

    year = fields.Integer(required=True, strict=True, validate=validate.Range(2000, 2200))
    area = _area()


class RisksArgs(OnDay):
    """Let the risk rules look at a month, else at that of the day before."""

    period = _period(required=False)
    area = _area()


class CoverageArgs(OnDay):
    """Add up the coverage of a month, else of the last three."""

    period = _period(required=False)


class ParticipationArgs(OnDay):
    """Compare reports, contracts and use of a round, else of every round in its term."""

    round = fields.String(load_default=None, allow_none=True, validate=_SHORT)


class GradesArgs(OnDay):
    """Make the list of grades of a year for an area and all below it."""

    year = fields.Integer(required=True, strict=True, validate=validate.Range(2000, 2200))
    area = fields.String(required=True, validate=_SHORT)


class PaperArgs(OnDay):
    """Draft a paper of a kind about a span for an area and all below it."""

    kind = fields.String(required=True, validate=validate.OneOf([kind.value for kind in PaperKind]))
    span = fields.String(required=True, validate=_SHORT)
    area = fields.String(required=True, validate=_SHORT)


class ExportArgs(OnDay):
    """Write one export into a stored file."""

    what = fields.String(required=True, validate=_SHORT)
    period = _period(required=False)
    area = _area()
    format = fields.String(load_default="csv", validate=validate.OneOf(["csv", "xlsx"]))


class ExportListArgs(OnDay):
    """Write the rows of a list's conditions into a stored file."""

    what = fields.String(required=True, validate=_SHORT)
    asked = fields.Dict(keys=fields.String(), load_default=dict)
    format = fields.String(load_default="csv", validate=validate.OneOf(["csv", "xlsx"]))
    name = fields.String(required=True, validate=validate.Regexp(r"[^/\\\x00]{1,120}\Z"))
    titles = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    words = fields.Dict(keys=fields.String(), load_default=dict)


SCHEMAS: dict[JobName, type[Schema]] = {
    JobName.IMPORT_DATA: ImportArgs,
    JobName.SETTLE: SettleArgs,
    JobName.SCHEME_TRIAL: TrialArgs,
    JobName.PAY: PayArgs,
    JobName.REISSUE: ReissueArgs,
    JobName.RETENTION_PAY: RetentionPayArgs,
    JobName.BANK_RESULT: BankFileArgs,
    JobName.STATEMENT: StatementArgs,
    JobName.ADMIT_TOGETHER: TogetherArgs,
    JobName.WINDOWS: WindowsArgs,
    JobName.OFFSET: PeriodArgs,
    JobName.OPEN_LINES: OpenLinesArgs,
    JobName.OVERDUE: OverdueArgs,
    JobName.OVERDUE_FIGURES: OnDay,
    JobName.ARREARS_RANKING: RankingArgs,
    JobName.OVERDUE_PUBLICATION: PublicationArgs,
    JobName.PAYMENT_NEWS: OnDay,
    JobName.ACCOUNTS: OnDay,
    JobName.REMEDY_NEWS: OnDay,
    JobName.MONEY_REQUESTS: OnDay,
    JobName.ROUND_NEWS: OnDay,
    JobName.PAPER_NEWS: OnDay,
    JobName.RETENTION_NEWS: OnDay,
    JobName.RISK_NEWS: OnDay,
    JobName.PROBLEM_NEWS: ProblemNewsArgs,
    JobName.SEND_MAIL: OnDay,
    JobName.WEBHOOKS: OnDay,
    JobName.MONITOR: PeriodArgs,
    JobName.RETENTION: PeriodArgs,
    JobName.RISKS: RisksArgs,
    JobName.COVERAGE: CoverageArgs,
    JobName.CADENCE: OnDay,
    JobName.PAPER: PaperArgs,
    JobName.PARTICIPATION: ParticipationArgs,
    JobName.PARTICIPATION_NEWS: OnDay,
    JobName.GRADES: GradesArgs,
    JobName.CHECK_BOOKS: OnDay,
    JobName.EXPORT: ExportArgs,
    JobName.EXPORT_LIST: ExportListArgs,
    JobName.TIDY: OnDay,
}


def _schema(name: JobName) -> Schema:
    """Return the strict schema of a kind of work."""
    return SCHEMAS[name]()


def dump(name: JobName, args: dict[str, Any]) -> dict[str, Any]:
    """Return arguments as the JSON kept in the job row, completed and checked.

    Raises JobArgsRefused when they do not fit.
    """
    schema = _schema(name)
    written: dict[str, Any] = schema.dump(load(name, _as_json(args)))
    return written


def load(name: JobName, args: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a job row as Python values (dates, whole numbers).

    Raises JobArgsRefused when they do not fit.
    """
    try:
        loaded: dict[str, Any] = _schema(name).load(args)
    except ValidationError as error:
        raise JobArgsRefused(name=name.value, problems=error.messages) from None
    return loaded


def _as_json(args: dict[str, Any]) -> dict[str, Any]:
    """Return arguments with their days as text, so that one check serves both ways."""
    return {
        key: value.isoformat() if hasattr(value, "isoformat") else value
        for key, value in args.items()
    }
