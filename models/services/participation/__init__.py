"""Who takes part in volume procurement and how: compared with use, found, and followed up."""
