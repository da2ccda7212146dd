"""What a role may do, in the words of those who must ask somebody else for it."""

from collections.abc import Mapping

#: Right → how people name it in Chinese and in English.
RIGHTS: Mapping[str, tuple[str, str]] = {
    "import": ("导入数据", "import data"),
    "settle": ("结算", "settle a month"),
    "approve": ("审批结算单", "review settlement sheets"),
    "approve_1": ("一级审批（复核）结算单", "give the first review of sheets"),
    "approve_2": ("二级审批（审批）结算单", "give the second review of sheets"),
    "pay": ("生成付款批次和申请重付", "make payment batches or ask for re-issues"),
    "bank_result": ("导入银行回盘", "import bank results"),
    "statement": ("导入对账单", "import statements"),
    "offset": ("计算基金抵扣", "calculate the offset"),
    "shortfall": ("登记追缴款项", "book what hospitals pay of a shortfall"),
    "receipt_reverse": ("冲回登记错误的到账", "take back a receipt booked wrongly"),
    "turnover_apply": ("申请周转金", "apply for turnover money"),
    "turnover_decide": ("审批周转金", "decide on turnover money"),
    "turnover_pay": ("拨付和收回周转金", "pay out turnover money or take it back"),
    "overdue": ("逾期检查和催办", "check what is overdue"),
    "monitor": ("计算监测指标", "calculate the indicators"),
    "retention": ("计算结余留用", "calculate retention"),
    "retention_say": ("申报结余留用或申诉", "declare retention or appeal"),
    "retention_answer": ("答复结余留用申诉", "answer an appeal about retention"),
    "risk": ("核查价格与追溯码风险", "run risk rules and decide on findings"),
    "risk_answer": ("说明风险线索", "explain a finding"),
    "risk_hand": ("拟定线索移交清单", "list findings for handover"),
    "risk_hand_decide": ("批准线索移交", "hand findings over"),
    "retention_list": ("拟定和撤出结余留用公示", "draft lists of retained amounts"),
    "retention_publish": ("公示结余留用款", "make retained amounts public"),
    "retention_grant": ("准予拨付结余留用款", "grant retained amounts after publicity"),
    "coverage": ("统计推进情况", "add up the coverage"),
    "mandate": ("登记和终止结算委托书", "register and end mandates"),
    "export": ("导出数据", "export data"),
    "check_books": ("核对账目", "check the books"),
    "close_exception": ("处理异常、提出认定", "close cases or ask to admit evidence"),
    "decide_exception": ("同意或退回异常认定", "decide what was asked about cases"),
    "account_request": ("提出账户变更", "ask for a change of account"),
    "account_numbers": ("查看完整账号", "see whole account numbers"),
    "accounts_approve": ("核实账户变更", "verify changes of accounts"),
    "reissue_release": ("放行或驳回重付申请", "release or refuse re-issues"),
    "inquiry_confirm": ("确认银行查询答复", "confirm a bank's answer to an inquiry"),
    "publication_review": ("审核逾期公示表", "review the list of overdue contracts"),
    "profile_propose": ("提出银行格式变更", "propose a bank format"),
    "scheme_draft": ("起草结算方案", "draft a scheme"),
    "scheme_decide": ("施行或退回结算方案", "put a scheme in force or give it back"),
    "profile_activate": ("启用银行格式变更", "activate a bank format"),
    "acknowledge": ("确认逾期并答复付款日期", "acknowledge overdue lines"),
    "excuse_ask": ("申请免催", "ask for an excuse"),
    "excuse_decide": ("决定免催申请", "decide on an excuse"),
    "excuse_end": ("提前结束免催", "end an excuse early"),
    "contacts": ("维护联系人", "keep contacts"),
    "dispute_say": ("说明异议", "speak in a dispute about a line"),
    "dispute_advise": ("登记异议处理意见", "advise on a dispute about a line"),
    "measure": ("登记约谈、通报等措施", "record measures"),
    "measure_decide": ("批准暂停措施", "approve a suspension"),
    "close_propose": ("提出关账", "propose to close a month"),
    "close_decide": ("决定关账", "close a month"),
    "request_money": ("发出款项通知", "ask hospitals for money"),
    "request_withdraw": ("撤销款项通知", "withdraw requests for money"),
    "subledger_close": ("办理分簿销户", "wind up a sub-ledger"),
    "subledger_decide": ("同意分簿销户", "decide on the close-out of a sub-ledger"),
    "round_prepay": ("提出集采预付", "propose the round's prepayment"),
    "round_decide": ("批准集采预付", "approve the round's prepayment"),
    "round_pass": ("登记集采预付转付", "report passing the prepayment on"),
    "api_keys": ("管理接口密钥和推送", "keep API keys and webhooks"),
    "create_user": ("建立用户", "create users"),
}

#: Who acts, beside the roles of users.
ROLES: Mapping[str, tuple[str, str]] = {
    "system": ("系统", "the system"),
    "maker": ("经办", "maker"),
    "checker": ("复核", "checker"),
    "approver": ("审批", "approver"),
    "supervisor": ("监管", "supervisor"),
    "auditor": ("审计", "auditor"),
    "administrator": ("管理员", "administrator"),
    "hospital": ("医院", "hospital"),
    "enterprise": ("企业", "enterprise"),
}


def right_words(action: str) -> tuple[str, str]:
    """Return a right in both languages; `import:<table>` names the table after the right."""
    right, _, table = action.partition(":")
    words, words_en = RIGHTS.get(right, (right, right))
    return (f"{words}（{table}）", f"{words_en} ({table})") if table else (words, words_en)
