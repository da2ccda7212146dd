"""Handing events to the addresses of other systems, and never to one of our own."""
