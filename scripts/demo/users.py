"""The people of the demo city, one for each role, with a password for the demo only."""

from dataclasses import dataclass

from models.records.access import User
from models.rules.passwords import DEMO_PASSWORD
from models.rules.words import Role
from models.services import users
from scripts.demo import places
from scripts.demo.city import City

#: For the demo city only; a production system takes it nowhere.
PASSWORD = DEMO_PASSWORD


@dataclass(frozen=True)
class Person:
    """A user of the demo."""

    name: str
    full_name: str
    role: Role
    area: str = places.PROVINCE
    party: str | None = None


MAKER = Person("maker", "李经办", Role.MAKER)
CHECKER = Person("checker", "王复核", Role.CHECKER)
APPROVER = Person("approver", "陈审批", Role.APPROVER)


def people(city: City) -> list[Person]:
    """Return one person for each role; seats belong to the largest hospital and deliverer."""
    return [
        MAKER,
        CHECKER,
        APPROVER,
        Person("supervisor", "赵监管", Role.SUPERVISOR),
        Person("auditor", "孙审计", Role.AUDITOR),
        Person("administrator", "周管理", Role.ADMINISTRATOR, area="all"),
        Person("hospital", "澜江市人民医院", Role.HOSPITAL, party=city.hospital_code),
        Person("enterprise", "瑞禾医药", Role.ENTERPRISE, party=city.enterprise_code),
    ]


def ensure(city: City) -> list[Person]:
    """Make the users that are not there yet and return all of them."""
    everybody = people(city)
    for person in everybody:
        if User.get_or_none(User.name == person.name) is None:
            users.create(
                person.name,
                person.role,
                person.area,
                party_code=person.party,
                password=PASSWORD,
                full_name=person.full_name,
                keeper=person.party is not None,
            )
    return everybody
