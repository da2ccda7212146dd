"""Who takes part: areas, agencies, hospitals and enterprises as files tell them."""

from models.rules.words import AreaLevel, EnterpriseRole, EnterpriseSize, HospitalLevel, Ownership
from models.schemas.table import About, Scope, TableSchema
from models.schemas.text_columns import (
    AreaColumn,
    ChoiceColumn,
    ClockColumn,
    CnapsColumn,
    CodeColumn,
    CreditColumn,
    DayColumn,
    EmailColumn,
    EmailsColumn,
    FlagColumn,
    HospitalColumn,
    LineColumn,
)


class Areas(TableSchema):
    """Pooling areas (统筹区)."""

    about = About(
        kind="areas",
        title="统筹区",
        table="area",
        key=("area_code",),
        scope=Scope.AREA,
        self_reference="parent_code",
        notes=("上级须已导入或在同一文件中被接收；上下级不能成环。",),
    )

    area_code = AreaColumn("行政区划代码")
    name = LineColumn()
    parent_code = AreaColumn("上级代码", optional=True)
    level = ChoiceColumn("级别", AreaLevel)


class Agencies(TableSchema):
    """Agencies (经办机构)."""

    about = About(
        kind="agencies",
        title="经办机构",
        table="agency",
        key=("agency_code",),
        scope=Scope.AREA,
        notes=(
            "逾期提醒从“提醒发信时间”起发出，空表示登记后立即发出；“休息日不发提醒”为 yes 的，"
            "休息日登记的提醒到下一个工作日再发。没有自己经办机构的统筹区随最近的上级。",
        ),
    )

    agency_code = CodeColumn("机构代码")
    name = LineColumn()
    area_code = AreaColumn("统筹区", references="area")
    account_no = CodeColumn()
    account_name = LineColumn()
    bank_name = LineColumn()
    cnaps_code = CnapsColumn()
    email = EmailColumn()
    mail_at = ClockColumn("提醒发信时间", optional=True)
    mail_rest = FlagColumn("休息日不发提醒", optional=True, default="no")


class Hospitals(TableSchema):
    """Designated hospitals (医疗机构)."""

    about = About(
        kind="hospitals",
        title="医疗机构",
        table="hospital",
        key=("hospital_code",),
        scope=Scope.AREA,
        self_reference="lead_hospital_code",
        notes=("牵头单位须已导入或在同一文件中被接收。账户四列用于向医院退回资金。",),
    )

    hospital_code = HospitalColumn()
    name = LineColumn()
    credit_code = CreditColumn()
    area_code = AreaColumn("统筹区", references="area")
    ownership = ChoiceColumn("性质", Ownership)
    level = ChoiceColumn("等级", HospitalLevel)
    lead_hospital_code = HospitalColumn("医共体牵头单位", optional=True)
    joined_on = DayColumn("纳入直接结算日期", optional=True)
    email = EmailColumn()
    copy_emails = EmailsColumn("抄送邮箱", optional=True)
    inpatient = FlagColumn("开通住院结算", optional=True)
    account_no = CodeColumn(optional=True)
    account_name = LineColumn(optional=True)
    bank_name = LineColumn(optional=True)
    cnaps_code = CnapsColumn(optional=True)


class Enterprises(TableSchema):
    """Enterprises (医药企业)."""

    about = About(
        kind="enterprises",
        title="医药企业",
        table="enterprise",
        key=("credit_code",),
        notes=(
            "新企业和账号、户名、开户行、联行号有变动的企业，经另一人复核账户后才能付款；"
            "变动的账户生效之前，登记的仍是原账户，原账户和新账户都不付款。",
        ),
    )

    credit_code = CreditColumn()
    name = LineColumn()
    role = ChoiceColumn("角色", EnterpriseRole)
    size = ChoiceColumn("规模", EnterpriseSize)
    account_no = CodeColumn()
    account_name = LineColumn()
    bank_name = LineColumn()
    cnaps_code = CnapsColumn()
    email = EmailColumn()
    suspended_on = DayColumn("停用日期", optional=True)
