"""Commands of the agency's staff; one module each."""
