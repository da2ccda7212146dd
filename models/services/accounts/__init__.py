"""Receiving accounts of enterprises: money waits until others than who asked approved a change.

A change is staged: the enterprise keeps the account in force while another is asked for, and
nothing is paid to either until the new one is in force or came to an end. All take their locks in
one order: enterprises by code, then changes by id.
"""

from models.services.accounts.asking import Evidence, Wish, request, withdraw
from models.services.accounts.checks import judged, of_wish
from models.services.accounts.deciding import approve, reject, stop
from models.services.accounts.effect import bring_into_force

__all__ = [
    "Evidence",
    "Wish",
    "approve",
    "bring_into_force",
    "judged",
    "of_wish",
    "reject",
    "request",
    "stop",
    "withdraw",
]
