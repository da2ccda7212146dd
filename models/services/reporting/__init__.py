"""Reports of quantities (报量): a hospital writes and submits, one level up reviews."""
