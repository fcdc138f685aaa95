"""Lines → paragraphs: hard wrapping is undone, furniture left out.

A newspaper's column, a PDF and a mail break lines by width: most lines are equally long, and they
end in the middle of a sentence, even of a word. Such a text gives its width away; where it does, a
line as long as the others goes on in the next one, even over a blank line when its sentence has not
ended. A text whose lines end with its paragraphs is left as it is.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from .flow import Flow, Span
from .folding import folded
from .furniture import is_furniture
from .numbering import han_number, marks_a_line

_LINE = re.compile(r"[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_DROPPED = re.compile("[\u200b-\u200f\u2060\ufeff\xad\x00-\x08\x0e-\x1b\x7f]")
_TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹê"
_TONED = re.compile(f"（[a-z]{{0,4}}[{_TONES}][a-z{_TONES}]{{0,4}}）")
_PINYIN = re.compile(f"（\n*[a-z{_TONES}]{{1,6}}\n*[a-z{_TONES}]{{0,6}}\n*）")
_REFERENCE = re.compile(r"(?<=\S) ?(?:\[\d{1,2}\])+")
_PAGE_OF = re.compile(r" ?第 ?\d{1,3} ?页[，/ ]{0,2}(?:共|总) ?\d{1,3} ?页")
_MARKDOWN = re.compile("^[ \u3000]*#{1,6} ", re.MULTILINE)
_SIGNS = re.compile(r"^[ \u3000]*#{1,6} +|\*\*|^> +", re.MULTILINE)
_NARROW = re.compile("[^\u1100-\U0010ffff“”‘’…—·]")
_FULL_STOP = "。！？；：…"
_CLOSING = "”’）》】"
_NEVER_FIRST = "，。；：、）”》！？"
_NEVER_LAST = "，、（“《"
_NUMBER_LAST = re.compile(
    r"[。；： ](?:\d{1,2}\.|[一二三四五六七八九十]{1,2}、|（[一二三四五六七八九十]{1,2}）)$"
)
_REPEATED = 3
"""A line found so often is the running head or foot of a page."""


@dataclass
class Line:
    start: int
    end: int
    words: str
    measured: str
    indent: int = 0
    after_blank: bool = False

    @property
    def indented(self) -> bool:
        return self.indent >= 2

    @property
    def length(self) -> int:
        """Characters, with those by which the line is moved in."""
        return self.indent + len(self.measured)

    @cached_property
    def width(self) -> int:
        """Columns: two for a Chinese character or sign, one for the others."""
        return 2 * len(self.measured) - len(_NARROW.findall(self.measured))

    @property
    def ends_sentence(self) -> bool:
        return self.words.rstrip(_CLOSING)[-1:] in _FULL_STOP and bool(self.words)

    @property
    def hangs(self) -> bool:
        return self.words[-1:] in _NEVER_LAST or bool(_NUMBER_LAST.search(self.words))


def unwrapped(text: str) -> Flow:
    """The text as a flow of paragraphs, without the page's furniture."""
    letters = _blanked(text, folded(text))
    lines = _without_furniture(_lines(letters))
    columns = _column(lines), _characters(lines)
    lines = _without_page_numbers(lines, columns)
    joins = _joins(lines, columns)
    skipped: set[int] = set()
    for place in _page_marks(lines):
        joins[place - 1] |= place > 0 and _is_broken_off(lines[place - 1])
        mark = re.match(r"\d{1,3}、", lines[place].words)
        skipped |= set(range(lines[place].start, lines[place].start + mark.end()))
    return _flow(text, letters, lines, joins, skipped)


_LETTER = re.compile("[^\n]")
_NOTHING = "\u200b"
"""Stands, in the folded text, for what is not part of it, and is dropped with its like."""


def _blanked(text: str, letters: str) -> str:
    """The letters without pinyin and references, each of their places marked as nothing."""
    if len(_TONED.findall(letters)) >= _FEWEST_PINYIN:
        letters = _PINYIN.sub(lambda match: _LETTER.sub(_NOTHING, match[0]), letters)
    if _MARKDOWN.search(text):
        letters = _SIGNS.sub(lambda match: _NOTHING * len(match[0]), letters)
    letters = _PAGE_OF.sub(lambda match: _NOTHING * len(match[0]), letters)
    found = list(_REFERENCE.finditer(text))
    for match in found if len(found) > 2 else []:
        start, end = match.span()
        letters = letters[:start] + _NOTHING * (end - start) + letters[end:]
    return letters


_FEWEST_PINYIN = 4
"""So many characters with their sound behind them: the whole text is sown with pinyin."""


def _without_page_numbers(lines: list[Line], columns: tuple[int, int]) -> list[Line]:
    """Wrapped text without the bare numbers that part a sentence at the end of its page."""
    if not any(columns):
        return lines
    return [
        line
        for place, line in enumerate(lines)
        if not (line.words.isdigit() and place and _parts_a_sentence(lines, place, columns))
    ]


