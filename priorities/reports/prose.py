"""Small words of the official text: numbers, days, names and lists as Chinese prose has them."""

import re
from collections.abc import Iterable

LONGEST = 90
"""How many characters of an entry the text quotes; the whole of it stands in the annex."""

SENTENCE_END = "。！？!?"
CLAUSE_END = "；;，,、"

WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f\u2018-\u201d\U00020000-\U0003ffff"
GAP = re.compile(f"(?<=[{WIDE}]) +(?=[0-9A-Za-z])|(?<=[0-9A-Za-z%]) +(?=[{WIDE}%])")


def close_up(text: str) -> str:
    """Without the thin gaps that the interface sets between Chinese and figures."""
    return GAP.sub("", text)


def listed(parts: Iterable[str]) -> str:
    return "、".join(parts)


def quoted(text: str) -> str:
    """In “”; what is quoted within turns to ‘’."""
    return "“" + text.replace("“", "‘").replace("”", "’") + "”"


def joined(clauses: Iterable[str], end: str = "。") -> str:
    """The clauses that there are, as one sentence; no clause, no sentence."""
    kept = [clause for clause in clauses if clause]
    return "；".join(kept) + end if kept else ""


def without_stop(text: str) -> str:
    return text.strip().rstrip("。．.；;，, ")


def opening(text: str, longest: int = LONGEST) -> str:
    """The first sentences of an entry, without the last full stop, in ``longest`` characters.

    One sentence that is longer ends at a clause, and where there is none within, with ……
    """
    text = " ".join(text.split())
    if len(text) <= longest:
        return without_stop(text)
    for ends in (SENTENCE_END, CLAUSE_END):
        place = max(text.rfind(end, 0, longest) for end in ends)
        if place > longest // 4:
            return without_stop(text[:place])
    return text[:longest].rstrip() + "……"


def signed(change: int) -> str:
    """增加2项, 减少1项; nothing where nothing changed."""
    if not change:
        return ""
    return f"增加{change}项" if change > 0 else f"减少{-change}项"
