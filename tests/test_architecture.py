"""Reads the files: who may import whom, what a file may be called, and what no code may say.

The order of imports is this list; the README tells it too.
"""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
APP = ROOT / "priorities"

ORDER = (
    "days",  # days in the reader's words
    "lights",  # the light rule: dates and percents
    "measured",  # what is counted, and the percent that follows
    "palette",  # how each kind of light looks
    "bundles",  # which scripts come as one file
    "words",  # lights, causes and ages in the reader's words
    "typed",  # what a typed number or day means
    "legible",  # what others can read of a text
    "periods",  # stretches of time with a name
    "differences",  # what changed between two texts
    "evidence",  # what a file is, by its content
    "names",  # when two spellings are one name
    "readings",  # how characters are read
    "named",  # what units and people are called by
    "lru",  # a bounded store of what was asked for last
    "loading",  # when the plan that comes with the program is loaded
    "seal",  # the triggers that keep what is written once
    "version",  # the number that every change of the data moves
    "kept",  # which pages may be shown again as they are
    "waiting",  # the triggers that keep the index of what waits
    "models",
    "verify",  # is everything as it was stored
    "permissions",
    "acts",  # twice is once; a dry run is the act, undone
    "addresses",  # where the parts of a plan are looked at, on a day
    "jump",  # letters → the places they may mean
    "descents",  # what was split and merged, as the record has it
    "history",  # what was changed, in sentences
    "speakers",  # who spoke in an entry, under the name of then
    "called",  # who is meant by a name in an address
    "state",  # what is stored → the state of a plan on a day, its weeks, what was asked of it
    "wording",  # state → the official sentences with their actions
    "needs",  # state → what one person has to do
    "drawings",  # state → SVG
    "ledger",  # the table of actions as a file, and such a file read again
    "plans",  # a document, a table, last year → a new plan
    "circular",  # state → the report of a period
    "forms",
    "imports",  # a ledger that was handed in, taken over
    "views",
    "urls",
)
"""A module imports only what stands before it, and from its own package."""

ASIDE = ("demo", "admin", "templatetags", "management")
"""Beside the pages: each may use anything before ``views``, and what stands before it here."""

FREE = ("apps", "migrations")
"""Django's own, and history: a migration is never changed again."""

LONGEST_MODULE = 550  # about 500: from there on it is asked whether it is two things
FORBIDDEN_NAMES = {"utils", "helpers", "services", "managers", "constants", "common", "misc"}
DOCUMENTED = {"lights", "models", "permissions", "history", "state", "words", "needs", "drawings"}
MAY_SAY_2022 = {"demo.py", "loading.py", "migrations"}
EXAMPLE = "2022-09-30"


def python_files(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sorted(path for path in found if "__pycache__" not in path.parts)


SOURCES = python_files("priorities", "tracker")
EVERYTHING = python_files("priorities", "tracker", "tests", "bench")


def where(paths: list[Path], find) -> dict[str, object]:
    """By file name what is found there; files without a finding are left out."""
    found = {str(path.relative_to(ROOT)): find(path) for path in paths}
    return {name: finding for name, finding in found.items() if finding}


@cache
def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(text(path))


def layer(path: Path) -> str:
    """views/plan.py and views/__init__.py belong to views, state.py to state."""
    return path.relative_to(APP).parts[0].removesuffix(".py")


def imported_layers(path: Path) -> set[str]:
    """The parts of the app that a module imports, by relative or by absolute names."""
    package = path.relative_to(ROOT).parent.parts
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom):
            start = list(package[: len(package) + 1 - node.level]) if node.level else []
            module = [*start, *(node.module or "").split(".")]
            names = [[*module, alias.name] for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name.split(".") for alias in node.names]
        else:
            continue
        found |= {parts[1] for parts in ([p for p in n if p] for n in names) if is_ours(parts)}
    return found


def is_ours(parts: list[str]) -> bool:
    return len(parts) > 1 and parts[0] == "priorities"


def allowed(name: str) -> set[str]:
    if name in ORDER:
        return set(ORDER[: ORDER.index(name) + 1])
    return set(ORDER[: ORDER.index("views")]) | set(ASIDE[: ASIDE.index(name) + 1])


