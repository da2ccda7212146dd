"""The round's prepayment (集采预付): computed, approved, paid out, passed on, recovered."""
