"""The doors: one blueprint per kind of visitor; its first lines are its lock."""
