"""Letters at their places on a page → lines as they are read; what is ruled like a table, by rows.

Places are in points, upwards and to the right. Letters come in the order in which the page draws
them, which is that of reading with every office program; a new line begins where the next letter
stands lower, or further left.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

from .rows import line_of

SAME_PLACE = 2.0
"""How far apart two ends of lines may be that meet on paper."""

LEAST_RULING = 8.0
MOST_RULINGS = 2_000
MOST_CELLS, MOST_GRIDS, MOST_APART = 5_000, 50, 300
"""On one page; beyond it the lines are a drawing."""

PADDING = 6.0
"""Between the words of a cell and its right edge, as Word leaves it."""

RECENT = 12
"""Lines among which a letter that was left out is looked for."""

MOST_OVERLAP = 0.6
LEAST_OVERLAP = 0.35
IDEOGRAPHS = "\u2e80"
LETTER_GAP, IDEOGRAPH_GAP = 0.25, 0.9
"""In widths of a letter: from where on a gap is a blank."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One character and the box that it fills."""

    sign: str
    left: float
    bottom: float
    right: float
    top: float

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2


@dataclass(frozen=True, slots=True)
class Ruling:
    """A straight line along the page: ``at`` is its place across, from ``start`` to ``end``."""

    is_level: bool
    at: float
    start: float
    end: float


@dataclass(frozen=True)
class Grid:
    """The rulings of one table: where its columns and rows begin, and what parts them."""

    columns: tuple[float, ...]
    rows: tuple[float, ...]
    rulings: tuple[Ruling, ...]

    def holds(self, letter: Letter) -> bool:
        x, y = letter.middle
        return self.columns[0] < x < self.columns[-1] and self.rows[-1] < y < self.rows[0]

    def place(self, letter: Letter) -> tuple[int, int]:
        """Row and column, counted from above and from the left."""
        x, y = letter.middle
        return bisect_right([-row for row in self.rows], -y) - 1, bisect_right(self.columns, x) - 1


def rulings_of(box: tuple[float, float, float, float]) -> list[Ruling]:
    """What is drawn as a thin box, or as the frame of a large one: left, bottom, right, top."""
    left, bottom, right, top = box
    is_low, is_narrow = top - bottom <= SAME_PLACE, right - left <= SAME_PLACE
    if is_low and is_narrow:
        return []
    if is_low:
        return [Ruling(True, (top + bottom) / 2, left, right)]
    if is_narrow:
        return [Ruling(False, (left + right) / 2, bottom, top)]
    level = [Ruling(True, at, left, right) for at in (bottom, top)]
    return [*level, *(Ruling(False, at, bottom, top) for at in (left, right))]


def lines_of(letters: list[Letter], rulings: Iterable[Ruling] = ()) -> Iterator[list[Letter] | str]:
    """The lines of a page as their letters, and the rows of its tables as they are written.

    Each table stands where its first letter is drawn.
    """
    grids = list(grids_of(list(rulings)))
    within: dict[int, list[Letter]] = {}
    order: list[list[Letter] | int] = [[]]
    """Letters outside tables, and between them the tables by their number; letters come last."""
    for letter in letters:
        place = next((i for i, grid in enumerate(grids) if grid.holds(letter)), None)
        if place is None:
            order[-1].append(letter)
        elif place in within:
            within[place].append(letter)
        else:
            within[place] = [letter]
            order += [place, []]
    for part in order:
        if isinstance(part, list):
            yield from runs_of(part)
        else:
            yield from table_lines(grids[part], within[part])


def written(letters: Iterable[Letter]) -> Iterator[str]:
    """Letters in their order as lines, with a blank where the page leaves one."""
    for line in runs_of(letters):
        gaps = ("", *(_gap(before, letter) for before, letter in pairwise(line)))
        words = "".join(gap + letter.sign for gap, letter in zip(gaps, line, strict=True))
        if words := words.strip(" "):
            yield words


def runs_of(letters: Iterable[Letter]) -> list[list[Letter]]:
    """The letters of each line, in the order in which they come.

    Letters that a line's font does not have are drawn from another one when the line is done: they
    are set into the gaps that were left for them.
    """
    lines: list[list[Letter]] = []
    run: list[Letter] = []
    for letter in letters:
        if run and _begins_anew(run[-1], letter):
            _add(lines, run)
            run = []
        run.append(letter)
    if run:
        _add(lines, run)
    return lines


def _add(lines: list[list[Letter]], run: list[Letter]) -> None:
    for line in lines[: -RECENT - 1 : -1]:
        if _fits_into(line, run):
            line[:] = sorted((*line, *run), key=lambda letter: letter.left)
            return
    lines.append(run)


def _fits_into(line: list[Letter], run: list[Letter]) -> bool:
    """Whether the letters stand on the line, where it has left room for them."""
    one, other = line[0], run[0]
    height = min(one.top - one.bottom, other.top - other.bottom)
    shared = min(one.top, other.top) - max(one.bottom, other.bottom)
    if shared < MOST_OVERLAP * height or height <= 0:
        return False
    start, end = line[0].left - height, line[-1].right + height
    beyond = next((letter for letter in run if letter.left > line[-1].left), run[0])
    if not start <= run[0].left <= end or beyond.left > end:
        return False
    return not any(_is_taken(line, letter) for letter in run if letter.sign.strip())


def _is_taken(line: list[Letter], letter: Letter) -> bool:
    """Whether another letter stands at the middle of this one."""
    middle, _level = letter.middle
    place = bisect_right(line, middle, key=lambda other: other.left)
    before = line[place - 1] if place else None
    return before is not None and middle < before.right and bool(before.sign.strip())