def _parts_a_sentence(lines: list[Line], place: int, columns: tuple[int, int]) -> bool:
    before, after = lines[place - 1], lines[place + 1 : place + 2]
    goes_on = after and not after[0].words.isdigit() and not marks_a_line(after[0].words)
    return bool(goes_on) and _is_full(before, *columns) and not before.ends_sentence


def _lines(letters: str) -> list[Line]:
    found, last_end = [], 0
    for match in _LINE.finditer(letters):
        raw = match[0]
        words = raw.strip()
        if not _DROPPED.sub("", words):
            continue
        start = match.start() + len(raw) - len(raw.lstrip())
        between = letters[last_end:start]
        found.append(
            Line(
                start,
                start + len(words),
                _DROPPED.sub("", words),
                words,
                indent=len(raw) - len(raw.lstrip()),
                after_blank=between.replace("\r\n", "\n").count("\n") > 1,
            )
        )
        last_end = start + len(words)
    return found


def _without_furniture(lines: list[Line]) -> list[Line]:
    seen = Counter(line.words for line in lines if 6 <= len(line.words) <= 40)
    heads = {
        words
        for words, times in seen.items()
        if times >= _REPEATED
        and words[-1] not in "。；|"
        and not re.search("[局办委]|[底月前进]$", words)
    }
    first: set[str] = set()
    kept = []
    for line in lines:
        repeated = line.words in heads and line.words in first
        first.add(line.words)
        if not repeated and not is_furniture(line.words):
            kept.append(line)
    return kept


def _page_marks(lines: list[Line]) -> list[int]:
    """Lines that a site has numbered as pages: 2、, 3、 in the middle of sentences."""
    numbered = [p for p, line in enumerate(lines) if re.match(r"\d{1,3}、", line.words)]
    if len(numbered) < 2 or min(lines[place].width for place in numbered[:-1]) < 200:
        return []
    broken = [p for p in numbered[1:] if _is_broken_off(lines[p - 1])]
    return numbered if 2 * len(broken) >= len(numbered) - 1 else []


def _is_broken_off(line: Line) -> bool:
    return line.width >= 200 and ("\u4e00" <= line.words[-1] <= "\u9fff" or line.hangs)


def _column(lines: list[Line]) -> int:
    """The width at which a text was wrapped, 0 where it was not."""
    widths = [line.width for line in lines]
    long = Counter(width for width in widths if 20 <= width <= 130)
    if sum(long.values()) < 4:
        return 0
    window = max(long, key=lambda width: (sum(long[width - back] for back in range(7)), width))
    inside = [line for line in lines if window - 6 <= line.width <= window]
    cut = sum(not line.ends_sentence and line.words[-1] not in "|" for line in inside)
    beyond = sum(width > window + 6 for width in widths)
    is_wrapped = (
        len(inside) >= 4 and cut >= max(3, 0.5 * len(inside)) and beyond <= 0.15 * len(lines)
    )
    is_wrapped = is_wrapped and _run_on(inside)
    return window if is_wrapped and len(inside) >= 0.3 * sum(long.values()) else 0


