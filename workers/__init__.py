"""Workers carry queued work to the services."""
