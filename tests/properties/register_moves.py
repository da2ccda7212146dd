"""Random things that happen to a small world: each move writes what its service would write."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from models.records.base import sql
from models.records.payments import EVENT_HASH
from models.services import access
from models.services.settle import settle_period
from tests.properties.plain_settlement import World
from tests.properties.worlds import AREAS, ENTERPRISES, FIRST, HOSPITALS, PRODUCTS, TABLES

few = st.sampled_from
days = st.integers(0, 200).map(lambda n: FIRST + timedelta(n))
MASTERS = TABLES[: TABLES.index("purchase_line")]
PERIODS = ("2026-02", "2026-03", "2026-04")

_EVENT = f"""
INSERT INTO instruction_event (instruction_id, from_state, to_state, happened_at, business_on,
    actor, cause, evidence, prev_hash, hash)
SELECT e.*, {EVENT_HASH} FROM (
    SELECT %(id)s::bigint AS instruction_id, %(start)s::text AS from_state,
           %(end)s::text AS to_state, now() AS happened_at, %(on)s::date AS business_on,
           'x'::text AS actor, 'x'::text AS cause, NULL::text AS evidence,
           coalesce((SELECT v.hash FROM instruction_event v WHERE v.instruction_id = %(id)s
                      ORDER BY v.id DESC LIMIT 1), '') AS prev_hash) e
