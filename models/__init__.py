"""The business of direct settlement: rules decide, records remember, services write."""
