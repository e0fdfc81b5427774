"""What may happen: one file per journey, one function per verb, one transaction per function."""
