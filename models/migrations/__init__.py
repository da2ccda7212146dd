"""The schema's history: each file is frozen SQL, applied once and in order."""
