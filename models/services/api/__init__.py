"""What other systems may do: keys of institutions, requests taken once, rows read page by page."""
