"""`make bench`: the program beside a bare Django page, each as it is served, asked in one run.

Prints the table of the README and ends with 1 where a goal is missed.
"""

import argparse
import json
import os
import sys
import time
from contextlib import ExitStack
from dataclasses import asdict
from itertools import count
from statistics import median

from . import cases, databases
from .asking import bare_job, job_of, visit
from .cases import BARE, Case
from .client import Client
from .databases import FOLDER, LONG, MANY, SMALL, WIDE, say
from .figures import Row, missed, ratios, row_of, table, worst
from .measuring import Measured, measure
from .servers import Bare, Product, Server
from .weight import first_visit

QUIET = 5  # seconds: a worker that nobody asks tidies up
PASSES = 6  # over all kinds of pages before memory is read
MEMORY = 120  # MiB
GROWN, GROWN_WIDE, DEARER = 1.1, 1.2, 1.2
REQUESTS, BROTLI_KB, GZIP_KB = 6, 40, 50


class Bench:
    """One run: the servers it has started, what it is to measure and the rows that came out."""

    def __init__(self, options: argparse.Namespace, stack: ExitStack):
        self.options, self.stack = options, stack
        self.ports = count(options.port)
        self.rows: list[Row] = []
        self.milliseconds: dict[str, float] = {}

    def product(self, name: str, url: str) -> tuple[Server, dict[str, str]]:
        server = Product(name, url, port=next(self.ports), folder=FOLDER)
        return self.stack.enter_context(server), databases.sign_in(url)

    def bare(self, name: str, url: str) -> tuple[Server, dict[str, str]]:
        cookies = databases.fill_bare(url)
        return self.stack.enter_context(
            Bare(name, url, port=next(self.ports), folder=FOLDER)
        ), cookies

    def measure(self, jobs: dict, title: str) -> Measured:
        options = self.options
        return measure(jobs, rounds=options.rounds, each=options.each, title=title)

    def beside_bare(self, ours, bare, wanted: list[Case], title: str) -> None:
        """Rows of one database: the cases as multiples of the bare page's kinds."""
        for cases_of_a_kind in apart(wanted):
            self._beside_bare(ours, bare, cases_of_a_kind, title)

    def _beside_bare(self, ours, bare, wanted: list[Case], title: str) -> None:
        jobs = {case.name: job_of(case, *ours) for case in wanted}
        jobs |= {("bare", kind): bare_job(kind, *bare) for kind in {c.like for c in wanted}}
        found = self.measure(jobs, title)
        for case in wanted:
            key = "bare", case.like
            work = ratios(found.work[case.name], found.work[key])
            wall = ratios(found.wall[case.name], found.wall[key])
            row = row_of(case.name, work, wall, case.goal, jobs[case.name].note)
            self.rows.append(row)
        self.milliseconds |= {str(key): median(values) for key, values in found.work.items()}

    def growth(self, small, large, wanted: list[tuple[Case, Case]], title: str) -> list[Row]:
        """How much dearer each case is over the larger database."""
        large_of = dict(wanted)
        return [
            row
            for kind in apart(list(large_of))
            for row in self._growth(small, large, [(c, large_of[c]) for c in kind], title)
        ]

    def _growth(self, small, large, wanted: list[tuple[Case, Case]], title: str) -> list[Row]:
        jobs = {("small", case.name): job_of(case, *small) for case, _ in wanted}
        jobs |= {("large", case.name): job_of(case, *large) for _, case in wanted}
        found = self.measure(jobs, title)
        return [
            row_of(
                case.name,
                ratios(found.work["large", other.name], found.work["small", case.name]),
                ratios(found.wall["large", other.name], found.wall["small", case.name]),
            )
            for case, other in wanted
        ]


def apart(wanted: list[Case]) -> list[list[Case]]:
    """Reads by themselves: beside writes no answer that is kept would ever be met."""
    reads = [case for case in wanted if case.kind in ("read", "again")]
    writes = [case for case in wanted if case not in reads]
    return [found for found in (reads, writes) if found]


def one_size(bench: Bench, ours, bare) -> None:
    """The small case on SQLite: pages, writes, memory and weights."""
    bench.beside_bare(ours, bare, cases.READS, "pages")
    bench.beside_bare(ours, bare, cases.WRITES, "writes")
    weigh(bench, *ours)
    remember(bench, ours, bare)


