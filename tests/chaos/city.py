"""The small city of a round: its papers drawn from a seed, its masters made once for all rounds."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from models.records.access import User
from models.records.base import db
from models.rules.money import line_amount_fen, yuan
from models.rules.words import Role
from models.services import access, accounts, profiles, users
from models.services.users import passwords
from tests.chaos.person import PASSWORD
from tests.factories import imports as world
from tests.factories.sheets import APPROVER, CHECKER, MAKER, PERIOD
from tests.simulation.paper import PAPERS
from workers.bankfiles.seeds import SEEDS

CITY, COUNTIES = "529900", ("529901", "529902")
#: The account of the agency that pays.
ACCOUNT_NO = "1001529900"
HOSPITALS = ("H52990100101", "H52990200102", "H52990100103")
ENTERPRISES = 18
PRODUCTS = 3
LINES = 200

Rows = list[dict[str, str]]


def enterprise(number: int) -> str:
    """Return the code of the n-th enterprise."""
    return world.credit_code(100 + number)


def build_masters() -> None:
    """Fill an empty migrated database with all that no month changes."""
    profiles.ensure([*SEEDS, *(paper.spec for paper in PAPERS if paper.spec not in SEEDS)])
    for person, role in ((MAKER, Role.MAKER), (CHECKER, Role.CHECKER), (APPROVER, Role.APPROVER)):
        users.create(person.name, role, access.ALL_AREAS)
    User.update(password_hash=passwords.hashed(MAKER.name, PASSWORD)).execute()
    for kind, rows in _masters().items():
        sent = world.send(kind, rows, by=MAKER)
        assert sent.counts == (len(rows), 0, 0), (kind, sent.errors)
    with db.atomic():
        accounts.approve(CHECKER)


def _masters() -> dict[str, Rows]:
    area = world.AREA
    return {
        "areas": [
            area,
            area | {"area_code": CITY, "parent_code": "520000", "level": "city"},
            *(area | {"area_code": code, "parent_code": CITY, "level": "county"}
              for code in COUNTIES),
        ],
        "agencies": [{
            "agency_code": "J529900", "name": "云岭市医保中心", "area_code": CITY,
            "account_no": ACCOUNT_NO, "account_name": "云岭市医保中心",
            "bank_name": "望江银行", "cnaps_code": "103701509015", "email": "j@example.org",
        }],
        "hospitals": [
            world.HOSPITAL_ROW | {"hospital_code": code, "area_code": f"5299{code[5:7]}"}
            for code in HOSPITALS
        ],
        "enterprises": [
            world.ENTERPRISE_ROW | {
                "credit_code": enterprise(n), "name": f"望江药业{n}",
                    "account_name": f"望江药业{n}",
                "account_no": f"6200{n:012d}", "email": f"e{n}@example.org",
            }
            for n in range(ENTERPRISES)
        ],
        "products": [
            world.PRODUCT_ROW | {
                "nhsa_code": f"XA00001BC01A0010001{n:04d}", "manufacturer_code": enterprise(0),
            }
            for n in range(PRODUCTS)
        ],
        "schemes": [
            world.SCHEME_ROW | {"valid_from": "2025-01-01", "payment_per": "sheet",
                                "deduct_month": "current"}
        ],
    }  # fmt: skip


def papers(random: Random, lines: int = LINES) -> dict[str, Rows]:
    """Return the files of the month: purchases, confirmations, invoices, what the fund owes."""
    first = date.fromisoformat(f"{PERIOD}-02")
    purchases: Rows = []
    confirmations: Rows = []
    invoices: Rows = []
    for number in range(1, lines + 1):
        line = _line(random, number, first, purchases)
        purchases.append(line)
        waits = random.random() < 0.06
        for party in ("hospital", "enterprise"):
            if waits and party == "hospital":
                continue
            if random.random() < 0.3:
                line[f"{party}_confirmed_on"] = ""
                confirmations.append(
                    world.confirmation(
                        line["line_no"], party=party, amount_yuan=line["amount_yuan"],
                        decided_at=f"{line['accepted_on']}T09:00:00+08:00",
                    )
                )  # fmt: skip
            else:
                line[f"{party}_confirmed_on"] = line["accepted_on"]
        if random.random() < 0.94:
            invoices.append(_invoice(line, number))
    fund = [
        {"period": PERIOD, "hospital_code": code,
         "audited_yuan": yuan(random.randrange(10**6, 10**8)), "advanced_yuan": "0",
         "clawback_yuan": "0", "deposit_yuan": "0"}
        for code in HOSPITALS
    ]  # fmt: skip
    return {
        "purchases": purchases, "confirmations": confirmations, "invoices": invoices,
        "monthly_funds": fund,
    }  # fmt: skip


def _line(random: Random, number: int, first: date, known: Rows) -> dict[str, str]:
    if known and random.random() < 0.06:
        return _return(random, number, known)
    day = (first + timedelta(random.randrange(26))).isoformat()
    quantity, price = random.randrange(1, 400), Decimal(random.randrange(1_000, 900_000)) / 10_000
    return world.purchase(
        f"L{number:05d}", order_no=f"DD{number // 4}", hospital_code=random.choice(HOSPITALS),
        enterprise_code=enterprise(random.randrange(ENTERPRISES)),
        nhsa_code=f"XA00001BC01A0010001{random.randrange(PRODUCTS):04d}",
        quantity=str(quantity), unit_price_yuan=f"{price:.4f}",
        amount_yuan=yuan(line_amount_fen(Decimal(quantity), price)),
        delivered_on=day, accepted_on=day,
    )  # fmt: skip


def _return(random: Random, number: int, known: Rows) -> dict[str, str]:
    """Goods that go back on the last day of the month: one box of a receipt."""
    original = random.choice([one for one in known if one["line_kind"] == "receipt"])
    price = Decimal(original["unit_price_yuan"])
    day = f"{PERIOD}-29"
    return original | {
        "line_no": f"L{number:05d}", "line_kind": "goods_return",
        "original_line_no": original["line_no"], "quantity": "-1",
        "amount_yuan": yuan(line_amount_fen(Decimal(-1), price)),
        "delivered_on": day, "accepted_on": day,
    }  # fmt: skip


def _invoice(line: dict[str, str], number: int) -> dict[str, str]:
    return world.invoice(
        line["line_no"], invoice_no=f"26520000000001{number:06d}",
        kind="red" if line["amount_yuan"].startswith("-") else "blue",
        issued_on=line["accepted_on"], hospital_code=line["hospital_code"],
        enterprise_code=line["enterprise_code"], amount_yuan=line["amount_yuan"],
    )  # fmt: skip
