"""Problems reported in carrying out volume procurement: who, about what, and what was said."""

import peewee as pw

from models.records.base import (
    CodeField,
    JsonField,
    Record,
    StateField,
    UtcDateTimeField,
    one_of,
    promise,
)
from models.rules import problems as rules
from models.rules.problems import LinkKind, ProblemResult, ProblemState, Satisfaction, Urgency


class ProblemKind(Record):
    """A kind of problem and the working days it may take, from a day on (问题类别)."""

    kind_code = CodeField()
    valid_from = pw.DateField()
    #: Empty: until another row begins; a row that ended takes the kind away.
    valid_to = pw.DateField(null=True)
    name = pw.TextField()
    name_en = pw.TextField(null=True)
    take_days = pw.IntegerField()
    result_days = pw.IntegerField()
    urgent_take_days = pw.IntegerField()
    urgent_result_days = pw.IntegerField()
    reopen_days = pw.IntegerField()
    source_note = pw.TextField(null=True)

    class Meta:
        """Promises of a kind."""

        primary_key = pw.CompositeKey("kind_code", "valid_from")
        constraints = [
            promise("problem_kind_runs_forward", "valid_to >= valid_from"),
            promise("problem_kind_days", "least(take_days, urgent_take_days, reopen_days) > 0"),
        ]


class Problem(Record):
    """One problem from the report to its end (集采问题)."""

    id = pw.BigAutoField()
    problem_no = CodeField(unique=True)
    kind_code = CodeField()
    urgency = StateField(Urgency)
    #: A situation no rule speaks of: it begins at the highest desk.
    is_new = pw.BooleanField()
    title = pw.TextField()
    words = pw.TextField()
    #: Who reported it; of an agency the code is that of its area.
    party_kind = StateField(rules.ProblemParty)
    party_code = CodeField()
    #: Where it happened, and whose desk is in charge now.
    area_code = CodeField(index=True)
    desk_area_code = CodeField(index=True)
    #: Whom it concerns beside the reporter, each perhaps the reporter.
    hospital_code = CodeField(null=True)
    enterprise_code = CodeField(null=True)
    manufacturer_code = CodeField(null=True)
    state = StateField(ProblemState)
    #: Who of the desk has it in hand.
    handler = CodeField(null=True)
    reported_by = CodeField()
    reported_at = UtcDateTimeField()
    reported_on = pw.DateField()
    #: Until when the desk in charge is to take it, and until when to give its result.
    take_due_on = pw.DateField()
    result_due_on = pw.DateField()
    answered_on = pw.DateField(null=True)
    closed_on = pw.DateField(null=True)
    result = StateField(ProblemResult, null=True)
    satisfaction = StateField(Satisfaction, null=True)
    reopened_count = pw.IntegerField(default=0, constraints=[pw.SQL("DEFAULT 0")])
    escalated_count = pw.IntegerField(default=0, constraints=[pw.SQL("DEFAULT 0")])
    #: The same report sent twice is one problem.
    dedupe_key = CodeField(unique=True)

    class Meta:
        """Promises of a problem; problem_guard adds its moves."""

        constraints = [
            one_of("urgency", Urgency, name="problem_urgency_known"),
            one_of("party_kind", rules.ProblemParty, name="problem_party_known"),
            one_of("state", ProblemState, name="problem_state_known"),
            one_of("result", ProblemResult, name="problem_result_known"),
            one_of("satisfaction", Satisfaction, name="problem_satisfaction_known"),
            promise("problem_says_something", "btrim(title) <> '' AND btrim(words) <> ''"),
            promise(
                "problem_answered_has_its_result",
                "state NOT IN ('answered', 'closed')"
                " OR (result IS NOT NULL AND answered_on IS NOT NULL)",
            ),
            promise("problem_closed_has_its_day", "(state = 'closed') = (closed_on IS NOT NULL)"),
            promise("problem_handled_by_somebody", "state <> 'handling' OR handler IS NOT NULL"),
        ]
        indexes = ((("state", "desk_area_code"), False),)


class ProblemSide(Record):
    """An institution that sees a problem and speaks in it: the reporter, and whom it was shown."""

    problem_id = pw.BigIntegerField()
    party_kind = StateField(rules.ProblemParty)
    party_code = CodeField(index=True)
    joined_on = pw.DateField()
    joined_by = CodeField()

    class Meta:
        """An institution once in a problem."""

        primary_key = pw.CompositeKey("problem_id", "party_kind", "party_code")
        constraints = [
            promise("problem_side_is_an_institution", "party_kind IN ('hospital', 'enterprise')")
        ]


class ProblemLink(Record):
    """What a problem is about: a line, a product, an order, a round, a sheet."""

    problem_id = pw.BigIntegerField()
    kind = StateField(LinkKind)
    code = CodeField(index=True)

    class Meta:
        """A thing once in a problem."""

        primary_key = pw.CompositeKey("problem_id", "kind", "code")
        constraints = [one_of("kind", LinkKind, name="problem_link_kind_known")]


class ProblemWord(Record):
    """What somebody said in a problem; never edited."""

    id = pw.BigAutoField()
    problem_id = pw.BigIntegerField(index=True)
    side = StateField(rules.ProblemParty)
    #: Of a hospital or an enterprise; an agency speaks by its area.
    party_code = CodeField()
    words = pw.TextField()
    #: For the agencies alone; of a hospital or an enterprise: for them and itself.
    inside = pw.BooleanField()
    file_id = pw.BigIntegerField(null=True)
    said_by = CodeField()
    said_on = pw.DateField()
    said_at = UtcDateTimeField()

    class Meta:
        """Promises of a word."""

        constraints = [
            one_of("side", rules.ProblemParty, name="problem_word_side_known"),
            promise("problem_word_says_something", "btrim(words) <> '' OR file_id IS NOT NULL"),
        ]


class ProblemEvent(Record):
    """What became of a problem: by whom, when, at which desk; never edited."""

    id = pw.BigAutoField()
    problem_id = pw.BigIntegerField(index=True)
    move = CodeField()
    from_state = CodeField(null=True)
    to_state = CodeField()
    happened_on = pw.DateField()
    happened_at = UtcDateTimeField()
    actor = CodeField()
    facts = JsonField()
