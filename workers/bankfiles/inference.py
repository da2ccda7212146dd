"""What a group's word says about unlisted orders: only by agreement, only if counts agree."""

from collections.abc import Collection, Mapping

from models.rules.errors.bankfiles import FormatCannot
from workers.bankfiles.model import ResultFile, ResultLine, ResultStatus
from workers.bankfiles.profiles import Profile


def inferred(
    profile: Profile, result: ResultFile, references: Collection[str]
) -> tuple[ResultLine, ...]:
    """Return lines for the batch's orders that a report leaves out, or nothing.

    A bank may agree to report only rejected (`rejects_only`) or only accepted (`accepts_only`)
    orders. Silence then has a meaning, but only when the report is about as many orders as the
    batch has and its counts for the word equal the number left out. With `all`, silence is
    silence: those orders stay unconfirmed.
    """
    layout = profile.results
    if layout is None:
        raise FormatCannot(profile=profile.code, what="银行回盘", what_en="results")
    listed = {line.reference for line in result.lines}
    missing = [reference for reference in references if reference not in listed]
    word = _word_for_silence(layout.report_scope, result, layout.status_map, len(missing))
    foreign = listed - set(references)
    if word is None or foreign or result.original_count != len(references):
        return ()
    reason = f"{result.group_status_text} ({layout.report_scope})"
    return tuple(
        ResultLine(
            row=0,
            reference=reference,
            status_text=word,
            status=layout.status_map[word],
            amount_fen=None,
            booked_on=result.created_on,
            bank_reason=reason,
            account_no=None,
            account_name=None,
            bank_line_no=None,
        )
        for reference in missing
    )


def _word_for_silence(
    scope: str, result: ResultFile, status_map: Mapping[str, ResultStatus], missing: int
) -> str | None:
    """Return the one counted word that fits the orders left out, or None."""
    good = (ResultStatus.SETTLED, ResultStatus.PENDING)
    wanted = {"rejects_only": good, "accepts_only": (ResultStatus.REJECTED,)}.get(scope)
    if not wanted or not missing:
        return None
    for line in result.lines:
        if line.status is None or line.status in wanted:
            return None
    words = [
        word
        for word, count in result.count_by_status.items()
        if status_map.get(word) in wanted and count
    ]
    if len(words) == 1 and result.count_by_status[words[0]] == missing:
        return words[0]
    group = result.group_status_text
    if not result.count_by_status and result.group_status in wanted and not result.lines:
        return group
    return None
