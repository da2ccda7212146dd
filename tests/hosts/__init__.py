"""Several hosts, several servers: what they end with equals what one ends with."""
