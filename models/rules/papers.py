"""The papers about the execution of volume procurement: kinds, life, and the interview list."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from models.rules.monitoring import percent


class PaperKind(StrEnum):
    """What a paper is (文书)."""

    WEEKLY = "weekly"
    REMINDER = "reminder"
    BULLETIN = "bulletin"
    HALF_YEAR = "half_year"
    YEARLY = "yearly"


class PaperState(StrEnum):
    """Life of a version of a paper."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    SENT = "sent"
    DROPPED = "dropped"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


class PaperMove(StrEnum):
    """What people do with a paper."""

    REVIEW = "review"
    RETURN = "return"
    SEND = "send"
    DROP = "drop"
    WITHDRAW = "withdraw"
    #: The next version was sent.
    REPLACE = "replace"


_P = PaperState

#: Whoever drafted does not review. What was sent stays to be read, withdrawn or replaced.
PAPER: Mapping[tuple[PaperState, PaperMove], PaperState] = {
    (_P.DRAFT, PaperMove.REVIEW): _P.REVIEWED,
    (_P.DRAFT, PaperMove.DROP): _P.DROPPED,
    (_P.REVIEWED, PaperMove.RETURN): _P.DRAFT,
    (_P.REVIEWED, PaperMove.DROP): _P.DROPPED,
    (_P.REVIEWED, PaperMove.SEND): _P.SENT,
    (_P.SENT, PaperMove.WITHDRAW): _P.WITHDRAWN,
    (_P.SENT, PaperMove.REPLACE): _P.REPLACED,
}


class Audience(StrEnum):
    """Whom a kind of paper is sent to, beside the agency itself and who gets copies."""

    NOBODY = "nobody"
    #: Each hospital named in it reads its own rows.
    NAMED = "named"
    #: Every hospital of the area reads all of it.
    HOSPITALS = "hospitals"
    #: The agency of the area above.
    ABOVE = "above"


#: Guigang 2024-03-04: a look each week, reminders each month, bulletins each quarter; Jiangxi in
#: force 2026-01-01: half-yearly reports go from the city to the province.
AUDIENCE: Mapping[PaperKind, Audience] = {
    PaperKind.WEEKLY: Audience.NOBODY,
    PaperKind.REMINDER: Audience.NAMED,
    PaperKind.BULLETIN: Audience.HOSPITALS,
    PaperKind.HALF_YEAR: Audience.ABOVE,
    PaperKind.YEARLY: Audience.ABOVE,
}

#: The part of a paper that names whom it calls, and its table.
INTERVIEW_LIST = "约谈名单"

#: What papers are called, in themselves and in their numbers.
TITLES: Mapping[PaperKind, tuple[str, str]] = {
    PaperKind.WEEKLY: ("集中带量采购执行周监测", "周监测"),
    PaperKind.REMINDER: ("集中带量采购执行月度提醒", "提醒"),
    PaperKind.BULLETIN: ("集中带量采购执行情况通报", "采购通报"),
    PaperKind.HALF_YEAR: ("集中带量采购落地执行半年报告", "半年报"),
    PaperKind.YEARLY: ("集中带量采购执行年度考核报告", "年度报告"),
}


class InterviewReason(StrEnum):
    """Why a hospital is on the interview list (约谈名单)."""

    ZERO_PROGRESS = "zero_progress"
    BEHIND_TIME = "behind_time"
    LAGGING_PRODUCTS = "lagging_products"
    LOW_SETTLEMENT = "low_settlement"
    LOW_ONLINE = "low_online"
    PARTICIPATION = "participation"


#: 获嘉县 2023-04: progress of 0 or 25 percentage points behind time, or 15 lagging products.
GAP_BP, LAGGING_PRODUCTS = 2_500, 15
RECTIFY_DAYS = 30


@dataclass(frozen=True)
class InterviewRule:
    """From where on a hospital is asked to come; an empty bound asks nobody."""

    progress_gap_bp: int | None = GAP_BP
    lagging_products: int | None = LAGGING_PRODUCTS
    settlement_rate_bp: int | None = None
    online_rate_bp: int | None = None
    participation_findings: int | None = None


