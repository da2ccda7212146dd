"""How a scheme changes: somebody drafts a version, another person puts it in force."""

from models.services.scheme_drafts.cells import of_version, values
from models.services.scheme_drafts.deciding import give_back, put_in_force
from models.services.scheme_drafts.writing import Base, begin, submit, withdraw, write

__all__ = [
    "Base",
    "begin",
    "give_back",
    "of_version",
    "put_in_force",
    "submit",
    "values",
    "withdraw",
    "write",
]
