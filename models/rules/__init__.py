"""Pure decisions taken from the notices: no clock, no I/O, no database."""
