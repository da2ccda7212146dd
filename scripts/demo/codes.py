"""Codes with correct check characters for invented parties, as real files carry them."""

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def credit_code(kind: str, area_code: str, number: int) -> str:
    """Return an 18-character code of GB 32100-2015; `kind` 91: enterprise, 12: institution."""
    body = f"{kind}{area_code}{number:09d}"
    total = sum(
        _USCC_ALPHABET.index(sign) * weight
        for sign, weight in zip(body, _USCC_WEIGHTS, strict=True)
    )
    return body + _USCC_ALPHABET[(31 - total % 31) % 31]


def cnaps_code(bank: int, city: int, branch: int) -> str:
    """Return a 12-digit 联行号 with its check digit (ISO 7064 MOD 11,10)."""
    body = f"{bank:03d}{city:04d}{branch:04d}"
    product = 10
    for digit in body:
        product = (product + int(digit)) % 10 or 10
        product = product * 2 % 11
    return f"{body}{(11 - product) % 10}"


def hospital_code(area_code: str, number: int) -> str:
    """Return a 12-character 定点医疗机构代码."""
    return f"H{area_code}{number:05d}"


def drug_code(number: int, *, patent_medicine: bool) -> str:
    """Return a 23-character code of a western drug (X) or a 20-character one of a 中成药 (Z)."""
    letter = "ABCDGHJLMN"[number % 10]
    if patent_medicine:
        name = f"{letter}{number % 90 + 10:02d}AA{number:05d}"
        return f"Z{name}{number % 9000 + 1000:04d}{number + 10_000:05d}"
    spec = f"A{number % 7 + 1:03d}{number % 9000 + 1000:04d}"
    return (
        f"X{letter}{number % 90 + 10:02d}BA"
        + f"{number % 10_000:04d}"
        + f"{spec}{number + 10_000:05d}"
    )


def consumable_code(number: int) -> str:
    """Return a 27-digit code of a 医用耗材: class, generic, feature, maker and serial."""
    kind = f"{number % 17 + 1:02d}{number % 30 + 1:02d}{number % 20 + 1:02d}{number % 1000:03d}"
    return f"C{kind}{number + 10_000:05d}{number + 20_000:05d}{number:07d}"


def trace_code(product: int, serial: int) -> str:
    """Return a 20-digit 药品追溯码: 7 digits of the drug, 13 of the package."""
    return f"{8100000 + product:07d}{serial:013d}"


def invoice_no(year: int, serial: int) -> str:
    """Return the 20-digit number of a digital invoice (数电票): year, city, channel, serial."""
    return f"{year % 100:02d}592{serial:015d}"