def _characters(lines: list[Line]) -> int:
    """The number of characters after which a text was wrapped, 0 where it was not."""
    lengths = Counter(len(line.measured) for line in lines if len(line.measured) >= 10)
    length, times = max(lengths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    full = [line for line in lines if len(line.measured) == length]
    cut = sum(not line.ends_sentence for line in full)
    beyond = sum(count for other, count in lengths.items() if other > length)
    nearly = sum(count for other, count in lengths.items() if other >= length - 1)
    is_wrapped = cut >= max(4, 0.4 * lengths.total()) and beyond <= 0.1 * times
    is_wrapped = is_wrapped or (cut >= max(2, 0.6 * nearly) and not beyond)
    is_wrapped = (is_wrapped and _run_on(full)) or (not beyond and _breaks_off(full))
    return length if is_wrapped else 0


def _breaks_off(full: list[Line]) -> bool:
    """Whether two lines or more are the longest, and one ends in the second of its sentences: a
    few lines show no more of their width."""
    broken = (not line.ends_sentence and re.search("[。；]", line.words) for line in full)
    return len(full) >= 2 and len(full[0].measured) >= 20 and any(broken)


def _run_on(full: list[Line]) -> bool:
    """Whether lines hold parts of sentences: wrapped prose has signs in the middle of its lines, a
    list with one thing a line has not."""
    return sum(bool(re.search("[，。；、]", line.words)) for line in full) >= 0.4 * len(full)


def _joins(lines: list[Line], columns: tuple[int, int]) -> list[bool]:
    """For each line whether the next one goes on in it."""
    indents = sum(line.indented for line in lines) >= 3
    parted = indents or sum(line.after_blank for line in lines) >= 2
    joins = [False] * len(lines)
    for place in range(len(lines) - 1):
        joins[place] = _goes_on(lines[place], lines[place + 1], columns, indents, parted)
        if not joins[place] and lines[place].length == columns[1] > 0:
            joins[place] = _is_in_row(lines, place)
    return joins


_ITEM = re.compile(r"(?P<number>\d{1,2}|[一二三四五六七八九十]{1,3})(?P<sign>[.、]|是|要)")
_NEIGHBOURS = 8
"""Lines before and after in which the other items of a row are looked for."""


def _is_in_row(lines: list[Line], place: int) -> bool:
    """Whether a full line that ends in ； or ： goes on, or the item that begins the next line is
    one of a row inside a paragraph: its neighbours stand in the middle of lines."""
    line, after = lines[place], lines[place + 1]
    if "|" in line.words[-1:] + after.words[-1:] or after.words.isdigit() or after.indented:
        return False
    item = _ITEM.match(after.words)
    if not item:
        return line.words[-1] in "；：" and not marks_a_line(after.words)
    number = han_number(item["number"]) if not item["number"].isdigit() else int(item["number"])
    near = lines[max(0, place - _NEIGHBOURS) : place + 1 + _NEIGHBOURS]
    others = {f"{_spelled(n, item['number'])}{item['sign']}" for n in (number - 1, number + 1)}
    return any(other in near_by.words[2:] for other in others for near_by in near)


def _spelled(number: int, like: str) -> str:
    """A number in the figures of another one; what no text holds where there is none."""
    if number < 1:
        return _NOTHING
    if like.isdigit():
        return str(number)
    tens, ones = divmod(number, 10)
    digits = "零一二三四五六七八九"
    return ("" if not tens else "十" if tens == 1 else digits[tens] + "十") + (
        digits[ones] if ones else ""
    )


def _goes_on(
    line: Line, after: Line, columns: tuple[int, int], indents: bool, parted: bool
) -> bool:
    """Whether the text runs on from one line into the next.

    A full line that ends its sentence may end its paragraph too. Only where blank lines or indents
    mark the paragraphs is it told; elsewhere it ends, which costs less than joining two.
    """
    is_rest = len(after.words) <= 3 and after.ends_sentence and not line.ends_sentence
    if after.words[0] in _NEVER_FIRST or (is_rest and len(line.words) > 8):
        return True
    if after.words.isdigit() or marks_a_line(after.words):
        return False
    if "|" in line.words[-1:] + after.words[-1:]:
        return False
    if line.hangs and len(line.words) > 8:
        return True
    if not _is_full(line, *columns):
        return False
    if not line.ends_sentence:
        return True
    return parted and not after.after_blank and not (indents and after.indented)


def _is_full(line: Line, column: int, characters: int) -> bool:
    if characters:
        return max(line.length, len(line.measured) + 1) >= characters
    return column > 0 and line.width >= column - max(8, column // 6)


def _flow(text, letters, lines, joined, skipped) -> Flow:
    out: list[str] = []
    at: list[int] = []
    paragraphs: list[Span] = []
    begin = 0
    for line, goes_on in zip(lines, joined, strict=True):
        places = _kept(letters, line, skipped)
        at.extend(places)
        out.append("".join([letters[place] for place in places]))
        if goes_on:
            if out[-1][-1:].isascii() and out[-1][-1:].isalpha():
                out.append(" ")
                at.append(line.end)
            continue
        paragraphs.append((begin, len(at)))
        out.append("\n")
        at.append(min(line.end, len(text) - 1))
        begin = len(at)
    return Flow(text, "".join(out), at, paragraphs)


def _kept(letters: str, line: Line, skipped: set[int]) -> Sequence[int]:
    """The places of a line that have a letter to keep."""
    places = range(line.start, line.end)
    blanks = _strewn(letters, line)
    if not blanks and not skipped and len(line.words) == len(places):
        return places
    return [
        place
        for place in places
        if place not in skipped and place not in blanks and not _DROPPED.match(letters, place)
    ]


_CHINESE = "\u3400-\u9fff，。；：、”）"
_NUMBER = r"[一二三四五六七八九十]{1,3}[、.]|（[一二三四五六七八九十\d]{1,3}）|\d{1,2}[、.]"
_BLANK = re.compile(f"(?<=[{_CHINESE}]) (?!{_NUMBER})(?=[{_CHINESE}“（])")


def _strewn(letters: str, line: Line) -> set[int]:
    """Single blanks between Chinese characters of a sentence: left by a PDF or by typesetting."""
    if " " not in line.words or not re.search("[，。；]", line.words):
        return set()
    return {match.start() for match in _BLANK.finditer(letters, line.start, line.end)}
