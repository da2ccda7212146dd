"""Help of the oversight screens: overdue, remedies, mails, coverage, statistics, books."""

from flask_babel import lazy_gettext as _

from web.help import sources as s
from web.help.screen import Screen

SCREENS = {
    "overdue": Screen(
        _(
            "到期还没有付清的货款、由谁负责、逾期几天、中小企业可以要求多少利息，以及到了催办的第几级。"
            "到期日按结算方案和合同逐行计算。"
        ),
        f"{s.PAYMENTS}第九条、第十条、第十七条；{s.THIRTY_DAYS}",
        "supervisor#逾期与措施",
    ),
    "overdue.calendar": Screen(
        _("以后每一天有多少货款到期，便于提前安排资金。"),
        f"{s.PAYMENTS}第九条",
        "supervisor#逾期与措施",
    ),
    "overdue.send": Screen(
        _("发送之前核对今天的提醒：写给谁、哪些行、多少钱。同一级同一行只提醒一次。"),
        s.GUIGANG,
        "supervisor#逾期与措施",
    ),
    "overdue_ranking": Screen(
        _("每月 1 日按医院等级排列的欠款：累计金额和欠款比例的前三名。"),
        s.RANKING,
        "supervisor#公示与通报",
    ),
    "overdue_publication": Screen(
        _(
            "每年 3 月 31 日前公开上一年度逾期未支付中小企业款项的合同数量和金额；"
            "起草、复核、公示三步。"
        ),
        f"{s.PAYMENTS}第十八条",
        "supervisor#公示与通报",
    ),
    "interest": Screen(
        _("逾期货款的利息怎样得出：每一部分的天数、利率和依据。适用于签约时的中小企业。"),
        f"{s.PAYMENTS}第三条、第十七条",
        "enterprise#逾期货款与利息",
    ),
    "promises": Screen(
        _("机构知悉逾期的登记和承诺付款的日子；到日未付清的标为未兑现。承诺不改变到期日和利息。"),
        s.GUIGANG,
        "supervisor#逾期与措施",
    ),
    "excuses": Screen(
        _("确有原因的逾期，经另一人同意后在一段时间内不再催办；到期日和利息不变。"),
        s.TIERED,
        "supervisor#逾期与措施",
    ),
    "measures": Screen(
        _("通报、约谈、函告和暂停拨付：每一项都写明依据的逾期和催办记录。"),
        f"{s.GUIGANG}；{s.PAYMENTS}第二十一条至第二十六条",
        "supervisor#逾期与措施",
    ),
    "papers": Screen(
        _(
            "集采执行的周监测、月度提醒、季度通报、半年报告和年度考核报告：由监测指标起草，"
            "另一人复核后发送；发送后不再改动，有误的撤回或由新版本取代。"
        ),
        f"{s.GUIGANG}；{s.JIANGXI}",
        "supervisor#公示与通报",
    ),
    "rectifications": Screen(
        _("医院对约谈名单和其他问题的整改：答复措施和期限，经办机构同意后跟踪到办结。"),
        s.GUIGANG,
        "supervisor#公示与通报",
    ),
    "problems": Screen(
        _(
            "供应、价格、质量、协议、结算和付款中的问题：谁提出、谁办理、到哪一天。"
            "各方在同一处说明，内部意见只有经办机构看得到；办不了的一键上报上一级。"
        ),
        s.JIANGXI,
        "supervisor#集采问题",
    ),
    "problem_report": Screen(
        _(
            "写明何时、何地、哪些产品和金额，并关联明细、订单、结算单或产品。"
            "选“仅经办机构可见”的，所涉机构暂不知道。"
        ),
        s.JIANGXI,
        "supervisor#集采问题",
    ),
    "problem_statistics": Screen(
        _("提出了多少问题、多少按期答复、平均几天办结、提出方是否满意，按月份、类别、地区或机构。"),
        s.JIANGXI,
        "supervisor#集采问题",
    ),
    "mails": Screen(
        _(
            "系统写给机构的每一封邮件：等待、已发、失败和今天将要发出的。发出之前可以逐封查看、暂不发送。"
        ),
        s.RECORDED,
        "supervisor#逾期与措施",
    ),
    "bounces": Screen(
        _("收不到邮件的地址。修复之前不再写信，请更换联系人或改正邮箱。"),
        s.RECORDED,
        "master#联系人与委托书",
    ),
    "indicators": Screen(
        _(
            "每家医院每月的集采执行指标：网采率、采购进度、占比、结算率等，和目标比较。"
            "点分子或分母，看到计入的每一行。"
        ),
        s.GUIGANG,
        "supervisor#看进度",
    ),
    "indicator_trends": Screen(
        _("一家医院、一个统筹区或一个批次最近十二个月的指标，图和表。"),
        s.GUIGANG,
        "supervisor#看进度",
    ),
    "indicator_versions": Screen(
        _("每项指标的分子、分母、目标和依据，以及各个版本的起止日期和区别。"),
        s.GUIGANG,
        "supervisor#看进度",
    ),
    "retention": Screen(
        _(
            "集采节约的医保基金，按考核结果由医院留用的部分：每一项怎样算出。"
            "医院据此申报留用，或者写明理由提出申诉。"
        ),
        s.RETENTION,
        "hospital#结余留用",
    ),
    "prescriptions": Screen(
        _("各科室和开方人每月开具的数量和金额。开方人编码只对本院完整显示。"),
        s.GUIGANG,
        "supervisor#风险线索",
    ),
    "risks": Screen(
        _(
            "规则从价格、数量、配送区域、处方和追溯码中发现的线索及其证据。"
            "线索只供核查：写明理由后排除、请机构说明、责令整改或列入移交清单。"
        ),
        f"{s.CONTROL}；{s.GUIGANG}",
        "supervisor#看进度",
    ),
    "risk_handovers": Screen(
        _("移交纪检监察的线索清单：一人拟定、另一人批准；下载清单记入审计日志。"),
        f"{s.TIERED}；{s.SECRET}",
        "supervisor#看进度",
    ),
    "retention_lists": Screen(
        _(
            "医院申报的留用款由一人拟定公示表、另一人公示；公示期满后准予拨付，"
            "再和货款一样经付款批次付到医院已核验的账户。"
        ),
        s.RETENTION,
        "hospital#结余留用",
    ),
    "retention_inputs": Screen(
        _(
            "按报量、中选价和采购明细算出结余留用的测算数据，补充核对后导入；"
            "也可以下载各地公布的留用档次。"
        ),
        s.RETENTION,
        "hospital#结余留用",
    ),
    "statistics": Screen(
        _("按地区、医院、企业或类别统计结算金额、挂起和按时结算率；分子和分母都列出来。"),
        s.GUIGANG,
        "supervisor#看进度",
    ),
    "quantity_reports": Screen(
        _(
            "医院按批次填报需求量、上传承诺函并提交；上一级经办机构审核，通过后按约定比例写入约定采购量。"
            "牵头单位可以代成员单位统一填报。"
        ),
        s.EXECUTION,
        "hospital#报量与签约",
    ),
    "signing": Screen(
        _("有约定采购量的产品有没有按时签订购销协议，哪些机构一份协议也没有。"),
        s.EXECUTION,
        "hospital#报量与签约",
    ),
    "participation": Screen(
        _(
            "用而不报、报少、未参加、未签约：每天夜间比较报量、协议和使用量得出，列明依据。"
            "提醒、要求说明或责令整改，医院答复，由另一人办结。"
        ),
        s.GUIGANG,
        "supervisor#报量、签约与绩效分级",
    ),
    "grades": Screen(
        _("按年度把指标、考核和参与问题折算为得分和等级，经另一人确认后导出给总额预算使用。"),
        s.JIANGXI,
        "supervisor#报量、签约与绩效分级",
    ),
    "coverage": Screen(
        _("有多少医院、多少采购金额已经直接结算，还差在哪里。"),
        f"{s.GUIZHOU}（2026年底前全部纳入）",
        "supervisor#看进度",
    ),
    "outside": Screen(
        _("没有由基金直接结算的采购和原因。"),
        s.GUIZHOU,
        "supervisor#看进度",
    ),
    "identity": Screen(
        _("审批的应付、付出的款项和记账的金额逐月相等；不相等的地方用红色标出。"),
        s.TRUE_BOOKS,
        "supervisor#核对账目",
    ),
    "ledger": Screen(
        _("每一笔借贷分录和它的来源。分录只增加，不修改；差错用冲销更正。"),
        f"{s.TRUE_BOOKS}；{s.KEPT}",
        "supervisor#核对账目",
    ),
    "reports": Screen(
        _("按月和地区导出各类明细与汇总，CSV 或 XLSX；大的导出在后台完成，完成后下载。"),
        s.KEPT,
        "maker#报表与统计",
    ),
}
