"""How a plan comes to be: what a document or a table says, what is made of it, and the plan."""