def weigh(bench: Bench, server: Server, cookies: dict) -> None:
    client = Client(server.base, cookies[cases.REPORTER])
    brotli = first_visit(client, cases.PLAN, "br")
    gzip = first_visit(client, cases.PLAN, "gzip")
    bench.rows += [
        Row("first visit, requests", brotli.requests, "", REQUESTS),
        Row("first visit, brotli", brotli.kilobytes, "kB", BROTLI_KB),
        Row("first visit, gzip", gzip.kilobytes, "kB", GZIP_KB),
    ]


def remember(bench: Bench, ours, bare) -> None:
    """Memory after all kinds of pages, on both sides."""
    missing = visit(ours[0], cases.EVERY_KIND, ours[1], PASSES)
    visit(bare[0], [path for path in BARE.values() if "note" not in path], bare[1], PASSES)
    time.sleep(QUIET)
    note = f"bare page {bare[0].memory():.0f}; {ours[0].processes()} processes"
    if missing:
        note += f"; not there: {', '.join(missing)}"
    bench.rows.append(
        Row("memory after all kinds of pages", ours[0].memory(), "MiB", MEMORY, note=note)
    )


def three_sizes(bench: Bench, small) -> None:
    """The same pages over ten times the entries, a hundred plans, and a plan of 2,000 actions."""
    same = [(case, case) for case in cases.GROWING]
    admin = [(case, case) for case in cases.ADMIN]
    for size, pairs in ((LONG, same), (MANY, [*same, *admin])):
        large = bench.product(size.name, databases.sqlite(size))
        rows = bench.growth(small, large, pairs, size.name)
        bench.rows += [worst(f"{size.name} against {SMALL.name}, worst page", rows, GROWN)]
        bench.rows += [named(row, size.name) for row in rows]
    wide = bench.product(WIDE.name, databases.sqlite(WIDE))
    pairs = [(cases.ACTION, cases.OF_WIDE), (cases.LIST, cases.WIDE_LIST)]
    action, listed = bench.growth(small, wide, pairs, WIDE.name)
    bench.rows += [
        worst("one action's page in a plan of 2,000", [action], GROWN_WIDE),
        named(listed, WIDE.name),
    ]


def named(row: Row, size: str) -> Row:
    return Row(f"{size}: {row.name}", row.value, row.unit, None, row.low, row.high, row.wall)


def on_postgres(bench: Bench, small) -> None:
    """The same pages on PostgreSQL, beside a bare page on it, and the writes beside SQLite's."""
    url = databases.postgres("ours")
    databases.fill(url, SMALL)
    ours = bench.product("ours-on-postgres", url)
    bare = bench.bare("bare-on-postgres", databases.postgres("bare"))
    wanted = [cases.LIST, cases.DASHBOARD, cases.ACTION, cases.FIRST_READ, cases.RECORD]
    before = len(bench.rows)
    bench.beside_bare(ours, bare, wanted, "PostgreSQL")
    bench.rows[before:] = [named(row, "PostgreSQL") for row in bench.rows[before:]]
    pairs = [(case, case) for case in wanted]
    for row in bench.growth(small, ours, pairs, "PostgreSQL against SQLite"):
        name = f"PostgreSQL against SQLite: {row.name}"
        goal = DEARER if row.name == cases.RECORD.name else None
        bench.rows.append(Row(name, row.value, "×", goal, row.low, row.high, row.wall))


def run(options: argparse.Namespace) -> list[Row]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        bench = Bench(options, stack)
        small = bench.product("ours", databases.sqlite(SMALL))
        one_size(bench, small, bench.bare("bare", databases.bare_sqlite()))
        if not options.quick:
            three_sizes(bench, small)
            on_postgres(bench, small)
        keep(bench)
    return bench.rows


def keep(bench: Bench) -> None:
    figures = {"rows": [asdict(row) for row in bench.rows], "milliseconds": bench.milliseconds}
    FOLDER.joinpath("last.json").write_text(json.dumps(figures, indent=1, ensure_ascii=False))


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one size, on SQLite only")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--each", type=int, default=5, help="requests of each kind a round")
    parser.add_argument("--port", type=int, default=8420, help="the first of some free ports")
    options = parser.parse_args()
    rows = run(options)
    print(table(rows))
    say(f"load average {os.getloadavg()[0]:.1f}; milliseconds in {FOLDER}/last.json")
    if failures := missed(rows):
        sys.exit("bench: goals missed\n  " + "\n  ".join(failures))


if __name__ == "__main__":
    main()