def _begins_anew(before: Letter, letter: Letter) -> bool:
    height = min(before.top - before.bottom, letter.top - letter.bottom)
    shared = min(before.top, letter.top) - max(before.bottom, letter.bottom)
    is_level = shared > LEAST_OVERLAP * height or height <= 0
    width = max(before.right - before.left, letter.right - letter.left, 1.0)
    return not is_level or letter.left < before.left - width


def _gap(before: Letter, letter: Letter) -> str:
    if " " in (before.sign, letter.sign):
        return ""
    is_ideograph = max(before.sign, letter.sign) >= IDEOGRAPHS
    height = max(letter.top - letter.bottom, before.top - before.bottom, 1.0)
    least = IDEOGRAPH_GAP if is_ideograph else LETTER_GAP
    return " " if letter.left - before.right > least * height else ""


def table_lines(grid: Grid, letters: list[Letter]) -> Iterator[str]:
    """Row by row; a cell over several rows or columns has its words in the first of them."""
    first = _first_places(grid)
    cells: dict[tuple[int, int], list[Letter]] = {}
    for letter in letters:
        cells.setdefault(first[grid.place(letter)], []).append(letter)
    ends = {place: grid.columns[last[1] + 1] for last, place in first.items()}
    words = {place: _in_one(letters, ends[place]) for place, letters in cells.items()}
    is_frame = len(grid.columns) == 2
    for row in range(len(grid.rows) - 1):
        if is_frame:
            yield from written(cells.get((row, 0), ()))
        else:
            columns = range(len(grid.columns) - 1)
            if line := line_of(words.get((row, column), "") for column in columns):
                yield line


def _in_one(letters: list[Letter], end: float) -> str:
    """The words of a cell on one line; a line that is full goes on in the next without a blank."""
    words = ""
    for line in runs_of(letters):
        said = " ".join(written(line))
        if not said:
            continue
        last = line[-1]
        is_full = end - last.right < last.top - last.bottom + PADDING
        is_word = said[-1].isascii() and said[-1].isalpha()
        words += said if is_full and not is_word else f"{said} "
    return words


def _first_places(grid: Grid) -> dict[tuple[int, int], tuple[int, int]]:
    """Of each place the first of its cell: places are one cell where nothing parts them."""
    level = _by_place(r for r in grid.rulings if r.is_level)
    upright = _by_place(r for r in grid.rulings if not r.is_level)
    first: dict[tuple[int, int], tuple[int, int]] = {}
    for row, (top, bottom) in enumerate(pairwise(grid.rows)):
        y = (top + bottom) / 2
        for column, (left, right) in enumerate(pairwise(grid.columns)):
            x = (left + right) / 2
            place = (row, column)
            if row and not _parts(level, top, x):
                place = first[row - 1, column]
            elif column and not _parts(upright, left, y):
                place = first[row, column - 1]
            first[row, column] = place
    return first


def _by_place(rulings: Iterable[Ruling]) -> dict[int, list[Ruling]]:
    found: dict[int, list[Ruling]] = defaultdict(list)
    for ruling in rulings:
        found[int(ruling.at // SAME_PLACE)].append(ruling)
    return found


def _parts(rulings: dict[int, list[Ruling]], at: float, middle: float) -> bool:
    place = int(at // SAME_PLACE)
    return any(
        abs(r.at - at) <= SAME_PLACE and r.start - SAME_PLACE < middle < r.end + SAME_PLACE
        for near in (place - 1, place, place + 1)
        for r in rulings.get(near, ())
    )


def grids_of(rulings: list[Ruling]) -> Iterator[Grid]:
    """Rulings that touch belong to one table; a table has two cells at least."""
    rulings = [r for r in rulings if r.end - r.start >= LEAST_RULING]
    if len(rulings) > MOST_RULINGS:
        return
    for group in islice(_touching(rulings), MOST_GRIDS):
        columns = _places(r.at for r in group if not r.is_level)
        rows = _places(r.at for r in group if r.is_level)[::-1]
        cells = (len(columns) - 1) * (len(rows) - 1)
        if 1 < cells <= MOST_CELLS and min(len(columns), len(rows)) > 1:
            yield Grid(tuple(columns), tuple(rows), tuple(group))


def _places(found: Iterable[float]) -> list[float]:
    """One place for those that are the same on paper."""
    places: list[float] = []
    for at in sorted(found):
        if not places or at - places[-1] > SAME_PLACE:
            places.append(at)
    return places


def _touching(rulings: list[Ruling]) -> Iterator[list[Ruling]]:
    """Groups by their extent on the page, from above: what meets the group's box joins it."""
    boxes: list[tuple[list[float], list[Ruling]]] = []
    for ruling in sorted(rulings, key=lambda r: -_box(r)[3]):
        box = _box(ruling)
        met = [entry for entry in boxes if _meet(entry[0], box)]
        joined = (list(box), [ruling])
        for other, group in met:
            joined[0][:] = (
                *map(min, joined[0][:2], other[:2]),
                *map(max, joined[0][2:], other[2:]),
            )
            joined[1].extend(group)
        gone = {id(entry) for entry in met}
        boxes = [entry for entry in boxes if id(entry) not in gone] + [joined]
        if len(boxes) > MOST_APART:
            return
    yield from (group for _box, group in boxes)


def _box(r: Ruling) -> tuple[float, float, float, float]:
    return (r.start, r.at, r.end, r.at) if r.is_level else (r.at, r.start, r.at, r.end)


def _meet(one: list[float], other: tuple[float, ...]) -> bool:
    return (
        one[0] - SAME_PLACE <= other[2]
        and other[0] - SAME_PLACE <= one[2]
        and one[1] - SAME_PLACE <= other[3]
        and other[1] - SAME_PLACE <= one[3]
    )
