"""A city, its clerk and a bad bank for a month: nothing is paid twice and nothing is forgotten."""
