"""Statements and advices of ISO 20022 as banks send them, built for the tests."""

from xml.sax.saxutils import escape

_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
CODE = (
    "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>{}</SubFmlyCd></Fmly></Domn></BkTxCd>"
)


def balance(code: str, amount: str, day: str = "2026-04-02") -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="CNY">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>'
    )


def details(
    reference: str = "",
    amount: str = "",
    *,
    version: str = "08",
    side: str = "DBIT",
    returned: str = "",
    extra: str = "",
) -> str:
    """Return a TxDtls; .02 knows no Amt and no CdtDbtInd there, and a bare name."""
    refs = f"<Refs><EndToEndId>{reference}</EndToEndId></Refs>" if reference else ""
    money = f'<Amt Ccy="CNY">{amount}</Amt>' if amount else ""
    if version == "08":
        own = f"{money}<CdtDbtInd>{side}</CdtDbtInd>" if money else ""
    else:
        own = f"<AmtDtls><TxAmt>{money}</TxAmt></AmtDtls>" if money else ""
    name = "<Pty><Nm>贵州黔岭</Nm></Pty>" if version == "08" else "<Nm>贵州黔岭</Nm>"
    parties = (
        f"<RltdPties><Cdtr>{name}</Cdtr><CdtrAcct><Id><Othr><Id>5200</Id></Othr></Id></CdtrAcct>"
        "</RltdPties>"
    )
    back = ""
    if returned:
        more = "<AddtlInf>账户已销户</AddtlInf>"
        back = f"<RtrInf><Rsn><Cd>{escape(returned)}</Cd></Rsn>{more}</RtrInf>"
    return f"<TxDtls>{refs}{own}{extra}{parties}<RmtInf><Ustrd>货款</Ustrd></RmtInf>{back}</TxDtls>"


def entry(
    amount: str,
    inside: str,
    *,
    version: str = "08",
    side: str = "DBIT",
    status: str = "BOOK",
    reversal: bool = False,
    number: str = "X1",
    code: str = "DMCT",
    day: str = "2026-04-02",
) -> str:
    word = f"<Cd>{status}</Cd>" if version == "08" else status
    wrong = "<RvslInd>true</RvslInd>" if reversal else ""
    booked = f"<BookgDt><Dt>{day}</Dt></BookgDt>" if day else ""
    service = f"<AcctSvcrRef>{number}</AcctSvcrRef>" if number else ""
    return (
        f'<Ntry><Amt Ccy="CNY">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>{wrong}'
        f"<Sts>{word}</Sts>{booked}{service}{CODE.format(code)}"
        + (f"<NtryDtls>{inside}</NtryDtls>" if inside else "")
        + "</Ntry>"
    )


def batch_of(count: int, batch_no: str = "B1") -> str:
    return f"<Btch><PmtInfId>{batch_no}</PmtInfId><NbOfTxs>{count}</NbOfTxs></Btch>"


def stmt(
    *entries: str,
    opening: str = "1000.00",
    closing: str = "850.00",
    number: str = "S1",
    sequence: int = 7,
    account: str = "24020",
    day: str = "2026-04-02",
    page: str = "",
) -> str:
    paging = f"<StmtPgntn><PgNb>{page[:1]}</PgNb><LastPgInd>{page[1:]}</LastPgInd></StmtPgntn>"
    return (
        f"<Stmt><Id>{number}</Id>{paging if page else ''}"
        f"<ElctrncSeqNb>{sequence}</ElctrncSeqNb><CreDtTm>2026-04-03T06:00:00</CreDtTm>"
        f"<Acct><Id><Othr><Id>{account}</Id></Othr></Id></Acct>"
        f"{balance('OPBD', opening, day)}{balance('CLBD', closing, day)}{''.join(entries)}</Stmt>"
    )


def statements(*inside: str, version: str = "08") -> bytes:
    return _document(f"camt.053.001.{version}", "BkToCstmrStmt", *inside)


def statement(version: str) -> bytes:
    return statements(
        stmt(entry("150.00", details("R1", "150.00", version=version), version=version)),
        version=version,
    )


def ntfctn(*entries: str, account: str = "24020") -> str:
    return (
        "<Ntfctn><Id>N1</Id><CreDtTm>2026-04-02T18:00:00</CreDtTm>"
        f"<Acct><Id><Othr><Id>{account}</Id></Othr></Id></Acct>{''.join(entries)}</Ntfctn>"
    )


def advices(*inside: str, version: str = "08") -> bytes:
    return _document(f"camt.054.001.{version}", "BkToCstmrDbtCdtNtfctn", *inside)


def advice(version: str) -> bytes:
    """Return a settlement, a return and a reversal."""
    return advices(
        ntfctn(
            entry("1.50", details("R1", "1.50", version=version), version=version),
            entry(
                "2.00",
                details("R2", "2.00", version=version, side="CRDT", returned="AC04"),
                version=version,
                side="CRDT",
                code="RRTN",
                day="2026-04-03",
            ),
            entry(
                "3.00",
                details("R3", "3.00", version=version, side="CRDT"),
                version=version,
                side="CRDT",
                reversal=True,
            ),
        ),
        version=version,
    )


def _document(message: str, root: str, *inside: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{_NAMESPACE}{message}"><{root}>'
        "<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-04-02T18:00:00+08:00</CreDtTm></GrpHdr>"
        f"{''.join(inside)}</{root}></Document>"
    ).encode()
