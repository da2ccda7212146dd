"""What the outside may send: one schema for each table of the file formats."""
