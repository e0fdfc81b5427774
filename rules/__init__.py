"""Pure calculation: no database, no network, nothing of ours imported."""
