"""Read models of the pages: every number a page shows is asked here, set by set, never changed."""
