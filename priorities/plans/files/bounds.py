"""How much of a file is taken; no more than numbers, so that a small process can read them too."""

MOST_BYTES = 20 * 1024 * 1024
"""A year's document with its photographs; the same as of a file of evidence."""

LONGEST_TEXT = 300_000
"""Characters: the longest work reports of provinces have some thirty thousand."""

MOST_PAGES = 500
