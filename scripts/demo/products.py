"""What the demo city buys: drugs, consumables and cloud film, with the rounds that awarded them."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from scripts.demo import codes, names, places
from scripts.demo.companies import Enterprise

ROUNDS = (
    ("GJ09", "国家组织药品集中采购（第九批续约）", "national"),
    ("GJHC3", "国家组织人工关节和支架集中采购（续约）", "national"),
    ("LM06", "八省联盟药品集中采购（第六批）", "alliance"),
    ("JL04", "江岭省药品集中采购（第四批）", "province"),
    ("LJ02", "澜江市医用耗材集中采购（第二批）", "city"),
)
#: Hospitals report what they will need of it; nothing is awarded yet.
NEXT_ROUND = "GJ12"
_MARKETS = (
    # round_code or the market, share of products in percent
    ("GJ09", 27), ("GJHC3", 11), ("LM06", 13), ("JL04", 12), ("LJ02", 9),
    ("negotiated", 14), ("listed", 10), ("cloud_film", 4),
)  # fmt: skip


@dataclass(frozen=True)
class Product:
    """A product; prices in ten-thousandths of a yuan, as price columns carry them."""

    number: int
    code: str
    name: str
    kind: str
    specification: str
    unit: str
    maker: str
    #: Round that awarded it, else negotiated, listed or cloud_film.
    market: str
    price_e4: int
    listed_e4: int

    @property
    def is_awarded(self) -> bool:
        """Whether a round awarded it."""
        return self.market not in ("negotiated", "listed", "cloud_film")


def products(count: int, enterprises: list[Enterprise], random: Random) -> list[Product]:
    """Return the products, spread over the markets by their shares."""
    makers = [enterprise for enterprise in enterprises if enterprise.makes]
    markets = [market for market, share in _MARKETS for _ in range(share)]
    made = []
    for number in range(1, count + 1):
        market = markets[number * 37 % len(markets)]
        kind, name, code, unit = _thing(number, market)
        price = _price_e4(kind, random)
        made.append(
            Product(
                number=number,
                code=code,
                name=name,
                kind=kind,
                unit=unit,
                market=market,
                specification=_specification(kind, number),
                maker=makers[number * 11 % len(makers)].code,
                price_e4=price,
                listed_e4=price * random.randint(105, 190) // 100,
            )
        )
    return made


def _thing(number: int, market: str) -> tuple[str, str, str, str]:
    """Return kind, generic name, code and unit."""
    if market == "cloud_film":
        return "cloud_film", "医学影像云胶片存储服务", codes.consumable_code(number), "次"
    if market in ("GJHC3", "LJ02") or (market == "listed" and number % 2):
        name = names.CONSUMABLES[number * 7 % len(names.CONSUMABLES)]
        return "consumable", name, codes.consumable_code(number), "套" if number % 3 else "个"
    if number % 4 == 0:
        name = names.CHINESE[number * 5 % len(names.CHINESE)]
        return "drug", name, codes.drug_code(number, patent_medicine=True), "盒"
    name = names.WESTERN[number * 13 % len(names.WESTERN)]
    return (
        "drug",
        name,
        codes.drug_code(number, patent_medicine=False),
        "盒" if number % 5 else "支",
    )


def _specification(kind: str, number: int) -> str:
    if kind == "drug":
        return f"{(5, 10, 20, 50, 100)[number % 5]}mg×{(7, 12, 24, 30)[number % 4]}"
    return "单部位单次" if kind == "cloud_film" else f"{'SML'[number % 3]}型"


def _price_e4(kind: str, random: Random) -> int:
    """Return a price: few are dear, many cost some yuan; some have four decimals."""
    if kind == "cloud_film":
        return random.randrange(80_000, 260_000, 5_000)
    low, high = (30_000, 900_000) if kind == "drug" else (50_000, 4_000_000)
    price = int(low * (high / low) ** random.random())
    return price if random.random() < 0.2 else price // 100 * 100


def product_rows(products: list[Product]) -> Iterator[dict[str, str]]:
    """Yield the rows of the products file."""
    for product in products:
        yield {
            "nhsa_code": product.code,
            "name": product.name,
            "kind": product.kind,
            "specification": product.specification,
            "unit": product.unit,
            "manufacturer_code": product.maker,
            "listed_price_yuan": price_text(product.listed_e4),
            "negotiated": "yes" if product.market == "negotiated" else "no",
        }


def round_rows(first_year: int) -> Iterator[dict[str, str]]:
    """Yield the rows of the rounds file; terms hold from the year before to the year after."""
    for place, (code, name, level) in enumerate(ROUNDS):
        yield {
            "round_code": code,
            "name": name,
            "level": level,
            "term_start": f"{first_year - 1}-0{place + 1}-01",
            "term_end": f"{first_year + 1}-12-31",
            "non_selected_limit_bp": "3000" if level == "national" else "",
        }
    yield {
        "round_code": NEXT_ROUND,
        "name": "国家组织药品集中采购（第十二批，报量中）",
        "level": "national",
        "term_start": f"{first_year + 1}-01-01",
        "term_end": f"{first_year + 3}-12-31",
        "non_selected_limit_bp": "",
    }


def award_rows(products: list[Product]) -> Iterator[dict[str, str]]:
    """Yield the rows of the awards file: wide rounds for the province, the city's for the city."""
    for product in products:
        if product.is_awarded:
            yield {
                "round_code": product.market,
                "nhsa_code": product.code,
                "area_code": places.CITY if product.market == "LJ02" else places.PROVINCE,
                "price_yuan": price_text(product.price_e4),
                "term_start": "",
                "term_end": "",
            }


def price_text(price_e4: int) -> str:
    """Return a price with four decimals."""
    return f"{price_e4 // 10_000}.{price_e4 % 10_000:04d}"
