"""Help of the system: imports, jobs, the audit trail, users, signing in, the interface."""

from flask_babel import lazy_gettext as _

from web.help import sources as s
from web.help.screen import Screen

SCREENS = {
    "imports": Screen(
        _(
            "把采购平台、医院和银行的数据文件带进系统：选文件、核对、导入。"
            "不合格的行退回并说明原因，同一份文件再导一次不会重复。"
        ),
        s.TRUE_BOOKS,
        "maker#导入数据",
    ),
    "jobs": Screen(
        _("较长的工作在后台进行：进度、结果和失败的原因。可以离开页面，完成后再来看。"),
        s.RECORDED,
        "administrator#后台任务",
    ),
    "status": Screen(
        _("系统现在是否正常：进程、队列、定时任务、磁盘、版本，以及需要有人处理的事。"),
        s.RECORDED,
        "administrator#系统状态",
    ),
    "audit": Screen(
        _(
            "谁在什么时候对什么做了什么。每条记录都包含前一条的摘要，改动、删除或插入任何一条"
            "都会被发现并指出位置。链头凭证交由系统以外的人保管，可证明此前的记录没有被整体改写。"
        ),
        f"{s.RECORDED}；{s.TRUE_BOOKS}",
        "supervisor#审计日志",
    ),
    "timelines": Screen(
        _("一家机构、一个方案或一个批次经过了什么：谁在什么时候做了什么，来自审计日志。"),
        s.RECORDED,
        "supervisor#审计日志",
    ),
    "users": Screen(
        _("谁可以登录、担任什么角色、看得到哪些统筹区或机构。授予权限的人自己不办理资金业务。"),
        s.CONTROL,
        "administrator#建立用户",
    ),
    "auth": Screen(
        _("您的账号：密码、二次验证、登录记录和正在使用的设备。"),
        f"{s.CONTROL}；GB/T 22239 第三级",
        "administrator#密码、锁定与二次验证",
    ),
    "api_keys": Screen(
        _("采购平台和医院系统自动收发数据所用的密钥：属于哪家机构、能做什么、何时到期。"),
        s.SECRET,
        "administrator#系统接口",
    ),
    "webhooks": Screen(
        _("结算单和付款有变化时，系统主动通知的地址，以及每次通知的结果。"),
        s.SECRET,
        "administrator#系统接口",
    ),
    "help": Screen(
        _("操作手册，按岗位分章，可以查找。每个页面右上角的“帮助”通向与它有关的一节。"),
        s.CONTROL,
        "questions#怎样使用帮助",
    ),
}
