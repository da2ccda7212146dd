"""What people decided about cases, and what became of statement days: who, when and why."""

import peewee as pw

from models.records.base import CodeField, JsonField, Record, UtcDateTimeField, promise


class CaseDecision(Record):
    """A decision about a case: asked for by one person and, where money moves, given by another."""

    id = pw.AutoField()
    case_id = pw.IntegerField(index=True)
    #: admit: the evidence is taken as said about the order; decline: it is not about that order.
    act = CodeField()
    instruction_id = pw.BigIntegerField(null=True, index=True)
    #: What the evidence means and its day, as the first person states them.
    status = CodeField(null=True)
    booked_on = pw.DateField(null=True)
    reason = pw.TextField()
    #: Decisions asked for together are given together: the file they are about and their number.
    bundle = CodeField(null=True, index=True)
    asked_by = CodeField()
    asked_at = UtcDateTimeField()
    decided_by = CodeField(null=True)
    decided_at = UtcDateTimeField(null=True)
    #: False: the second person refused, or the first one took it back.
    accepted = pw.BooleanField(null=True)
    answer = pw.TextField(null=True)

    class Meta:
        """Two people wherever money moves; ddl adds: one open decision for a case and an order."""

        constraints = [
            promise("case_decision_act_known", "act IN ('admit', 'decline')"),
            promise(
                "case_decision_two_persons",
                "act <> 'admit' OR accepted IS NOT TRUE OR decided_by <> asked_by",
            ),
            promise(
                "case_decision_whole",
                "(decided_by IS NULL) = (decided_at IS NULL)"
                " AND (decided_by IS NULL) = (accepted IS NULL)",
            ),
        ]


class StatementDayEvent(Record):
    """What became of a day of an account's statement; never edited."""

    id = pw.AutoField()
    account_no = CodeField()
    day = pw.DateField()
    #: opened, fed, closed, reopened
    what = CodeField()
    happened_at = UtcDateTimeField()
    actor = CodeField()
    file_id = pw.BigIntegerField(null=True)
    facts = JsonField()

    class Meta:
        """Found by account and day."""

        indexes = ((("account_no", "day"), False),)
