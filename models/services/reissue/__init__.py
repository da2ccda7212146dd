"""Pay again what was rejected or came back: on two proofs, asked by one, released by another."""

from models.services.reissue.asking import ask, refuse, release
from models.services.reissue.making import reissue, run

__all__ = ["ask", "refuse", "reissue", "release", "run"]
