"""Bank formats: pure bytes in, bytes out."""
