"""A file that somebody has → the text that it holds, or one sentence why it cannot be read."""
