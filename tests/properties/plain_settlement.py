"""A plain Python reading of lanes, holds, due days and sheets: one line at a time, no SQL.

It is slow and short on purpose; the set-based statements must agree with it on every row.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from models.clock import SHANGHAI
from models.rules import calendar
from models.rules.words import DayKind, HolidayShift

Row = dict[str, Any]
HEIGHT = ("national", "alliance", "province", "city")


@dataclass(repr=False)
class World:
    """All that was imported, as plain rows named like the tables."""

    area: list[Row] = field(default_factory=list)
    hospital: list[Row] = field(default_factory=list)
    enterprise: list[Row] = field(default_factory=list)
    product: list[Row] = field(default_factory=list)
    vbp_round: list[Row] = field(default_factory=list)
    award: list[Row] = field(default_factory=list)
    contract: list[Row] = field(default_factory=list)
    scheme: list[Row] = field(default_factory=list)
    scheme_product: list[Row] = field(default_factory=list)
    scheme_round: list[Row] = field(default_factory=list)
    mandate: list[Row] = field(default_factory=list)
    calendar_day: list[Row] = field(default_factory=list)
    purchase_line: list[Row] = field(default_factory=list)
    confirmation: list[Row] = field(default_factory=list)
    invoice_line: list[Row] = field(default_factory=list)
    line_void: list[Row] = field(default_factory=list)

    def __repr__(self) -> str:
        """Show a failing world without the contracts that cover everything."""
        shown = {name: getattr(self, name) for name in self.__dataclass_fields__}
        shown["contract"] = [c for c in self.contract if not c["contract_no"].startswith("W")]
        return f"World({shown!r})"

    def one(self, table: str, **key: Any) -> Row | None:
        """Return the first row with these values."""
        for row in getattr(self, table):
            if all(row[name] == value for name, value in key.items()):
                return row
        return None

    def above(self, area_code: str) -> list[str]:
        """Return the area and those above it, nearest first."""
        chain = []
        while area_code is not None:
            chain.append(area_code)
            area_code = self.one("area", area_code=area_code)["parent_code"]
        return chain

    def live_lines(self) -> list[Row]:
        """Return the lines that were not voided."""
        void = {row["line_no"] for row in self.line_void}
        return [line for line in self.purchase_line if line["line_no"] not in void]


def award_of(world: World, line: Row, on: date) -> Row | None:
    """Return the award that counts, with its category."""
    areas = world.above(world.one("hospital", hospital_code=line["hospital_code"])["area_code"])
    found = []
    for award in world.award:
        in_round = world.one("vbp_round", round_code=award["round_code"])
        start = award["term_start"] or in_round["term_start"]
        end = award["term_end"] or in_round["term_end"]
        if (
            award["nhsa_code"] == line["nhsa_code"]
            and award["area_code"] in areas
            and start <= on <= end
        ):
            rank = (
                -HEIGHT.index(in_round["level"]),
                -areas.index(award["area_code"]),
                start,
                award["round_code"],
            )
            found.append((rank, award | {"category": in_round["level"] + "_vbp"}))
    return max(found, key=lambda pair: pair[0])[1] if found else None


def scheme_of(world: World, area_code: str, on: date) -> Row | None:
    """Return the scheme of the nearest area that has one valid that day."""
    for code in world.above(area_code):
        valid = [
            scheme
            for scheme in world.scheme
            if scheme["area_code"] == code
            and scheme["valid_from"] <= on
            and (scheme["valid_to"] is None or on <= scheme["valid_to"])
        ]
        if valid:
            return max(valid, key=lambda s: (s["valid_from"], s["scheme_code"]))
    return None


def contract_of(world: World, line: Row, on: date) -> Row | None:
    """Return the contract of hospital, product and enterprise that covers the day.

    A member buys under its lead's contract where it has none of its own.
    """
    for hospital in dict.fromkeys((line["hospital_code"], lead_of(world, line, on))):
        covering = [
            c
            for c in world.contract
            if c["hospital_code"] == hospital
            and all(c[k] == line[k] for k in ("nhsa_code", "enterprise_code"))
            and c["term_start"] <= on <= c["term_end"]
        ]
        if covering:
            return max(covering, key=lambda c: (c["term_start"], c["contract_no"]))
    return None


def lead_of(world: World, line: Row, on: date) -> str:
    """Return who settles for the line's hospital by the scheme of a day: its lead, or itself."""
    hospital = world.one("hospital", hospital_code=line["hospital_code"])
    lead = world.one("hospital", hospital_code=hospital.get("lead_hospital_code"))
    scheme = scheme_of(world, hospital["area_code"], on)
    leads = (
        lead
        and scheme
        and scheme.get("lead_settles")
        and lead["area_code"] == hospital["area_code"]
        and lead.get("lead_hospital_code") in (None, lead["hospital_code"])
        and lead["joined_on"]
        and lead["joined_on"] <= on
    )
    return lead["hospital_code"] if leads else hospital["hospital_code"]


