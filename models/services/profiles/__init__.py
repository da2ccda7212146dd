"""Bank profiles: versions of a bank's formats as data, changed by two people, frozen once in force.

A profile decides what the bank reads as account, name and amount, so nobody changes one alone: a
version is proposed, another person puts it in force, and files keep the version they have.
"""

from models.services.profiles.changes import activate, propose, refuse, retire, withdraw
from models.services.profiles.versions import ensure

__all__ = ["activate", "ensure", "propose", "refuse", "retire", "withdraw"]
