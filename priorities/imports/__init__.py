"""A ledger that was handed in, taken over or not: a dry run first, then all of it or nothing."""
