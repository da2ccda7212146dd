"""Help of home and of the data screens: purchases, deliveries, confirmations, holds."""

from flask_babel import lazy_gettext as _

from web.help import sources as s
from web.help.screen import Screen

SCREENS = {
    "trace_codes": Screen(
        _(
            "按追溯码查看药品从订单、配送、收货到结算、付款和退货的全过程，以及各院药品收货的采集率。"
            "一般为 20 位数字：7 位药品标识和 13 位序列；其他形式照样接收并提示。"
        ),
        s.TRUE_BOOKS,
        "maker#处理挂起",
    ),
    "admin": Screen(
        _(
            "今天等您办理的事，按截止日排列；每一条都通向它背后的明细。"
            "上方是最近结算月走到哪一步，每一行只在一个环节。"
        ),
        s.CONTROL,
        "maker#每天先看什么",
    ),
    "find": Screen(
        _("用任何一个单号、编码、金额、名称中的两个字或账号末四位，找到它所在的页面。"),
        s.RECORDED,
        "questions#怎样找到一笔",
    ),
    "go": Screen(
        _("从纸面、邮件或表格上的单号直接打开它的页面。"),
        s.RECORDED,
        "questions#怎样找到一笔",
    ),
    "purchases": Screen(
        _(
            "医院每一行收货、退货和调价，以及它现在走到哪一步。"
            "打开一行可以看到它的四个时间、到期日怎样得出、由谁负责。"
        ),
        s.GUIZHOU,
        "maker#导入数据",
    ),
    "deliveries": Screen(
        _(
            "按订单和产品比较订购、配送、验收和发票的数量，只列出对不上的。差异不影响结算，供双方核实。"
        ),
        f"{s.FUND}第十六条（医疗机构的进销存记录）",
        "maker#导入数据",
    ),
    "orders": Screen(
        _("采购平台上医院下的订单。用来说明一行收货从哪张订单来，以及配送是否及时。"),
        s.GUIZHOU,
        "master#产品、批次与协议",
    ),
    "delivery_notes": Screen(
        _("企业的配送单。配送日是付款期限可能的起点之一。"),
        f"{s.PAYMENTS}第九条、第十条",
        "master#产品、批次与协议",
    ),
    "confirmations": Screen(
        _(
            "医院和企业对每行明细表态的时限：谁还没有表态，还剩几天。"
            "到期未表态的按结算方案处理；有异议的只停下这一行。"
        ),
        s.JIANGSU,
        "maker#催促双方确认",
    ),
    "confirmations.answer": Screen(
        _("逐行或按条件全部确认，也可以对某一行提出异议并写明原因和金额。结算单生成之前可以撤回。"),
        f"{s.JIANGSU}；{s.PAYMENTS}第十五条（无争议部分先付）",
        "hospital#确认或提出异议",
    ),
    "confirmations.statistics": Screen(
        _("各机构在时限内表态的比例，以及逾期和自动确认的行数。"),
        s.JIANGSU,
        "maker#催促双方确认",
    ),
    "disputes": Screen(
        _(
            "双方有不同意见的明细：双方怎么说、经办的处理意见、到哪一天应当了结。"
            "其余明细照常结算和付款。"
        ),
        f"{s.PAYMENTS}第十五条（无争议部分先付）",
        "maker#催促双方确认",
    ),
    "invoices": Screen(
        _(
            "发票和它写明的明细并排核对：先列出有差异的，相符的收起。"
            "发票合计与明细不符的，由企业补票或更正。"
        ),
        s.JIANGSU,
        "maker#处理挂起",
    ),
    "saved_views": Screen(
        _("把一个列表现在的查询条件存成名称，自己用或与同一角色的同事共用。标准查询不会丢失。"),
        s.CONTROL,
        "questions#怎样找到一笔",
    ),
    "holds": Screen(
        _(
            "暂时不能结算的明细和全部原因，按原因和应当处理的一方归类。"
            "原因消除之后，下一次计算结算单自动带入。"
        ),
        f"{s.JIANGSU}；{s.GUIZHOU}",
        "maker#处理挂起",
    ),
}