@dataclass(frozen=True)
class Standing:
    """How a hospital stands at the end of a span."""

    #: round → (progress, time progress), basis points
    progress: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    lagging_products: int = 0
    settlement_bp: int | None = None
    #: kind of product → basis points
    online: Mapping[str, int] = field(default_factory=dict)
    #: words of a kind of finding about taking part → how many are not settled
    findings: Mapping[str, int] = field(default_factory=dict)


def is_lagging(progress_bp: int, time_bp: int, gap_bp: int) -> bool:
    """Return whether a product or round has no progress or is that far behind time."""
    return time_bp > 0 and (progress_bp <= 0 or time_bp - progress_bp >= gap_bp)


def reasons(rule: InterviewRule, standing: Standing) -> list[tuple[InterviewReason, str]]:
    """Return why a hospital is on the list, each with the figure that says so; mostly nothing."""
    return [*_slow(rule, standing), *_low(rule, standing), *_apart(rule, standing)]


def _slow(rule: InterviewRule, standing: Standing) -> Iterator[tuple[InterviewReason, str]]:
    """Yield what is bought too slowly."""
    gap = rule.progress_gap_bp
    for name, (progress, time) in sorted(standing.progress.items()):
        if gap is None or not is_lagging(progress, time, gap):
            continue
        if progress <= 0:
            yield InterviewReason.ZERO_PROGRESS, f"{name} 采购进度为 0，序时 {percent(time)}"
        else:
            behind = percent(time - progress).removesuffix("%")
            told = f"{name} 采购进度 {percent(progress)}，落后序时 {behind} 个百分点"
            yield InterviewReason.BEHIND_TIME, told
    if rule.lagging_products is not None and standing.lagging_products >= rule.lagging_products:
        told = f"滞后产品 {standing.lagging_products} 个"
        yield InterviewReason.LAGGING_PRODUCTS, told


def _low(rule: InterviewRule, standing: Standing) -> Iterator[tuple[InterviewReason, str]]:
    """Yield the rates below their bounds."""
    rate, bound = standing.settlement_bp, rule.settlement_rate_bp
    if rate is not None and bound is not None and rate < bound:
        told = f"结算率 {percent(rate)}，低于 {percent(bound)}"
        yield InterviewReason.LOW_SETTLEMENT, told
    bound = rule.online_rate_bp
    for kind, value in sorted(standing.online.items()):
        if bound is not None and value < bound:
            told = f"{KIND_WORDS.get(kind, kind)}网采率 {percent(value)}，低于 {percent(bound)}"
            yield InterviewReason.LOW_ONLINE, told


def _apart(rule: InterviewRule, standing: Standing) -> Iterator[tuple[InterviewReason, str]]:
    """Yield who does not join, report or sign as asked (贵港市 2024-03-04)."""
    bound, count = rule.participation_findings, sum(standing.findings.values())
    if bound is not None and count >= bound:
        kinds = "，".join(f"{kind} {number}" for kind, number in standing.findings.items())
        yield InterviewReason.PARTICIPATION, f"参与问题 {count} 项未办结（{kinds}）"


KIND_WORDS = {"drug": "药品", "consumable": "医用耗材"}


class RectificationState(StrEnum):
    """Life of what a hospital is asked to put right (整改)."""

    OPEN = "open"
    ANSWERED = "answered"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class RectificationMove(StrEnum):
    """What happens to it."""

    ANSWER = "answer"
    ACCEPT = "accept"
    GIVE_BACK = "give_back"
    CLOSE = "close"
    WITHDRAW = "withdraw"


_R, _V = RectificationState, RectificationMove

RECTIFICATION: Mapping[tuple[RectificationState, RectificationMove], RectificationState] = {
    (_R.OPEN, _V.ANSWER): _R.ANSWERED,
    (_R.RETURNED, _V.ANSWER): _R.ANSWERED,
    (_R.ANSWERED, _V.ACCEPT): _R.ACCEPTED,
    (_R.ANSWERED, _V.GIVE_BACK): _R.RETURNED,
    (_R.ACCEPTED, _V.CLOSE): _R.CLOSED,
    (_R.OPEN, _V.WITHDRAW): _R.WITHDRAWN,
    (_R.ANSWERED, _V.WITHDRAW): _R.WITHDRAWN,
    (_R.RETURNED, _V.WITHDRAW): _R.WITHDRAWN,
    (_R.ACCEPTED, _V.WITHDRAW): _R.WITHDRAWN,
}
