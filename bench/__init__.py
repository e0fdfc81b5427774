"""Commands that measure what is promised."""
