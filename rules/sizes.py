"""Size classes of firms, by employees, as Eurostat and the funder's call count them (Recommendation 2003/361/EC)."""

CLASSES = ((9, "1-9"), (49, "10-49"), (249, "50-249"))


def size_class(employees: int) -> str:
    """The class of a firm of so many employees: micro, small, medium, large."""
    return next((name for most, name in CLASSES if employees <= most), "250+")
