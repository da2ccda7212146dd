"""Refusals about who may do what, and where."""

from models.rules.errors import SettlementError
from models.rules.rights import ROLES, right_words


class NotAllowed(SettlementError):
    """The role may not do this."""

    code = "not_allowed"
    zh = "{actor}（{role}）没有“{action}”的权限，请由有权限的人员办理。"
    en = "{actor} ({role_en}) has no right to {action_en}; ask somebody whose role has it."

    def __init__(self, *, actor: object, role: object, action: str) -> None:
        words, words_en = right_words(action)
        role_zh, role_en = ROLES.get(str(role), (str(role), str(role)))
        super().__init__(
            actor=actor, role=role_zh, role_en=role_en, action=words, action_en=words_en
        )


class OutOfScope(SettlementError):
    """The rows lie outside the user's area or party."""

    code = "out_of_scope"
    zh = "{actor} 的数据范围不包括 {subject}。"
    en = "{subject} is outside the rows of {actor}."


class UnknownUser(SettlementError):
    """No such user, or not active."""

    code = "unknown_user"
    zh = "没有名为 {name} 的用户，或该用户已停用。请先用 scripts.create_user 建立。"
    en = "There is no active user {name}; make one with scripts.create_user."


class UnknownArea(SettlementError):
    """The area is not in the area table."""

    code = "unknown_area"
    zh = "没有代码为 {area} 的统筹区，请先导入统筹区，或检查代码。"
    en = "There is no area {area}; import the areas or check the code."


class SecondPersonNeeded(SettlementError):
    """The person who made it may not approve it."""

    code = "second_person_needed"
    zh = "{actor} 是{what}的经办人，须由另一人复核。"
    en = "{actor} made this ({what}); another person must approve it."
