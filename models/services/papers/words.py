"""What indicators are called in papers, in the order in which papers tell of them."""

NAMES = {
    "purchase_progress": "采购进度",
    "online_rate": "网采率",
    "vbp_share_amount": "集采金额占比",
    "vbp_share_quantity": "集采数量占比",
    "non_selected_share": "非中选占比",
    "trace_capture_rate": "追溯码采集率",
    "offline_share": "线下结算占比",
    "settlement_rate": "结算率",
    "on_time_rate": "按时结算率",
    "paid_in_30_days": "30 天回款率",
    "arrears_ratio": "欠款比例",
}
SUBJECTS = {"drug": "药品", "consumable": "医用耗材"}
#: Findings about taking part, in the order in which papers tell of them.
FINDINGS = {
    "absent": "未参加报量",
    "unreported": "用而不报",
    "under_reported": "报少",
    "over_reported": "虚报",
    "no_contract": "没有协议",
    "unsigned": "未签约",
    "signed_late": "未按时签约",
}
LEVELS = {"3": "三级", "2": "二级", "1": "一级", "0": "未定级"}


def name(indicator: str, subject: str = "") -> str:
    """Return an indicator, of a kind of product where it is of one."""
    return SUBJECTS.get(subject, "") + NAMES[indicator]


def order(key: tuple[str, str]) -> tuple[int, str]:
    """Return the place of an indicator in a paper."""
    return list(NAMES).index(key[0]), key[1]
