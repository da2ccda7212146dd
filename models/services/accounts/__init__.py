"""Receiving accounts: money waits until others than who asked approved a change.

A change is staged: the party keeps the account in force while another is asked for, and nothing is
paid to either until the new one is in force or came to an end. All take their locks in one order:
parties by code, then changes by id. Enterprises are meant where no side is named.
"""

from models.services.accounts.asking import Evidence, Wish, request, withdraw
from models.services.accounts.checks import judged, of_wish
from models.services.accounts.deciding import approve, reject, stop
from models.services.accounts.effect import bring_into_force
from models.services.accounts.filing import hand_in
from models.services.accounts.sides import ENTERPRISES, HOSPITALS, Side
from models.services.accounts.standing import Bound, of_hospital

__all__ = [
    "ENTERPRISES",
    "HOSPITALS",
    "Bound",
    "Evidence",
    "Side",
    "Wish",
    "approve",
    "bring_into_force",
    "hand_in",
    "judged",
    "of_hospital",
    "of_wish",
    "reject",
    "request",
    "stop",
    "withdraw",
]
