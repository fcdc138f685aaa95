"""What changed between two texts, as runs that a reader can follow."""

from difflib import SequenceMatcher

LONGEST = 2_000
"""Characters up to which two texts are compared letter by letter; longer ones line by line."""

SHORTEST_SAME = 2
"""A single letter that happens to be the same between two changes is no help to a reader."""

Run = tuple[str, str]
"""``same``, ``old`` or ``new``, and the words; old comes before new."""


def differences(before: str, after: str) -> list[Run]:
    """The runs of two texts: without ``old`` they are the new text, without ``new`` the old one."""
    if before == after:
        return [("same", after)] if after else []
    if max(len(before), len(after)) > LONGEST:
        return _runs(before.splitlines(keepends=True), after.splitlines(keepends=True))
    return _runs(before, after)


def _runs(before, after) -> list[Run]:
    """Of two strings or two lists of lines."""
    runs: list[Run] = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        old, new = "".join(before[i:j]), "".join(after[k:m])
        if tag == "equal" and len(old) >= SHORTEST_SAME:
            runs.append(("same", old))
        else:
            _add(runs, old, new)
    return runs


def _add(runs: list[Run], old: str, new: str) -> None:
    """Join a change to the one right before it, so that old and new stay whole."""
    while runs and runs[-1][0] != "same":
        kind, words = runs.pop()
        old, new = (words + old, new) if kind == "old" else (old, words + new)
    if old:
        runs.append(("old", old))
    if new:
        runs.append(("new", new))
