"""Sub-ledgers of the hospitals (分簿): their balances, what is to be topped up, their close-out."""
