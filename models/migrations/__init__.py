"""The schema's history: each file is frozen SQL, applied once and in order.

An older web process goes on answering while a migration runs and until it is replaced: a column or
table is taken away only in the release after the one that stopped reading it.
"""
