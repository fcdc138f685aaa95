"""Is everything that is written once as it was stored? Counts the chain of hashes again.

Finds what somebody did with access to the database file or the folder of evidence: a row changed,
removed, swapped, or put in past the program; a link changed; a file changed or gone; a plan, an
action, a milestone, a unit or a person that is not as its last recorded change says. What it
cannot find alone is an end that was cut off with its links, or a chain that was made anew from
the start: both look like a younger database. For that it is told a head that was printed earlier.

Reads some rows at a time, so that memory does not grow with the database.
"""

import hashlib
import os
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, SuspiciousFileOperation
from django.db import DatabaseError, connections
from django.db.models import DateField, DateTimeField, Exists, Field, Model, OuterRef

from .models import IssuedReport, User
from .models.chain import BATCH, GENESIS, ChainLink, WrittenOnce, digests, hash_of
from .models.standing import strays
from .seal import open_tables
from .waiting import strays as misindexed

CHUNK = 1024 * 1024
UNFINISHED = 60 * 60
"""Seconds for which a file may wait for its row: an upload that is still being stored."""


def as_stored(head: str) -> str:
    """A head as it was printed, in groups or in capitals."""
    return "".join(head.split()).lower()


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it was stored. ``what`` ends the sentence that ``where`` begins."""

    where: str
    what: str

    def __str__(self):
        return f"{self.where} {self.what}"


class Verification:
    """One pass over everything. ``faults`` yields what it finds, in the order of the chain.

    ``links``, ``files`` and ``head`` are right once it has been read to its end.
    """

    def __init__(self, using: str = "default", *, with_files: bool = True, head: str = ""):
        self.using, self.with_files, self.printed_head = using, with_files, as_stored(head)
        self.links, self.files, self.head = 0, 0, GENESIS
        self.models = {m._meta.db_table: m for m in apps.get_models() if issubclass(m, WrittenOnce)}

    def faults(self) -> Iterator[Fault]:
        yield from self._of_the_file()
        are_as_stored = True
        for fault in self._of_the_chain():
            are_as_stored = False
            yield fault
        if are_as_stored:
            yield from self._of_spellings()
        yield from self._of_standing()
        yield from self._of_what_waits()
        yield from self._of_names()
        if self.with_files:
            yield from self._of_files()
        if are_as_stored:
            yield from self._of_reports()
        yield from self._of_the_head()
        for table in open_tables(self.using):
            yield Fault(f"Table {table}", "has lost the triggers that refuse a change")

    def _of_what_waits(self) -> Iterator[Fault]:
        for key in misindexed(self.using):
            yield Fault(f"Entry {key}", "waits, and the index says not, or the other way round")

    def _of_the_chain(self) -> Iterator[Fault]:
        for links in self._batches_of_links():
            yield from self._of_links(links)
        for table, model in self.models.items():
            yield from self._without_link(table, model)

    def _of_spellings(self) -> Iterator[Fault]:
        """Days and times stand as the program writes them.

        SQLite compares them as texts: 20220930T08 is read as the same moment, with the same
        digest, and would be sorted after every other one.
        """
        connection = connections[self.using]
        if connection.vendor != "sqlite":
            return
        for table, model in self.models.items():
            if misspelt := " OR ".join(map(_is_misspelt, _dated(model))):
                with connection.cursor() as cursor:
                    cursor.execute(f'SELECT rowid FROM "{table}" WHERE {misspelt} ORDER BY 1')
                    keys = [key for [key] in cursor.fetchall()]
                for key in keys:
                    yield Fault(f"Row {key} of {table}", "was changed: a day is spelt otherwise")

    def _of_the_file(self) -> Iterator[Fault]:
        """Rows and their indexes agree: SQLite's own count finds a hand that wrote past it."""
        connection = connections[self.using]
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA integrity_check(1)")
                [answer] = cursor.fetchone()
            if answer != "ok":
                yield Fault("The database file", f"is damaged: {' '.join(answer.split())}")

    def _batches_of_links(self) -> Iterator[list[ChainLink]]:
        links = ChainLink.objects.using(self.using).order_by("number")
        last = None
        while batch := list((links if last is None else links.filter(number__gt=last))[:BATCH]):
            yield batch
            last = batch[-1].number

    def _of_links(self, links: list[ChainLink]) -> Iterator[Fault]:
        found = self._digests_of(links)
        for link in links:
            yield from self._of_link(link)
            yield from self._of_row(link, found.get((link.table_name, link.row_id)))

    def _of_link(self, link: ChainLink) -> Iterator[Fault]:
        self.links += 1
        where = f"Link {link.number} of the chain"
        if link.number > self.links:
            yield Fault(f"Link {self.links} of the chain", "was removed")
        elif link.number < self.links:
            yield Fault(where, "was put in past the program")
        elif link.hash != hash_of(self.head, link):
            yield Fault(where, "was changed, or the one before it")
        self.links, self.head = link.number, link.hash

    def _of_row(self, link: ChainLink, digest: str | None) -> Iterator[Fault]:
        where = f"Row {link.row_id} of {link.table_name} (link {link.number})"
        if digest is None:
            yield Fault(where, "was removed")
        elif digest != link.digest:
            yield Fault(where, "was changed")

    def _digests_of(self, links: Iterable[ChainLink]) -> dict[tuple[str, int], str]:
        """By table and row; rows that are gone are left out."""
        groups = defaultdict(list)
        for link in links:
            groups[link.table_name, link.columns].append(link.row_id)
        return {
            (table, key): digest
            for (table, columns), keys in groups.items()
            for key, digest in self._digests_in(table, columns.split(), keys).items()
        }

    def _digests_in(self, table: str, columns: list[str], keys: list[int]) -> dict[int, str]:
        """A value that is none of its column's kind cannot be read: such a row has no digest."""
        if table not in self.models:
            return {}
        try:
            return digests(self.models[table], keys, columns, self.using)
        except (ValueError, TypeError, AttributeError, FieldDoesNotExist, DatabaseError):
            if len(keys) == 1:
                return {keys[0]: "unreadable"}
            halves = keys[: len(keys) // 2], keys[len(keys) // 2 :]
            return {
                k: v for half in halves for k, v in self._digests_in(table, columns, half).items()
            }

    def _without_link(self, table: str, model: type[Model]) -> Iterator[Fault]:
        link = ChainLink.objects.filter(table_name=table, row_id=OuterRef("pk"))
        rows = model._base_manager.using(self.using).filter(~Exists(link)).order_by("pk")
        for key in rows.values_list("pk", flat=True).iterator():
            yield Fault(f"Row {key} of {table}", "was put in past the program: it has no link")

    def _of_standing(self) -> Iterator[Fault]:
        """What pages show today is what was recorded: the chain covers the record alone."""
        for stray in strays(apps, self.using):
            yield Fault(f"Row {stray.key} of {stray.table}", str(stray))

    def _of_names(self) -> Iterator[Fault]:
        """What a person is shown as stands beside the name, and follows from it alone."""
        people = User.objects.db_manager(self.using)
        bearers = people.bearers()
        for person in people.order_by("pk"):
            if person.shown_name != person.shown_among(bearers):
                where = f"Row {person.pk} of {person._meta.db_table}"
                yield Fault(where, "is shown under another name than its own")

    def _of_reports(self) -> Iterator[Fault]:
        """The hash that is printed on a report is that of its data, and each file has its own.

        Where the chain holds, only a row that was wrong when it was stored can be found here.
        """
        for issued in IssuedReport.objects.using(self.using).order_by("pk").iterator(1):
            if not issued.is_intact:
                where = f"Issued report {issued.pk} ({issued.sha256})"
                yield Fault(where, "does not have the data or files of that hash")

    def _of_files(self) -> Iterator[Fault]:
        for table, file in self._files_on_disk():
            self.files += 1
            if what := file.difference():
                yield Fault(f"The file of row {file.key} of {table}, {file.path},", what)

    def _files_on_disk(self) -> Iterator[tuple[str, "StoredFile"]]:
        for table, model in self.models.items():
            for fields in model.files_on_disk:
                rows = model._base_manager.using(self.using).exclude(**{fields[0]: ""})
                storage = model._meta.get_field(fields[0]).storage
                for row in rows.order_by("pk").values_list("pk", *fields).iterator(BATCH):
                    yield table, StoredFile(storage, *row)

    def _of_the_head(self) -> Iterator[Fault]:
        if not self.printed_head or GENESIS.startswith(self.printed_head):
            return
        links = ChainLink.objects.using(self.using)
        if not links.filter(hash__startswith=self.printed_head).exists():
            yield Fault(
                f"The head {self.printed_head}",
                "is not in the chain: its end was cut off, or all of it was made anew",
            )


def _dated(model: type[Model]) -> list[Field]:
    return [field for field in model._meta.concrete_fields if isinstance(field, DateField)]


def _is_misspelt(field: Field) -> str:
    """In SQLite's words; a day that is missing is none."""
    column = f'"{field.column}"'
    if not isinstance(field, DateTimeField):
        return f"{column} IS NOT date({column})"
    second, fraction = f"substr({column}, 1, 19)", f"substr({column}, 20)"
    six_digits = f"'.{'[0-9]' * 6}'"
    return (
        f"{second} IS NOT datetime({second}) "
        f"OR {fraction} NOT GLOB {six_digits} AND {fraction} <> ''"
    )


class StoredFile:
    """A file as its row says it should be."""

    def __init__(self, storage, key: int, name: str, size: int, sha256: str):
        self.key, self.size, self.sha256 = key, size, sha256
        try:
            self.path = storage.path(name)
        except (SuspiciousFileOperation, ValueError):
            self.path = name

    def difference(self) -> str:
        """What is wrong with the file on disk, or nothing."""
        try:
            size = os.stat(self.path).st_size
            if size != self.size:
                return f"has {size:,} bytes, and had {self.size:,}"
            with open(self.path, "rb") as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()
        except (OSError, ValueError) as error:
            return f"cannot be read: {getattr(error, 'strerror', None) or error}"
        return "" if digest == self.sha256 else "was changed"


def files_without_row(using: str = "default") -> Iterator[Path]:
    """Files of evidence that no row names: left by an upload whose transaction was undone.

    Those of the last hour are left out: their rows may be on the way. They hold nothing that was
    acknowledged to anybody.
    """
    for model in apps.get_models():
        if issubclass(model, WrittenOnce):
            for field, *_rest in model.files_on_disk:
                yield from _files_without_row(model, field, using)


def _files_without_row(model: type[Model], field: str, using: str) -> Iterator[Path]:
    root = Path(model._meta.get_field(field).storage.location)
    rows = model._base_manager.using(using)
    until = time.time() - UNFINISHED
    for folder, _folders, names in os.walk(root):
        places = [Path(folder, name) for name in sorted(names)]
        for path in places:
            name = path.relative_to(root).as_posix()
            if path.lstat().st_mtime < until and not rows.filter(**{field: name}).exists():
                yield path
