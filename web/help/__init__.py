"""What each screen is, where its rule comes from, and the handbook behind it."""
