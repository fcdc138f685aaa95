"""Are the tests awake? Each rule of the program is broken once, and some test must fail for it."""
