"""One way of making or reading a bank file, in a process of its own so that its memory shows.

Run as `python -m scripts.bench.bank_writers WAY ORDERS FILE`; prints one JSON object.
"""

import dataclasses
import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from models.rules.money import yuan
from workers import bankfiles
from workers.bankfiles.seeds import SEEDS

ON = date(2026, 7, 8)
PROFILE = "iso_pain001_v09_cn"
READ_BYTES = 1 << 20
KIB = 1024
#: A peer that knows accounts by IBAN only is given one for all.
IBAN, BIC = "DE89370400440532013000", "BANKNL2A"


def orders(count: int) -> Iterator[bankfiles.Order]:
    """Yield so many orders, made on the way: they take no memory of their own."""
    for place in range(count):
        yield bankfiles.Order(
            f"ZJ2606{place:010d}", f"0d5e7f3a-1111-4111-8111-{place:012d}",
            f"10359000{place:010d}", "瑞禾医药有限公司", "农业银行澜江分行第8支行",
            "103492900083", 10_000 + place, "医药货款2026-06",
        )  # fmt: skip


def batch(count: int) -> bankfiles.Batch:
    """Return the head of a file of so many orders."""
    return bankfiles.Batch(
        batch_no="PC20260708000001", created_at=datetime(2026, 7, 8, 2, tzinfo=UTC),
        execution_on=ON,
        debtor_account_no="5901001000000000132", debtor_account_name="澜江市医保基金支出户",
        debtor_bank_name="澜江银行澜江市支行", debtor_cnaps_code="313492900014",
        count=count, total_fen=sum(10_000 + place for place in range(count)),
    )  # fmt: skip


def profile() -> bankfiles.Profile:
    """Return the ISO profile without the bank's limits of size: one file has them all."""
    spec = next(one for one in SEEDS if one["code"] == PROFILE)
    return dataclasses.replace(bankfiles.Profile.from_spec(spec), max_rows=None, max_bytes=None)


def raw(count: int, path: Path) -> None:
    """Write the same elements as a plain loop of Python would: escaped, and nothing checked."""
    with path.open("wb") as out:
        for one in orders(count):
            text = (
                f"<CdtTrfTxInf><PmtId><InstrId>{one.reference}</InstrId>"
                f"<EndToEndId>{one.reference}</EndToEndId><UETR>{one.uetr}</UETR></PmtId>"
                f'<Amt><InstdAmt Ccy="CNY">{yuan(one.amount_fen)}</InstdAmt></Amt>'
                "<CdtrAgt><FinInstnId><ClrSysMmbId><ClrSysId><Cd>CNAPS</Cd></ClrSysId>"
                f"<MmbId>{one.payee_cnaps_code}</MmbId></ClrSysMmbId>"
                f"<Nm>{escape(one.payee_bank_name)}</Nm></FinInstnId></CdtrAgt>"
                f"<Cdtr><Nm>{escape(one.payee_account_name)}</Nm></Cdtr>"
                f"<CdtrAcct><Id><Othr><Id>{one.payee_account_no}</Id></Othr></Id></CdtrAcct>"
                f"<RmtInf><Ustrd>{escape(one.purpose)}</Ustrd></RmtInf></CdtTrfTxInf>\n"
            )
            out.write(text.encode())


def ours(count: int, path: Path) -> None:
    """Write the file with every check."""
    with path.open("wb") as out:
        for piece in bankfiles.write(profile(), batch(count), orders(count)):
            out.write(piece)


def parse(_count: int, path: Path) -> None:
    """Parse a written file once and look at nothing in it."""
    etree = importlib.import_module("lxml.etree")
    for _, element in etree.iterparse(path, tag="{*}CdtTrfTxInf"):
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def reread(count: int, path: Path) -> None:
    """Read a written file back as the service does, each order beside the approved one."""
    with path.open("rb") as source:
        chunks = iter(lambda: source.read(READ_BYTES), b"")
        read = bankfiles.read_orders(profile(), chunks)
        found = sum(1 for _ in bankfiles.compared(profile(), read, orders(count)))
    if found != count:
        raise SystemExit(f"{found} orders of {count} read back")


