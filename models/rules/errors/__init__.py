"""Refusals: each error is named for what the business refuses and says so in two languages."""

from typing import ClassVar


class SettlementError(Exception):
    """The business says no; trying again without a change will not help.

    A subclass is one refusal: `code` is stable and goes to other programs, `zh` and `en` are the
    sentences people read, with the facts in braces.
    """

    code: ClassVar[str] = "refused"
    zh: ClassVar[str] = "操作被拒绝。"
    en: ClassVar[str] = "The operation was refused."

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.en.format(**facts))

    @property
    def sentence(self) -> str:
        """Return the Chinese sentence with its facts."""
        return self.zh.format(**self.facts)

    @property
    def sentence_en(self) -> str:
        """Return the English sentence with its facts."""
        return self.en.format(**self.facts)


def all_errors(of: type[SettlementError] = SettlementError) -> list[type[SettlementError]]:
    """Return every declared refusal that was imported so far, for the tests and the documents."""
    found = [of]
    for child in of.__subclasses__():
        found += all_errors(child)
    return found
