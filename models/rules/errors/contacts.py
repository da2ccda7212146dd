"""Refusals about contacts."""

from models.rules.errors import SettlementError


class ContactIncomplete(SettlementError):
    """A contact lacks what every contact has, or has what cannot be."""

    code = "contact_incomplete"
    zh = "联系人的{fields}缺少或不正确，没有保存。"
    en = "These details of the contact are missing or wrong, nothing was saved: {fields_en}."


class ContactKnown(SettlementError):
    """An address stands once in an institution's contacts."""

    code = "contact_known"
    zh = "{email} 已是该单位的联系人，请修改原有的一条。"
    en = "{email} is a contact of this institution already; change that one."


class ContactPartyUnknown(SettlementError):
    """A contact belongs to an institution within the actor's rows."""

    code = "contact_party_unknown"
    zh = "没有编码为 {party} 的单位，或不在您的数据范围内。"
    en = "There is no institution {party}, or it is outside your rows."


class ContactNotFound(SettlementError):
    """Only a contact that is there, and is the actor's, can be changed."""

    code = "contact_not_found"
    zh = "没有这位联系人，或不在您的数据范围内。"
    en = "There is no such contact, or it is outside your rows."


class ContactChanged(SettlementError):
    """Somebody else changed the contact since the form was opened."""

    code = "contact_changed"
    zh = "您打开表单之后，这位联系人已被他人修改，请核对后再保存。"
    en = "Somebody changed this contact after you opened the form; look again and save."
