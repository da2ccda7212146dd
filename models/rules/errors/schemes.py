"""Refusals of drafts of schemes and of what is tried with them."""

from models.rules.errors import SettlementError


class DraftBroken(SettlementError):
    """Cells of a draft say nothing a scheme can be made of."""

    code = "scheme_draft_broken"
    zh = "方案草案有 {count} 处须更正：{what}。"
    en = "The draft of the scheme has {count} problems: {what_en}."

    def __init__(self, *, problems: list[tuple[str, str]], labels: list[str]) -> None:
        """Keep each problem as (column, sentence), and the labels of their columns."""
        self.problems = problems
        told = "；".join(
            f"{label}：{sentence}" for label, (_, sentence) in zip(labels, problems, strict=True)
        )
        names = ", ".join(column for column, _ in problems)
        super().__init__(count=len(problems), what=told, what_en=names)


class DraftSettled(SettlementError):
    """The draft does not stand where the deed would begin."""

    code = "scheme_draft_settled"
    zh = "方案草案 {draft} 已处理或不存在，请刷新后查看。"
    en = "Draft {draft} of a scheme was decided already, or does not exist."


class DraftChanged(SettlementError):
    """Somebody wrote the draft meanwhile."""

    code = "scheme_draft_changed"
    zh = "您打开之后，方案草案 {draft} 已被修改，没有执行。请核对后再次提交。"
    en = "Draft {draft} was changed meanwhile; nothing was done. Look at it and try again."


class DraftWaiting(SettlementError):
    """Another draft of the same version is open."""

    code = "scheme_draft_waiting"
    zh = "方案 {scheme} 自 {valid_from} 起的版本已有一份未结束的草案（{draft}），请先处理它。"
    en = "There is an open draft ({draft}) of scheme {scheme} from {valid_from}; settle it first."


class DraftOvertaken(SettlementError):
    """The version in force is not what the draft was begun from."""

    code = "scheme_draft_overtaken"
    zh = "起草之后，方案 {scheme} 自 {valid_from} 起的版本已被改动，请重新起草。"
    en = "The version of scheme {scheme} from {valid_from} was changed since; draft anew."


class DraftUnchanged(SettlementError):
    """The draft says what the version says that it would replace."""

    code = "scheme_draft_unchanged"
    zh = "草案与方案 {scheme} 自 {valid_from} 起的版本完全相同，没有需要施行的改动。"
    en = "The draft equals the version of scheme {scheme} from {valid_from}; nothing would change."


class VersionExists(SettlementError):
    """The scheme has a version from that day on already."""

    code = "scheme_version_exists"
    zh = "方案 {scheme} 已有自 {valid_from} 起的版本，请另定生效日期，或从该版本起草更正。"
    en = "Scheme {scheme} has a version from {valid_from}; take another day, or correct that one."


class SchemeElsewhere(SettlementError):
    """The scheme's code belongs to another area."""

    code = "scheme_of_another_area"
    zh = "方案代码 {scheme} 已用于统筹区 {area}，一个代码只属于一个统筹区，请另取代码。"
    en = "Scheme code {scheme} belongs to area {area}; take another code."


class TrialEmpty(SettlementError):
    """There is nothing to try the draft on."""

    code = "scheme_trial_empty"
    zh = "统筹区 {area} 及下级在 {period} 及以前没有未结的采购明细，无法试算。"
    en = "Area {area} has no lines up to {period} that a trial could settle."
