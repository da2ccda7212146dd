"""Turnover money of a year (周转金): who may have it, the grant, the payout, and back again."""

from models.services.turnover.applying import apply, withdraw
from models.services.turnover.deciding import approve, refuse
from models.services.turnover.eligible import Candidate, candidates, reserves
from models.services.turnover.paying import pay_out
from models.services.turnover.recovering import recover, repay

__all__ = [
    "Candidate",
    "apply",
    "approve",
    "candidates",
    "pay_out",
    "recover",
    "refuse",
    "repay",
    "reserves",
    "withdraw",
]