def covers(row: Row, on: date) -> bool:
    """Say whether a row of a list or a mandate counts on a day."""
    return row["valid_from"] <= on and (row["valid_to"] is None or on <= row["valid_to"])


def rule_of(rows: list[Row], on: date, **key: Any) -> str | None:
    """Return what a list says on a day: the row that began last."""
    told = [r for r in rows if covers(r, on) and all(r[k] == v for k, v in key.items())]
    return max(told, key=lambda r: r["valid_from"])["rule"] if told else None


def selected_price(world: World, product: Row, area_code: str, on: date) -> Decimal | None:
    """Return the lowest price of what is selected under the product's name that day."""
    areas, prices = world.above(area_code), []
    for award in world.award:
        other = world.one("product", nhsa_code=award["nhsa_code"])
        in_round = world.one("vbp_round", round_code=award["round_code"])
        start = award["term_start"] or in_round["term_start"]
        end = award["term_end"] or in_round["term_end"]
        if (
            (other["name"], other["kind"]) == (product["name"], product["kind"])
            and award["area_code"] in areas
            and start <= on <= end
        ):
            prices.append(award["price_yuan"])
    return min(prices, default=None)


def original_of(world: World, line: Row) -> Row | None:
    """Return the valid original of a return or adjustment."""
    if line["line_kind"] == "receipt" or not line["original_line_no"]:
        return None
    for other in world.live_lines():
        if other["line_no"] == line["original_line_no"]:
            same = all(
                other[k] == line[k] for k in ("hospital_code", "nhsa_code", "enterprise_code")
            )
            return other if same and other["line_kind"] == "receipt" else None
    return None


def decision_of(world: World, line: Row, party: str) -> tuple[str, int, datetime] | None:
    """Return the latest decision of a party: word, amount, instant."""
    told = []
    stated = line[f"{party}_confirmed_on"]
    if stated:
        midnight = datetime.combine(stated, time(0), SHANGHAI).astimezone(UTC)
        told.append((midnight, 0, "confirm", line["amount_fen"]))
    told += [
        (row["decided_at"], 1, row["decision"], row["amount_fen"])
        for row in world.confirmation
        if row["line_no"] == line["line_no"] and row["party"] == party
    ]
    if not told:
        return None
    at, _, word, amount = max(told, key=lambda t: t[:2])
    return word, amount, at


@dataclass
class Verdict:
    """What the plain reading says of one line."""

    lane: str
    reasons: list[str]
    due_on: date
    #: Why it is not direct.
    outside: str | None = None


