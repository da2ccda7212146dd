"""Rows for tests: defaults are valid and boring, tests say only what matters."""
