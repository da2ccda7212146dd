"""Answers to lateness: who knew and promised, what is excused, which measures were taken."""
