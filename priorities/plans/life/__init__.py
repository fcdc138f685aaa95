"""The life of a plan: begun, changed, closed, gone on with in the next; and the list of all."""
