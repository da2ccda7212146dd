"""Bank formats: golden files byte for byte, round trips, refusals."""
