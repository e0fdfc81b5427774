"""Named questions: each takes what it is about and a moment, and returns a query a caller may narrow; nothing is written."""
