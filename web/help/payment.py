"""Help of the payment screens: batches, bank results, statements, exceptions, re-payments."""

from flask_babel import lazy_gettext as _

from web.help import sources as s
from web.help.screen import Screen

SCREENS = {
    "batches": Screen(
        _(
            "一个付款账户交给银行的一份付款文件。文件放行并下载之后不再改动；一笔付款只在一个批次里。"
        ),
        s.TIERED,
        "bank#生成付款批次",
    ),
    "batches.new": Screen(
        _("把审批通过的结算单变成付款批次：先核对笔数、金额和收款账户，再生成文件。"),
        s.TIERED,
        "bank#生成付款批次",
    ),
    "payments": Screen(
        _("每一笔付款指令走到哪里：银行说了什么、依据是哪一份文件、记了哪些分录。"),
        s.RECORDED,
        "bank#提交银行与回盘",
    ),
    "own_payments": Screen(
        _("不由基金代付的货款，由医院自己支付后在这里登记。登记是事实，不能修改，只能另行更正。"),
        f"{s.PAYMENTS}第九条",
        "hospital#自行付款",
    ),
    "results": Screen(
        _(
            "银行对付款文件的回答。上传后先试算每一行会做什么，再登记；同一份文件登记两次也只算一次。"
        ),
        s.CLEARING,
        "bank#提交银行与回盘",
    ),
    "statements": Screen(
        _("付款账户每天的对账单。每一天登记日终之后，拒绝和退票才算有了第二份证据。"),
        s.CLEARING,
        "bank#对账单与日终",
    ),
    "exceptions": Screen(
        _("银行的说法与付款指令对不上的，逐笔认定之后才记账。认定之前既不重付，也不当作到账。"),
        s.TIERED,
        "bank#异常认定",
    ),
    "decisions": Screen(
        _("一个人提出的认定，由另一个人决定。提出人不能自己同意。"),
        s.TIERED,
        "bank#异常认定",
    ),
    "returns": Screen(
        _("银行拒绝、退票和冲账的付款。两份证据齐全、收款账户核验之后，由另一人放行重付。"),
        s.TIERED,
        "bank#退票与重付",
    ),
    "unconfirmed": Screen(
        _("已经发出、银行还没有结论的付款。没有消息既不是成功也不是失败，不会自动重付。"),
        s.CLEARING,
        "bank#没有消息的付款",
    ),
    "my_payments": Screen(
        _("付给贵企业的每一笔货款：金额、到账日、银行流水号，以及付的是哪几张结算单。"),
        f"{s.PAYMENTS}第九条",
        "enterprise#查到账",
    ),
}
