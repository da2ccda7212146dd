"""A year of a small city, told twice: to the product, and to a plain book that must agree."""