def in_app(*, but: tuple[str, ...] = ()) -> list[Path]:
    return [p for p in SOURCES if APP in p.parents and layer(p) not in (*but, "__init__")]


def test_every_module_has_its_place_in_the_order():
    assert {layer(path) for path in in_app(but=FREE)} - {*ORDER, *ASIDE} == set()


def test_imports_go_from_left_to_right():
    placed = [path for path in in_app() if layer(path) in (*ORDER, *ASIDE)]
    assert where(placed, lambda path: imported_layers(path) - allowed(layer(path))) == {}


def test_the_app_does_not_know_its_wiring():
    assert (
        where(in_app(), lambda path: re.findall(r"^(?:from|import) tracker\b.*", text(path), re.M))
        == {}
    )


def test_no_import_inside_a_function():
    assert where(EVERYTHING, imports_inside) == {}


def imports_inside(path: Path) -> list[str]:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [
        f"line {node.lineno}"
        for function in ast.walk(tree(path))
        if isinstance(function, functions)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


def test_no_file_is_called_after_nothing():
    folders = ("priorities", "tracker", "tests", "templates", "static", "bin")
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*")]
    assert where(paths, lambda path: path.stem in FORBIDDEN_NAMES) == {}


def test_no_module_is_two_things():
    written = [path for path in SOURCES if "migrations" not in path.parts]
    assert where(written, lambda path: max(0, text(path).count("\n") - LONGEST_MODULE)) == {}


def test_every_module_says_what_it_is():
    speaking = [p for p in EVERYTHING if p.stem not in ("__init__", "apps")]
    speaking = [path for path in speaking if "migrations" not in path.parts]
    assert where(speaking, lambda path: not ast.get_docstring(tree(path))) == {}


def public_functions(path: Path) -> list[ast.FunctionDef]:
    """Functions and methods that others call; what Django calls by name is its own matter."""
    classes = [n for n in tree(path).body if isinstance(n, ast.ClassDef) and n.name[0] != "_"]
    found = [node for owner in (tree(path), *classes) for node in owner.body]
    functions = [node for node in found if isinstance(node, ast.FunctionDef)]
    hooks = {"save", "delete", "clean", "base_location"}
    return [f for f in functions if not (f.name.startswith("_") or f.name in hooks)]


def is_more_than_it_says(function: ast.FunctionDef) -> bool:
    """More than two steps, or a refusal: a line or two say themselves what they do."""
    raises = any(isinstance(node, ast.Raise) for node in ast.walk(function))
    names = {ast.unparse(decorator).partition("(")[0] for decorator in function.decorator_list}
    return not names & {"property", "receiver"} and (raises or len(function.body) > 2)


def test_public_functions_have_a_docstring():
    assert where([p for p in in_app() if layer(p) in DOCUMENTED], silent_functions) == {}


def silent_functions(path: Path) -> list[str]:
    speaking = [f for f in public_functions(path) if is_more_than_it_says(f)]
    return [function.name for function in speaking if not ast.get_docstring(function)]


def literals(path: Path) -> list[object]:
    """Every constant of a file but its docstrings."""
    nodes = list(ast.walk(tree(path)))
    prose = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    return [n.value for n in nodes if isinstance(n, ast.Constant) and id(n) not in prose]


def test_no_code_says_which_plan_it_is():
    """A sentence may name a day as an example; a year, a size or an address is data."""
    general = [path for path in SOURCES if not MAY_SAY_2022 & set(path.parts)]
    assert where(general, numbers_of_the_plan) == {}


def numbers_of_the_plan(path: Path) -> list[object]:
    words = [v for v in literals(path) if isinstance(v, str) and " " not in v and v != EXAMPLE]
    numbers = [value for value in literals(path) if value in (2022, 41)]
    return [*numbers, *(word for word in words if "2022" in word)]


def drawn_in_the_browser() -> list[Path]:
    return [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static").rglob("*.js")]


def test_no_template_and_no_script_says_which_plan_it_is():
    said = where(drawn_in_the_browser(), lambda path: re.findall(r"2022|\b41\b", text(path)))
    assert said == {}


def test_nothing_weakens_the_content_policy():
    weak = re.compile(r"unsafe-(?:inline|eval|hashes)")
    assert where([*SOURCES, *drawn_in_the_browser()], lambda path: weak.findall(text(path))) == {}
