"""HTML for tests that look at its text: where a line of a template was cut says nothing."""

import re


def uncut(html: str) -> str:
    """Without the line breaks and indents that stand between attributes and before a ``>``."""
    return re.sub(r" +>", ">", re.sub(r"\n +", " ", html))
