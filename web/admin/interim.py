import peewee as pw
from models.records import catalogue, parties, schemes
from models.records import base as fields

R = {
    "areas": parties.Area,
    "agencies": parties.Agency,
    "hospitals": parties.Hospital,
    "enterprises": parties.Enterprise,
    "products": catalogue.Product,
}
HIDE = {"suspended_set_at", "account_verified"}


def columns(kind):
    from web.admin.columns import Column, keys

    m = R[kind]
    out = []
    for f in m._meta.sorted_fields:
        if f.name in HIDE:
            continue
        t = "text"
        en = None
        if isinstance(f, fields.StateField):
            t = "choice"
            en = f.enumeration
        elif isinstance(f, pw.BooleanField):
            t = "flag"
        elif isinstance(f, pw.DateField):
            t = "date"
        elif isinstance(f, pw.DecimalField):
            t = "decimal"
        out.append(
            Column(
                f.name,
                f.name,
                f.name,
                t,
                key=f.name in keys(m),
                required=not f.null,
                enumeration=en,
            )
        )
    return out
