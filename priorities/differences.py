"""What changed between two texts, clause by clause: letter by letter nobody can read it."""

import re
from difflib import SequenceMatcher

CLAUSE = re.compile(r".+?(?:[，。；：、！？\n]+|[,.;:!?]\s+|$)", re.DOTALL)
"""Words up to the punctuation that ends them, Chinese or Latin."""

Run = tuple[str, str]
"""``same``, ``old`` or ``new``, and the words; old comes before new."""


def differences(before: str, after: str) -> list[Run]:
    """The runs of two texts: without ``old`` they are the new text, without ``new`` the old one."""
    old, new = CLAUSE.findall(before), CLAUSE.findall(after)
    runs: list[Run] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append(("same", "".join(new[k:m])))
            continue
        runs += [
            (kind, words)
            for kind, words in (("old", "".join(old[i:j])), ("new", "".join(new[k:m])))
            if words
        ]
    return runs
