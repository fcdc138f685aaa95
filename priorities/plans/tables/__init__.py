"""A table of the trade, however an office made it → its cells, its columns, its rows."""
