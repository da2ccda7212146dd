"""The enterprises of the demo city: invented manufacturers and distributors with valid codes."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from scripts.demo import codes, names

_MAKERS = (
    "制药有限公司",
    "药业股份有限公司",
    "生物制药有限公司",
    "医疗器械有限公司",
    "医疗科技股份有限公司",
)
_SELLERS = (
    "医药有限公司",
    "医药商贸有限公司",
    "医药物流有限公司",
    "医疗用品有限公司",
    "药业配送有限公司",
)
_BANKS = (
    (102, "工商银行"), (103, "农业银行"), (104, "中国银行"), (105, "建设银行"),
    (313, "澜江银行"), (402, "澜江农商银行"), (403, "邮储银行"),
)  # fmt: skip
_AREAS = ("590902", "590903", "590921", "590922", "590923", "310115", "440106")
SIZES = ("micro", "small", "medium", "large")


@dataclass(frozen=True, eq=False)
class Enterprise:
    """An enterprise; `role` says whether it makes, delivers or both."""

    code: str
    name: str
    role: str
    size: str
    number: int

    @property
    def sells(self) -> bool:
        """Whether hospitals buy from it."""
        return self.role != "manufacturer"

    @property
    def makes(self) -> bool:
        """Whether products are made by it."""
        return self.role != "distributor"


def enterprises(count: int, random: Random) -> list[Enterprise]:
    """Return the enterprises: four in ten make, six in ten deliver, a part of them both."""
    made = []
    for place in range(count):
        number = place + 1
        role = ("distributor", "manufacturer", "distributor", "manufacturer", "both")[place % 5]
        ending = _SELLERS if role == "distributor" else _MAKERS
        round_no, sign = divmod(place, len(names.COMPANIES))
        branch = f"（{'东西南北中'[round_no % 5]}{round_no}区）" if round_no else ""
        name = names.COMPANIES[sign] + branch
        name += ending[(place // 5 + place) % len(ending)]
        area = _AREAS[random.randrange(len(_AREAS))]
        size = random.choices(SIZES, (3, 9, 8, 4))[0]
        made.append(
            Enterprise(
                codes.credit_code("91", area, 760_000_000 + number * 37), name, role, size, number
            )
        )
    return made


def row(
    enterprise: Enterprise, *, account_version: int = 0, suspended_on: str = ""
) -> dict[str, str]:
    """Return its row of the enterprises file; another version is another receiving account."""
    bank, bank_name = _BANKS[(enterprise.number + account_version) % len(_BANKS)]
    branch = enterprise.number * 7 % 900 + 1
    serial = f"{enterprise.number:04d}{enterprise.number * 7919 % 10**8:08d}"
    return {
        "credit_code": enterprise.code,
        "name": enterprise.name,
        "role": enterprise.role,
        "size": enterprise.size,
        "account_no": f"{bank}59{account_version}{serial}",
        "account_name": enterprise.name,
        "bank_name": f"{bank_name}澜江分行第{branch}支行",
        "cnaps_code": codes.cnaps_code(bank, 4929, branch),
        "email": f"jiesuan{enterprise.number:04d}@enterprise.example",
        "suspended_on": suspended_on,
    }


def rows(enterprises: list[Enterprise]) -> Iterator[dict[str, str]]:
    """Yield the rows of the first enterprises file."""
    for enterprise in enterprises:
        yield row(enterprise)
