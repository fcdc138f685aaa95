"""Does the program keep its word while it is being killed? See load.py; `make faults` runs it."""
