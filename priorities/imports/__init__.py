"""A ledger that was filled in and is handed in: read, shown as a dry run, taken over or not."""