def sepaxml(count: int, path: Path) -> None:
    """Write with sepaxml: fewer elements, one IBAN for all, the peer's own validation off."""
    made = importlib.import_module("sepaxml").SepaTransfer(
        {"name": "Agency", "IBAN": IBAN, "BIC": BIC, "batch": True, "currency": "EUR"},
        schema="pain.001.001.09",
        clean=False,
    )
    for one in orders(count):
        made.add_payment(
            {
                "name": one.payee_account_name, "IBAN": IBAN, "BIC": BIC,
                "amount": one.amount_fen, "execution_date": ON, "description": one.purpose,
                "endtoend_id": one.reference,
            }
        )  # fmt: skip
    path.write_bytes(made.export(validate=False))


def pyiso20022(count: int, path: Path) -> None:
    """Write with pyiso20022's classes and xsdata's serializer: the same elements as ours."""
    m: Any = importlib.import_module("pyiso20022.pain.pain_001_001_09")
    serializers = importlib.import_module("xsdata.formats.dataclass.serializers")

    def agent(code: str, name: str) -> Any:  # noqa: ANN401
        system = m.ClearingSystemIdentification2Choice(cd="CNAPS")
        member = m.ClearingSystemMemberIdentification2(clr_sys_id=system, mmb_id=code)
        bank = m.FinancialInstitutionIdentification18(clr_sys_mmb_id=member, nm=name)
        return m.BranchAndFinancialInstitutionIdentification6(fin_instn_id=bank)

    def account(number: str) -> Any:  # noqa: ANN401
        other = m.GenericAccountIdentification1(id=number)
        return m.CashAccount38(id=m.AccountIdentification4Choice(othr=other))

    def transaction(one: bankfiles.Order) -> Any:  # noqa: ANN401
        amount = m.ActiveOrHistoricCurrencyAndAmount(value=Decimal(yuan(one.amount_fen)), ccy="CNY")
        return m.CreditTransferTransaction34(
            pmt_id=m.PaymentIdentification6(
                instr_id=one.reference, end_to_end_id=one.reference, uetr=one.uetr
            ),
            amt=m.AmountType4Choice(instd_amt=amount),
            cdtr_agt=agent(one.payee_cnaps_code, one.payee_bank_name),
            cdtr=m.PartyIdentification135(nm=one.payee_account_name),
            cdtr_acct=account(one.payee_account_no),
            rmt_inf=m.RemittanceInformation16(ustrd=[one.purpose]),
        )

    head = batch(count)
    debtor = m.PartyIdentification135(nm=head.debtor_account_name)
    total = Decimal(yuan(head.total_fen))
    document = m.Document(
        cstmr_cdt_trf_initn=m.CustomerCreditTransferInitiationV09(
            grp_hdr=m.GroupHeader85(
                msg_id=head.batch_no, cre_dt_tm=head.created_at.isoformat(),
                nb_of_txs=str(count), ctrl_sum=total, initg_pty=debtor,
            ),
            pmt_inf=[
                m.PaymentInstruction30(
                    pmt_inf_id=head.batch_no, pmt_mtd=m.PaymentMethod3Code.TRF,
                    nb_of_txs=str(count), ctrl_sum=total,
                    reqd_exctn_dt=m.DateAndDateTime2Choice(dt=ON.isoformat()), dbtr=debtor,
                    dbtr_acct=account(head.debtor_account_no),
                    dbtr_agt=agent(head.debtor_cnaps_code, head.debtor_bank_name),
                    cdt_trf_tx_inf=[transaction(one) for one in orders(count)],
                )
            ],
        )
    )  # fmt: skip
    with path.open("w", encoding="utf-8") as out:
        serializers.XmlSerializer().write(out, document)


WAYS: dict[str, Callable[[int, Path], None]] = {
    "raw": raw,
    "ours": ours,
    "parse": parse,
    "reread": reread,
    "sepaxml": sepaxml,
    "pyiso20022": pyiso20022,
}


def _peak_mib() -> float:
    """Return the high-water mark of this process (proc(5)), without what it was forked from."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / KIB


def main(arguments: list[str]) -> int:
    """Do it once and tell seconds, processor seconds and memory above an idle process."""
    way, count, path = arguments[0], int(arguments[1]), Path(arguments[2])
    idle = _peak_mib()
    began, began_cpu = time.perf_counter(), time.process_time()
    WAYS[way](count, path)
    told = {
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - began_cpu,
        "idle_mib": idle,
        "peak_mib": _peak_mib(),
        "bytes": path.stat().st_size,
    }
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