"""


def insert(table: str, row: dict[str, Any]) -> None:
    """Insert a row as it is named."""
    marks = ", ".join(["%s"] * len(row))
    sql(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))


class Happening:
    """A world of which ever more comes in, on days that only move on."""

    def __init__(self, world: World, data: Any) -> None:
        self.data, self.on = data, date(2026, 3, 15)
        self.lines = list(world.purchase_line)
        self.words = list(world.confirmation)
        self.invoices = list(world.invoice_line)
        self.voids = list(world.line_void)
        self.known: list[dict[str, Any]] = []
        self.imports = self.numbers = self.settled = 0
        # Who may pay again is not asked here; what is paid again is.
        sql("ALTER TABLE payment_allocation DISABLE TRIGGER payment_allocation_again")
        for table in MASTERS:
            for row in getattr(world, table):
                insert(table, row)
        for _ in range(3):
            self.buy()
            self.say()
            self.invoice()

    def draw(self, strategy: st.SearchStrategy[Any]) -> Any:
        """Draw one value."""
        return self.data.draw(strategy)

    def number(self) -> int:
        """Return a number used once."""
        self.numbers += 1
        return self.numbers

    def importing(self) -> int | None:
        """Begin an import, or a hand that writes rows without one."""
        self.imports += 1
        number = self.imports if self.draw(st.integers(0, 5)) else None
        sql("SELECT set_config('zhijie.import_id', %s, true)", (str(number or ""),))
        return number

    def move(self) -> None:
        """Let one thing happen."""
        moves: list[Callable[[], None]] = [
            self.buy, self.buy, self.say, self.invoice, self.void, self.fill, self.settle,
            self.review, self.pay, self.book, self.come_back, self.pay_oneself, self.change_party,
            self.change_contract, self.change_ladder, self.change_rate, self.change_rest,
        ]  # fmt: skip
        self.draw(few(moves))()
        sql("SELECT set_config('zhijie.import_id', '', true)")

    def _taken(self, rows: list[Any]) -> list[Any]:
        count = self.draw(st.integers(1, 4))
        taken, rows[:] = rows[:count], rows[count:]
        return taken

    def buy(self) -> None:
        number = self.importing()
        for line in self._taken(self.lines):
            insert("purchase_line", line | {"import_id": number})
            for place, code in enumerate((line["trace_codes"] or "").split()):
                insert("trace_code", {"code": code, "line_no": line["line_no"], "place": place})
            self.known.append(line)

    def _about_known(self, rows: list[Any]) -> list[Any]:
        known = {line["line_no"] for line in self.known}
        ready = [row for row in rows if row["line_no"] in known][: self.draw(st.integers(1, 4))]
        for row in ready:
            rows.remove(row)
        return ready

    def say(self) -> None:
        number = self.importing()
        for row in self._about_known(self.words):
            insert("confirmation", row | {"import_id": number})

    def invoice(self) -> None:
        number = self.importing()
        for row in self._about_known(self.invoices):
            insert("invoice_line", row | {"import_id": number})

    def void(self) -> None:
        number = self.importing()
        for row in self._about_known(self.voids):
            if not sql("SELECT 1 FROM sheet_line WHERE line_no = %s", (row["line_no"],)).fetchone():
                insert("line_void", row | {"import_id": number})

    def fill(self) -> None:
        self.importing()
        column = self.draw(few(("hospital_confirmed_on", "enterprise_confirmed_on")))
        sql(f"UPDATE purchase_line SET {column} = %s WHERE {column} IS NULL", (self.draw(days),))

    def settle(self) -> None:
        if self.settled < len(PERIODS):
            again = self.settled and self.draw(st.booleans())
            period = PERIODS[self.settled - 1 if again else self.settled]
            self.settled += not again
            on = date(2026, 11, 1)
            settle_period(access.SYSTEM, period, None, on=on, progress=lambda *_: None)

    def review(self) -> None:
        how = self.draw(
            few(("approved", "short", "draft", "approved_on = NULL", "nothing_payable"))
        )
        free = "id NOT IN (SELECT sheet_id FROM payment_allocation)"
        if how == "nothing_payable":
            told = (self.draw(days), how)
            sql(
                "UPDATE settlement_sheet SET approved_on = %s, state = %s WHERE payable_fen = 0",
                told,
            )
        elif how in {"approved", "short", "draft"}:
            sql(f"UPDATE settlement_sheet SET state = %s WHERE payable_fen > 0 AND {free}", (how,))
        else:
            sql(f"UPDATE settlement_sheet SET {how} WHERE payable_fen = 0")

    def pay(self) -> None:
        """Order the money of approved sheets; most months get that far."""
        if self.draw(st.booleans()):
            self.settle()
            sql("UPDATE settlement_sheet SET state = 'approved' WHERE state IN ('draft', 'short')")
        for sheet_id, fen, enterprise in sql(
            "SELECT s.id, s.payable_fen, s.enterprise_code FROM settlement_sheet s"
            " WHERE s.state = 'approved' AND s.payable_fen > 0 AND NOT EXISTS ("
            " SELECT 1 FROM payment_allocation a WHERE a.sheet_id = s.id AND a.live)"
            " ORDER BY s.period, s.hospital_code, s.enterprise_code"
        ).fetchall():
            number = self.number()
            instruction = {
                "id": number, "reference": f"R{number}", "uetr": f"U{number}", "period": PERIODS[0],
                "enterprise_code": enterprise, "area_code": AREAS[2], "agency_code": "J",
                "payee_account_no": "1", "payee_account_name": "n", "payee_bank_name": "b",
                "payee_cnaps_code": "c", "amount_fen": fen, "purpose": "货款", "content_hash": "",
                "state": "sent", "made_at": "now",
            }  # fmt: skip
            insert("payment_instruction", instruction)
            told = {"instruction_id": number, "sheet_id": sheet_id, "amount_fen": fen}
            insert("payment_allocation", told)

    def _moved(self, number: int, start: str, end: str) -> None:
        sql(_EVENT, {"id": number, "start": start, "end": end, "on": self.on})

    def book(self) -> None:
        if self.draw(st.booleans()):
            self.pay()
        for (number,) in sql(
            "SELECT id FROM payment_instruction WHERE state = 'sent' ORDER BY id"
        ).fetchall():
            told = (self.on + timedelta(self.draw(st.integers(-9, 9))), number)
            sql(
                "UPDATE payment_instruction SET state = 'settled', booked_on = %s WHERE id = %s",
                told,
            )
            self._moved(number, "sent", "settled")

    def come_back(self) -> None:
        if self.draw(st.booleans()):
            self.book()
        for number, booked in sql(
            "SELECT id, booked_on FROM payment_instruction WHERE state = 'settled' ORDER BY id"
        ).fetchall():
            told = (booked + timedelta(self.draw(st.integers(0, 30))), number)
            sql(
                "UPDATE payment_instruction SET state = 'returned', returned_on = %s WHERE id = %s",
                told,
            )
            self._moved(number, "settled", "returned")

    def pay_oneself(self) -> None:
        if self.known:
            number, line = self.importing(), self.draw(few(self.known))
            insert(
                "hospital_payment",
                {"payment_no": f"F{self.number()}", "line_no": line["line_no"],
                 "paid_on": self.on + timedelta(self.draw(st.integers(-20, 20))),
                 "amount_fen": self.draw(few((1, 100, abs(line["amount_fen"])))),
                 "import_id": number},
            )  # fmt: skip

    def change_party(self) -> None:
        change, values = self.draw(
            few((
                ("size = %s", few(("small", "large"))),
                ("account_verified = %s", st.booleans()),
                ("suspended_on = %s", st.one_of(st.none(), days)),
                ("name = %s", few(("甲", "乙"))),
            ))
        )  # fmt: skip
        told = (self.draw(values), self.draw(few(ENTERPRISES)))
        sql(f"UPDATE enterprise SET {change} WHERE credit_code = %s", told)

    def change_contract(self) -> None:
        if self.draw(st.booleans()):
            number = f"N{self.number()}"
            insert(
                "contract",
                {"contract_no": number, "hospital_code": self.draw(few(HOSPITALS)),
                 "nhsa_code": self.draw(few(PRODUCTS)),
                 "enterprise_code": self.draw(few(ENTERPRISES)),
                 "price_yuan": 1, "committed_quantity": 1, "term_start": FIRST,
                 "term_end": date(2026, 12, 31), "signed_on": FIRST,
                 "payment_days": self.draw(st.one_of(st.none(), st.integers(1, 60)))},
            )  # fmt: skip
        else:
            rate = self.draw(few((None, 300, 10_000)))
            sql("UPDATE contract SET late_rate_bp = %s, enterprise_size = 'small'", (rate,))

    def change_ladder(self) -> None:
        if self.draw(st.integers(0, 3)) == 0:
            sql("DELETE FROM ladder_step")
            return
        row = {
            "scheme_code": self.draw(few(("S1", "S2"))), "valid_from": self.draw(days),
            "step": self.draw(st.integers(1, 4)), "name": "阶梯", "action": "remind",
            "after_days": self.draw(st.integers(0, 60)),
            "repeat_days": self.draw(st.one_of(st.none(), st.integers(1, 40))),
        }  # fmt: skip
        key = (row["scheme_code"], row["valid_from"], row["step"])
        sql("DELETE FROM ladder_step WHERE (scheme_code, valid_from, step) = (%s, %s, %s)", key)
        insert("ladder_step", row)

    def change_rate(self) -> None:
        day, rate = self.draw(days) - timedelta(90), self.draw(st.integers(250, 350))
        sql("DELETE FROM lpr_rate WHERE valid_from = %s", (day,))
        insert("lpr_rate", {"valid_from": day, "one_year_bp": rate})

    def change_rest(self) -> None:
        """Change what is rarely changed and concerns everything."""
        statement, values = self.draw(
            few((
                ("UPDATE scheme SET due_days = %s", st.integers(0, 60)),
                ("UPDATE scheme SET scope = %s", few((["listed"], ["negotiated", "listed"]))),
                ("UPDATE scheme SET trace_codes = %s", few(("warn", "require"))),
                ("UPDATE award SET price_yuan = %s", few((1, 3))),
                ("UPDATE vbp_round SET term_end = %s", days),
                ("UPDATE product SET negotiated = %s", st.booleans()),
                ("UPDATE hospital SET area_code = %s", few(AREAS[1:])),
                ("UPDATE hospital SET joined_on = %s", st.one_of(st.none(), days)),
                ("UPDATE hospital SET level = %s", few(("0", "3"))),
                ("UPDATE hospital SET ownership = %s", few(("public", "private"))),
                ("UPDATE hospital SET lead_hospital_code = %s", few((None, HOSPITALS[-1]))),
                ("UPDATE scheme SET lead_settles = %s", st.booleans()),
                ("UPDATE scheme SET mandates = %s", st.booleans()),
                ("UPDATE scheme SET min_level = %s", few((None, 2))),
                ("UPDATE scheme SET invoice_tolerance_fen = %s", few((0, 5))),
                ("UPDATE product SET name = %s", few(("D1", "D2"))),
                ("UPDATE mandate SET valid_to = valid_from + %s", st.integers(0, 60)),
                ("INSERT INTO mandate VALUES (%s, '2026-01-01', NULL, 'N') ON CONFLICT DO NOTHING",
                 few(HOSPITALS)),
                ("INSERT INTO scheme_product VALUES ('S1', '2026-01-01', %s, NULL, 'out')"
                 " ON CONFLICT DO NOTHING", few(PRODUCTS)),
                ("DELETE FROM calendar_day WHERE day < %s", days),
                ("INSERT INTO calendar_day VALUES (%s, 'holiday') ON CONFLICT DO NOTHING", days),
                ("INSERT INTO agency VALUES (%s, '局', '990100', '1', '户', '行', '1', 'j@x.org')"
                 " ON CONFLICT DO NOTHING", few(("J1", "J0"))),
            ))
        )  # fmt: skip
        sql(statement, (self.draw(values),))
