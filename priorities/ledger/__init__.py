"""The ledger (台账): the table of actions as a file, and the file read that was filled in."""
