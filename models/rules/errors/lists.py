"""Refusals about lists: their saved views and what is taken out of them."""

from models.rules.errors import SettlementError


class SavedViewIncomplete(SettlementError):
    """A saved view has a name and conditions of a list its maker may read."""

    code = "saved_view_incomplete"
    zh = "请填写 1 至 {chars} 个字的名称；没有条件的列表不需要保存。"
    en = "Give a name of 1 to {chars} characters; a list without conditions need not be saved."


class SavedViewKnown(SettlementError):
    """A name stands once among a user's views of a list."""

    code = "saved_view_known"
    zh = "您在这个列表中已有名为“{name}”的查询，请换一个名称或先删除原来的。"
    en = "You have a view {name} of this list already; choose another name or delete that one."


class SavedViewsFull(SettlementError):
    """A user saves only so many views of one list."""

    code = "saved_views_full"
    zh = "一个列表最多保存 {max} 个查询，请先删除不再使用的。"
    en = "At most {max} views of one list are saved; delete some that are no longer used."
