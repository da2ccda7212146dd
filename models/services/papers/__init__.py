"""Papers about the execution of procurement, and what hospitals are asked to put right."""
