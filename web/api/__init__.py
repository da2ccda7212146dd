"""HTTP interface for other systems."""