class Settlement:
    """Settle periods one after another over a world, remembering what is on sheets."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.on_sheet: dict[str, tuple[str, str, str]] = {}
        self.category_on_sheet: dict[str, str] = {}
        self.contract_on_sheet: dict[str, str | None] = {}
        self.sheets: dict[tuple[str, str, str], Row] = {}
        self.due: dict[str, date] = {}

    def judge(self, line: Row, period_end: date) -> Verdict:  # noqa: C901 - as long as the rule
        """Judge one line, its original's waiting left aside."""
        world = self.world
        hospital = world.one("hospital", hospital_code=line["hospital_code"])
        product = world.one("product", nhsa_code=line["nhsa_code"])
        original = original_of(world, line)
        judged = original or line
        on = judged["accepted_on"]
        award = award_of(world, line, on)
        category = (
            award["category"]
            if award
            else "cloud_film"
            if product["kind"] == "cloud_film"
            else "negotiated"
            if product["negotiated"]
            else "listed"
        )
        settled_original = bool(original and original["line_no"] in self.on_sheet)
        if settled_original:
            category = self.category_on_sheet[original["line_no"]]
        scheme = scheme_of(world, hospital["area_code"], on)
        outside = None
        if not settled_original:
            outside = self.outside(judged, hospital, product, scheme, award, category)
        contract = contract_of(world, line, on)
        contract_known = contract is not None or (
            settled_original and self.contract_on_sheet[original["line_no"]] is not None
        )
        due_on = self.due_on(line, scheme, contract)
        if outside:
            return Verdict("self", [], due_on, outside)
        reasons = self.party_reasons(line)
        vbp = category.endswith("_vbp")
        if vbp and not contract_known:
            reasons.add("contract_missing")
        if vbp and award and line["unit_price_yuan"] > award["price_yuan"]:
            reasons.add("price_above_award")
        covered = [i["amount_fen"] for i in world.invoice_line if i["line_no"] == line["line_no"]]
        if not covered:
            reasons.add("invoice_missing")
        elif abs(sum(covered) - line["amount_fen"]) > (scheme or {}).get(
            "invoice_tolerance_fen", 0
        ):
            reasons.add("invoice_mismatch")
        if scheme and scheme.get("mandates") and not settled_original:
            entrusted = {line["hospital_code"], lead_of(world, line, on)}
            if not any(m["hospital_code"] in entrusted and covers(m, on) for m in world.mandate):
                reasons.add("mandate_missing")
        enterprise = world.one("enterprise", credit_code=line["enterprise_code"])
        if not enterprise["account_verified"]:
            reasons.add("account_unverified")
        if enterprise["suspended_on"] and enterprise["suspended_on"] <= period_end:
            reasons.add("enterprise_suspended")
        required = scheme is not None and scheme["trace_codes"] == "require"
        if line["line_kind"] == "receipt" and product["kind"] == "drug" and required:
            reasons |= self.trace_reasons(line)
        if line["line_kind"] != "receipt" and original is None:
            reasons.add("original_missing")
        if line["line_kind"] == "goods_return" and original and self.exceeds(original, period_end):
            reasons.add("return_exceeds_original")
        return Verdict("direct", sorted(reasons), due_on)

    def outside(  # noqa: C901 - one question after another
        self,
        line: Row,
        hospital: Row,
        product: Row,
        scheme: Row | None,
        award: Row | None,
        category: str,
    ) -> str | None:
        """Return the first reason why the fund does not pay the line (itself or its original)."""
        world, on = self.world, line["accepted_on"]
        if line["platform"] != "online":
            return "offline"
        if scheme is None:
            return "no_scheme"
        if hospital["joined_on"] is None:
            return "not_joined"
        if hospital["joined_on"] > on:
            return "joined_later"
        if scheme.get("ownerships") and hospital["ownership"] not in scheme["ownerships"]:
            return "ownership"
        if scheme.get("min_level") and int(hospital["level"]) < scheme["min_level"]:
            return "level"
        later = scheme.get("drugs_from")
        if later and product["kind"] in ("drug", "cloud_film") and on < later:
            return "drugs_later"
        later = scheme.get("consumables_from")
        if later and product["kind"] == "consumable" and on < later:
            return "consumables_later"
        of = {"scheme_code": scheme["scheme_code"]}
        told = rule_of(world.scheme_product, on, **of, nhsa_code=product["nhsa_code"])
        if told == "out":
            return "product_out"
        if told is None and award:
            told = rule_of(world.scheme_round, on, **of, round_code=award["round_code"])
            if told == "out":
                return "round_out"
        if told == "in" or category in scheme["scope"]:
            return None
        if scheme.get("not_above_selected") and category == "listed":
            price = selected_price(world, product, hospital["area_code"], on)
            if price is not None and line["unit_price_yuan"] > price:
                return "above_selected"
            if price is not None and line["unit_price_yuan"] > 0:
                return None
        return "category"

    def party_reasons(self, line: Row) -> set[str]:
        """Return what the two parties' latest decisions make wait."""
        reasons = set()
        for party in ("hospital", "enterprise"):
            told = decision_of(self.world, line, party)
            if told is None or told[0] != "confirm":
                reasons.add(f"waiting_{party}")
            if told and (
                told[0] == "dispute" or (told[0] == "confirm" and told[1] != line["amount_fen"])
            ):
                reasons.add("disputed")
        return reasons

    def trace_reasons(self, line: Row) -> set[str]:
        """Return what the trace codes of a drug receipt make wait."""
        codes = (line["trace_codes"] or "").split()
        if not codes:
            return {"trace_code_missing"}
        elsewhere = {
            code
            for other in self.world.live_lines()
            if other["line_no"] != line["line_no"] and other["line_kind"] == "receipt"
            for code in (other["trace_codes"] or "").split()
        }
        reused = len(set(codes)) < len(codes) or elsewhere.intersection(codes)
        return {"trace_code_reused"} if reused else set()

    def exceeds(self, original: Row, period_end: date) -> bool:
        """Say whether all returns up to the day are more than the original."""
        returns = [
            line
            for line in self.world.live_lines()
            if line["line_kind"] == "goods_return"
            and line["accepted_on"] <= period_end
            and original_of(self.world, line) is original
        ]
        return (
            -sum((line["quantity"] for line in returns), Decimal(0)) > original["quantity"]
            or -sum(line["amount_fen"] for line in returns) > original["amount_fen"]
        )

    def due_on(self, line: Row, scheme: Row | None, contract: Row | None) -> date:
        """Return the shifted due day."""
        if scheme is None:
            return line["accepted_on"] + timedelta(30)
        decisions = [decision_of(self.world, line, p) for p in ("hospital", "enterprise")]
        joint = None
        if all(told and told[0] == "confirm" for told in decisions):
            joint = max(told[2] for told in decisions).astimezone(SHANGHAI).date()
        accepted = line["accepted_on"]
        if contract and contract["acceptance_days"] is not None:
            accepted = min(accepted, line["delivered_on"] + timedelta(contract["acceptance_days"]))
        start = {
            "delivery": line["delivered_on"],
            "acceptance": accepted,
            "joint_confirmation": joint,
        }[scheme["due_start"]]
        found = []
        if start and scheme["due_days"] is not None:
            found.append(start + timedelta(scheme["due_days"]))
        issued = [
            i["issued_on"] for i in self.world.invoice_line if i["line_no"] == line["line_no"]
        ]
        if scheme["due_month_end"] and issued:
            found.append(calendar.end_of_next_month(max(accepted, *issued)))
        if contract and contract["payment_days"]:
            found.append(accepted + timedelta(contract["payment_days"]))
        raw = min(found) if found else accepted + timedelta(30)
        kinds = {row["day"]: DayKind(row["kind"]) for row in self.world.calendar_day}
        return calendar.shift(raw, HolidayShift(scheme["holiday_shift"]), kinds)

    def settle(self, period: str, frozen: set[tuple[str, str]]) -> dict[str, Verdict]:
        """Settle a period over all areas; returns what stays off the sheets.

        `frozen` are the pairs whose sheet of this period is under review.
        """
        period_end = calendar.last_day(period)
        drafts = [key for key in self.sheets if key[0] == period and (key[1], key[2]) not in frozen]
        for key in drafts:
            del self.sheets[key]
            for no in [no for no, at in self.on_sheet.items() if at == key]:
                del self.on_sheet[no], self.category_on_sheet[no], self.contract_on_sheet[no]
        open_lines = [
            line
            for line in self.world.live_lines()
            if line["accepted_on"] <= period_end and line["line_no"] not in self.on_sheet
        ]
        verdicts = {line["line_no"]: self.judge(line, period_end) for line in open_lines}
        waiting = {no for no, verdict in verdicts.items() if verdict.reasons}
        for line in open_lines:
            original, verdict = original_of(self.world, line), verdicts[line["line_no"]]
            if verdict.lane == "direct" and original and original["line_no"] not in self.on_sheet:
                late = original["accepted_on"] > period_end
                if late or original["line_no"] in waiting:
                    verdict.reasons = sorted({*verdict.reasons, "original_waiting"})
        free: dict[tuple[str, str], list[Row]] = {}
        for line in open_lines:
            pair = (lead_of(self.world, line, period_end), line["enterprise_code"])
            verdict = verdicts[line["line_no"]]
            if verdict.lane == "direct" and not verdict.reasons and pair not in frozen:
                free.setdefault(pair, []).append(line)
        self._make_sheets(period, free, verdicts, frozen)
        return {no: verdict for no, verdict in verdicts.items() if no not in self.on_sheet}

    def _make_sheets(
        self,
        period: str,
        free: dict[tuple[str, str], list[Row]],
        verdicts: dict[str, Verdict],
        frozen: set[tuple[str, str]],
    ) -> None:
        pairs = set(free) | {(hospital, enterprise) for _, hospital, enterprise in self.sheets}
        for pair in pairs - frozen:
            earlier = [key for key in self.sheets if key[1:] == pair and key[0] < period]
            carried = self.sheets[max(earlier)]["carried_out"] if earlier else 0
            lines = free.get(pair, [])
            if not lines and not carried:
                continue
            key = (period, *pair)
            net = sum(line["amount_fen"] for line in lines) + carried
            self.sheets[key] = {
                "lines": len(lines),
                "carried_in": carried,
                "payable": max(net, 0),
                "carried_out": min(net, 0),
                "due_on": min((verdicts[line["line_no"]].due_on for line in lines), default=None),
            }
            for line in lines:
                no = line["line_no"]
                self.on_sheet[no] = key
                self.due[no] = verdicts[no].due_on
                judged = original_of(self.world, line) or line
                award = award_of(self.world, line, judged["accepted_on"])
                original_no = judged["line_no"] if judged is not line else None
                contract = contract_of(self.world, line, judged["accepted_on"])
                product = self.world.one("product", nhsa_code=line["nhsa_code"])
                self.category_on_sheet[no] = self.category_on_sheet.get(original_no) or (
                    award["category"]
                    if award
                    else "cloud_film"
                    if product["kind"] == "cloud_film"
                    else "negotiated"
                    if product["negotiated"]
                    else "listed"
                )
                self.contract_on_sheet[no] = contract["contract_no"] if contract else None
