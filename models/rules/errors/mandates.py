"""Refusals of hospitals' mandates: registering, their documents, ending them."""

from models.rules.errors import SettlementError


class MandateIncomplete(SettlementError):
    """Something of a mandate is missing or cannot be meant."""

    code = "mandate_incomplete"
    zh = "请填写或更正：{fields}。"
    en = "Fill in or correct: {fields_en}."


class MandateKnown(SettlementError):
    """A hospital has one mandate that begins on a day."""

    code = "mandate_known"
    zh = "{hospital} 已有 {valid_from} 起的委托书（{document_no}），不能重复登记。"
    en = "{hospital} has a mandate from {valid_from} already ({document_no})."


class MandateNotFound(SettlementError):
    """No such mandate within the user's rows."""

    code = "mandate_not_found"
    zh = "找不到 {hospital} {valid_from} 起的委托书，或它不在您的数据范围内。"
    en = "There is no mandate of {hospital} from {valid_from} within your rows."


class MandateEnded(SettlementError):
    """A mandate is ended once."""

    code = "mandate_ended"
    zh = "委托书 {document_no} 已于 {valid_to} 终止，不能再次终止。"
    en = "Mandate {document_no} was ended by {valid_to} already."


class MandateDocumented(SettlementError):
    """The signed document is kept as it came."""

    code = "mandate_documented"
    zh = "委托书 {document_no} 的签署件已上传，不能替换；内容有变请登记新的委托书。"
    en = "The document of mandate {document_no} is kept; register a new mandate for new content."
