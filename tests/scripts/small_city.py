"""A city small enough to read, as files people send: one hospital, one enterprise, four lines."""

from pathlib import Path

HOSPITAL, ENTERPRISE = "H52990100101", "91520100200000355Y"
FILES = {
    "areas": "area_code,name,parent_code,level\n520000,云岭省,,province\n"
    "529901,东区,520000,county\n",
    "agencies": "agency_code,name,area_code,account_no,account_name,bank_name,cnaps_code,email\n"
    "JB1,东区医保局,529901,5201000000000001,东区医保局,望江银行,103701509015,jb@example.org\n",
    "hospitals": "hospital_code,name,credit_code,area_code,ownership,level,lead_hospital_code,"
    "joined_on,email,copy_emails\n"
    f"{HOSPITAL},东区人民医院,12529901100001019E,529901,public,3,,2026-03-01,h@example.org,\n",
    "enterprises": "credit_code,name,role,size,account_no,account_name,bank_name,cnaps_code,email,"
    "suspended_on\n"
    f"{ENTERPRISE},青禾医药,both,small,6200000000049865,青禾医药,望江银行,313701500058,"
    "e@example.org,\n",
    "products": "nhsa_code,name,kind,specification,unit,manufacturer_code,listed_price_yuan,"
    f"negotiated\nXA01,甲药,drug,2mg,盒,{ENTERPRISE},12.0000,no\n",
    "schemes": "scheme_code,valid_from,valid_to,area_code,funding,scope,deduct_month,confirm_days,"
    "confirm_unit,silence,payment_per,trace_codes,holiday_shift,due_start,due_days,due_month_end\n"
    "S1,2026-01-01,,520000,offset,listed;national_vbp,next,5,working_day,escalate,enterprise,"
    "ignore,next_working_day,acceptance,30,no\n",
    "purchases": "line_no,line_kind,original_line_no,order_no,hospital_code,enterprise_code,"
    "nhsa_code,quantity,unit_price_yuan,amount_yuan,delivered_on,accepted_on,platform,"
    "hospital_confirmed_on,enterprise_confirmed_on,trace_codes\n"
    + "".join(
        f"{no},receipt,,D1,{HOSPITAL},{ENTERPRISE},XA01,10,{price},{amount},2026-03-05,2026-03-06,"
        f"online,{confirmed},2026-03-08,\n"
        for no, price, amount, confirmed in (
            ("=1+1", "12.0000", "120.00", "2026-03-08"),
            ("L2", "1.0000", "10.00", "2026-03-08"),
            ("L3", "1.5000", "15.00", ""),
        )
    ),
    "invoices": "invoice_code,invoice_no,line_no,kind,issued_on,enterprise_code,hospital_code,"
    "amount_yuan\n"
    + "".join(
        f",26520000000000000001,{no},blue,2026-03-10,{ENTERPRISE},{HOSPITAL},{amount}\n"
        for no, amount in (("=1+1", "120.00"), ("L2", "10.00"), ("L3", "15.00"))
    ),
    "monthly_funds": "period,hospital_code,audited_yuan,advanced_yuan,clawback_yuan,deposit_yuan\n"
    f"2026-04,{HOSPITAL},100.00,0.00,0.00,0.00\n",
}
USERS = {"maker": "maker", "checker": "checker", "approver": "approver", "auditor": "auditor"}


def write(folder: Path) -> dict[str, Path]:
    """Write the files and return where they lie."""
    paths = {}
    for kind, text in FILES.items():
        paths[kind] = folder / f"{kind}.csv"
        paths[kind].write_text(text, encoding="utf-8")
    return paths
