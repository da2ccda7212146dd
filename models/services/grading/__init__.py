"""Yearly grades of hospitals (绩效分级): made from what is known, confirmed by a second person."""
