"""Who buys what from whom: each hospital's products with the one enterprise that delivers them."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random

from scripts.demo.companies import Enterprise
from scripts.demo.places import Hospital
from scripts.demo.products import Product

#: Share of the products a hospital of that level buys, in percent.
_BOUGHT = {3: 100, 2: 70, 1: 30, 0: 30}


@dataclass(frozen=True)
class Roles:
    """Enterprises with a part of their own in the story."""

    #: Its receiving account changes in the last month and nobody has approved the new one.
    changed: Enterprise
    #: It is suspended in the last month.
    suspended: Enterprise
    #: Its returns are greater than its receipts in the second month: the pair carries over.
    carrying: Enterprise
    others: Sequence[Enterprise]

    def is_plain(self, enterprise: Enterprise) -> bool:
        """Say whether the enterprise has no part of its own."""
        return enterprise not in (self.changed, self.suspended, self.carrying)


@dataclass(frozen=True)
class Trade:
    """What one hospital buys: offers by enterprise, drawn by the number of their products."""

    hospital: Hospital
    offers: Sequence[tuple[Enterprise, Sequence[Product]]]
    _until: Sequence[int] = field(repr=False)

    def draw(self, random: Random) -> tuple[Enterprise, Sequence[Product]]:
        """Return an enterprise and its products for this hospital."""
        return self.offers[bisect_right(self._until, random.random() * self._until[-1])]


def roles(enterprises: Sequence[Enterprise]) -> Roles:
    """Choose the enterprises of the story among those that deliver."""
    sellers = [enterprise for enterprise in enterprises if enterprise.sells]
    return Roles(sellers[-1], sellers[-2], sellers[-3], sellers[:-3])


def trades(
    hospitals: Sequence[Hospital], products: Sequence[Product], roles: Roles, random: Random
) -> dict[str, Trade]:
    """Return each hospital's trade; a product has one deliverer in an area, two in the city."""
    weights = [1 / (place + 2) ** 0.6 for place in range(len(roles.others))]
    pairs = {product.code: random.choices(roles.others, weights, k=2) for product in products}
    # The enterprises of the story deliver little: what waits because of them stays a small share.
    awarded = [product for product in products if product.is_awarded]
    for product in awarded[: max(1, len(products) // 120)]:
        pairs[product.code] = [roles.changed] * 2
    for product in awarded[-max(1, len(products) // 150) :]:
        pairs[product.code] = [roles.suspended] * 2
    return {
        hospital.code: _trade(
            hospital, products, pairs, random, always={roles.changed.code, roles.suspended.code}
        )
        for hospital in hospitals
    }


def _trade(
    hospital: Hospital,
    products: Sequence[Product],
    pairs: dict[str, list[Enterprise]],
    random: Random,
    *,
    always: set[str],
) -> Trade:
    offers: dict[str, tuple[Enterprise, list[Product]]] = {}
    area = int(hospital.area_code)
    for product in products:
        enterprise = pairs[product.code][(area + product.number) % 3 == 0]
        if enterprise.code in always or random.random() * 100 < _BOUGHT[hospital.level]:
            offers.setdefault(enterprise.code, (enterprise, []))[1].append(product)
    listed = list(offers.values())
    return Trade(hospital, listed, list(accumulate(len(products) for _, products in listed)))
