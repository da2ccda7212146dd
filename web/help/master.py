"""Help of the basic data: institutions, products, schemes, calendars, banks, accounts."""

from flask_babel import lazy_gettext as _

from web.help import sources as s
from web.help.screen import Screen

_PARTIES = "master#统筹区、机构、医院与企业"
_PRODUCTS = "master#产品、批次与协议"
_SCHEMES = "master#结算方案"
_DAYS = "master#日历与银行"

SCREENS = {
    "areas": Screen(
        _("省、市、县的统筹区树。基金、结算方案和每个人看得到的范围都按它划分。"),
        s.GUIZHOU,
        _PARTIES,
    ),
    "agencies": Screen(
        _("付款的医保经办机构和它的付款账户。没有自己机构的县由上级经办机构代办。"),
        s.CONTROL,
        _PARTIES,
    ),
    "hospitals": Screen(
        _("定点医疗机构：性质、等级、从哪一天起纳入直接结算。货款归医院负责，由经办机构代付。"),
        s.GUIZHOU,
        _PARTIES,
    ),
    "enterprises": Screen(
        _("收款的生产、配送企业。企业规模在签约时确定，决定能否要求逾期利息。"),
        f"{s.PAYMENTS}第三条",
        _PARTIES,
    ),
    "contacts": Screen(
        _("系统给谁写信：每家机构按事项和语言登记的联系人。"), s.CONTROL, "master#联系人与委托书"
    ),
    "mandates": Screen(
        _("医院委托经办机构代付货款的协议和有效期。方案要求委托而没有委托书的，明细挂起。"),
        s.SICHUAN,
        "master#联系人与委托书",
    ),
    "products": Screen(_("药品、医用耗材和云胶片，以医保编码为准。"), s.GUIZHOU, _PRODUCTS),
    "rounds": Screen(_("国家、联盟、省、市的集采批次和协议期。"), s.VOLUME, _PRODUCTS),
    "awards": Screen(
        _("每个批次的中选产品和中选价。实际单价高于中选价的明细挂起。"), s.VOLUME, _PRODUCTS
    ),
    "contracts": Screen(
        _("医院、产品、企业之间的购销协议：约定量、付款期限、验收期限和逾期利率。"),
        f"{s.PAYMENTS}第九条、第十条、第十七条",
        _PRODUCTS,
    ),
    "schemes": Screen(
        _(
            "各统筹区怎样结算：范围、谁先发起、确认几天、何时付款、怎样抵扣。"
            "方案有起止日期，改动由另一人施行，不影响已经生成的结算单。"
        ),
        s.GUIZHOU,
        _SCHEMES,
    ),
    "scheme_rows": Screen(_("结算方案的原始数据，一行一个方案版本。"), s.GUIZHOU, _SCHEMES),
    "scheme_products": Screen(_("方案按产品纳入或排除的名单。"), s.GUIZHOU, _SCHEMES),
    "scheme_rounds": Screen(_("方案按集采批次纳入或排除的名单。"), s.GUIZHOU, _SCHEMES),
    "indicator_definitions": Screen(
        _("监测指标的定义：分子、分母、目标、生效日期和依据文件。没有定义时按默认的八项指标计算。"),
        s.GUIGANG,
        _SCHEMES,
    ),
    "round_terms": Screen(
        _("一个批次在一个统筹区的报量时间、签约截止日、约定比例和少报多报界限；没有的不检查。"),
        s.EXECUTION,
        "master#产品、批次与协议",
    ),
    "round_products": Screen(
        _("批次中须报量的产品；中选产品自动属于目录，同一通用名合并比较。"),
        s.EXECUTION,
        "master#产品、批次与协议",
    ),
    "reported_quantities": Screen(
        _("各医院的报量和约定采购量：审核通过的报量写入，也可以由经办导入。"),
        s.EXECUTION,
        "hospital#报量与签约",
    ),
    "grade_items": Screen(
        _("年度绩效分级的项目：分值和取值来源，按结算方案和生效日期。"),
        s.JIANGXI,
        _SCHEMES,
    ),
    "grade_tiers": Screen(_("绩效分级的等级、最低得分和总额系数。"), s.JIANGXI, _SCHEMES),
    "grade_points": Screen(
        _("由人给出的年度得分，如现场检查；生成名单时取用。"),
        s.JIANGXI,
        "supervisor#报量、签约与绩效分级",
    ),
    "ladder": Screen(
        _("逾期几天提醒、催办、通报、约谈或暂停拨付，以及抄送给谁。"), s.GUIGANG, _SCHEMES
    ),
    "lpr": Screen(
        _("一年期贷款市场报价利率，按签约日判断约定的逾期利率是否足够。"),
        f"{s.PAYMENTS}第十七条",
        _SCHEMES,
    ),
    "retention_tiers": Screen(
        _("集采结余留用按考核得分取用的比例。"),
        s.RETENTION,
        _SCHEMES,
    ),
    "risk_rules": Screen(
        _("价格和追溯码风险规则的阈值、最低金额和是否启用，按统筹区和生效日期；没有的按默认阈值。"),
        s.GUIGANG,
        _SCHEMES,
    ),
    "short_supply": Screen(
        _("短缺药品清单：在清单上的药品，收货价与此前十二个月的中位数比较。"),
        s.GUIGANG,
        _SCHEMES,
    ),
    "cadence_rules": Screen(
        _("各统筹区按期起草哪些通报和报告，哪些情形列入约谈名单，整改几天内答复，抄送给谁。"),
        f"{s.GUIGANG}；{s.JIANGXI}",
        _SCHEMES,
    ),
    "fund_reserves": Screen(
        _("各险种基金可以支付几个月，决定能不能发放周转金。"), s.TURNOVER, _SCHEMES
    ),
    "problem_kinds": Screen(
        _("集采问题有哪些类别、几个工作日内受理和答复。没有行时用内置的类别和期限。"),
        s.JIANGXI,
        "supervisor#集采问题",
    ),
    "calendar": Screen(
        _("哪天上班、哪天放假、哪天调休。所有按工作日计算的期限都以这张表为准。"), s.HOLIDAYS, _DAYS
    ),
    "bank_days": Screen(_("银行和支付系统哪天营业。未确认到账的天数按它计算。"), s.CLEARING, _DAYS),
    "rail_rules": Screen(_("一笔付款走哪条支付通道：金额上限、开放时间。"), s.CLEARING, _DAYS),
    "bank_branches": Screen(
        _("支付系统的联行号和开户行名称，用来核对收款账户。"), s.CLEARING, _DAYS
    ),
    "profiles": Screen(
        _("各银行付款文件和回盘的格式。由一人提出、另一人核对样例文件后启用。"),
        s.TIERED,
        "bank#银行格式",
    ),
    "accounts": Screen(
        _(
            "企业收款账户的变更：原来的和新的并排比较，先核验、再批准，过了冷静期才生效。"
            "核验之前不向该企业付款。"
        ),
        f"{s.TIERED}；{s.SICHUAN}",
        "review#账户变更",
    ),
    "hospital_accounts_together": Screen(
        _("把一家医院或一个地区已经登记的账户一并送核验，由另一人办理。"),
        s.TIERED,
        "review#账户变更",
    ),
    "hospital_accounts": Screen(
        _("退回或拨付给医院的账户，须与医保结算账户一致，由他人核验之后才使用。"),
        s.TIERED,
        "review#账户变更",
    ),
}
