"""What is written once, and the chain of hashes over it.

Each sealed row gets one link in the transaction that stores it, whatever the door. A link holds
the SHA-256 of the row as the database gives it back, and a hash over that and the link before it.
So a row that is changed, removed, swapped or put in past the program is found by whoever counts
again (``manage.py verify``); the database itself refuses the ordinary ways (``seal``).

How to count again without this program: ``digest`` is the SHA-256 of the JSON list of
``[column, value]`` pairs, ``hash`` that of ``[hash before, number, table, row, columns, digest]``;
JSON as ``_json`` writes it. Stored links depend on that form: it is never to be changed.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import connections, models, router, transaction
from django.utils.translation import gettext_lazy as _

from ..legible import drawn
from .judged import Judged

GENESIS = "0" * 64
"""What stands for the hash before the first link."""

LOCK = int.from_bytes(b"chain", "big")
"""The key of PostgreSQL's advisory lock: one transaction at a time adds to the chain."""

BATCH = 100
"""Rows read at once; few, because an issued file is a row too."""


class Sealed(Judged):
    """A row that is never changed and never deleted after it was stored."""

    is_sealed = True

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError(f"A stored {self._meta.model_name} is never changed.")
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError(f"A stored {self._meta.model_name} is never deleted.")


class WrittenOnceQuerySet(models.QuerySet):
    def bulk_create(self, objs, *args, **options):
        """As ever, with a link for each row; what could overwrite a row is refused."""
        if options.get("ignore_conflicts") or options.get("update_conflicts"):
            raise TypeError("What is written once is added, or it is an error.")
        self._for_write = True
        if not objs:
            return []
        with _appending(self.db):
            rows = super().bulk_create(objs, *args, **options)
            append(self.model, [row.pk for row in rows], using=self.db)
        return rows


class WrittenOnce(Sealed):
    """A sealed row with its link in the chain.

    ``files_on_disk`` names the fields that hold a file, its size and its SHA-256, which ``verify``
    compares with the disk. A manager of one's own derives from WrittenOnceQuerySet.
    """

    files_on_disk: tuple[tuple[str, str, str], ...] = ()

    objects = WrittenOnceQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        using = kwargs.get("using") or router.db_for_write(type(self), instance=self)
        with _appending(using):
            super().save(*args, **{**kwargs, "using": using})
            append(type(self), [self.pk], using=using, given=self.__dict__.pop("_given", None))

    def _do_insert(self, manager, using, fields, returning_fields, raw):
        """With all columns as the database gives them back, so that nobody reads them again."""
        if not connections[using].features.can_return_columns_from_insert:
            return super()._do_insert(manager, using, fields, returning_fields, raw)
        every = self._meta.concrete_fields
        [row] = super()._do_insert(manager, using, fields, every, raw)
        self._given = dict(zip((field.attname for field in every), row, strict=True))
        return [tuple(self._given[field.attname] for field in returning_fields)]


class SaidOnce(WrittenOnce):
    """What a person said: it comes out of the database as others can read it.

    What is stored stays as it was written, and so does its hash.
    """

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db, field_names, values):
        seen = [drawn(value) if isinstance(value, str) else value for value in values]
        return super().from_db(db, field_names, seen)


class ChainLink(Sealed):
    """The link of one row: its number, what it covers, and the hash that binds it."""

    number = models.BigIntegerField(_("number"), primary_key=True)
    table_name = models.CharField(_("table"), max_length=63)
    row_id = models.BigIntegerField(_("row"))
    # Which columns were there to be covered: a migration may add others later.
    columns = models.TextField(_("columns"))
    digest = models.CharField(_("SHA-256 of the row"), max_length=64)
    hash = models.CharField(_("SHA-256 of the chain up to here"), max_length=64)

    class Meta:
        verbose_name = _("link of the chain")
        verbose_name_plural = _("links of the chain")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["table_name", "row_id"],
                name="chain_link_one_per_row",
                violation_error_message=_("This row has its link already."),
            ),
        ]

    def __str__(self):
        return f"{self.number} · {self.hash[:16]}"


def head(using: str = "default") -> str:
    """The hash over everything written once so far: what an issued report prints."""
    return _last(ChainLink, using)[1]


def append(
    model: type[models.Model],
    keys: Sequence[int],
    *,
    using: str,
    links=ChainLink,
    given: dict[str, object] | None = None,
) -> None:
    """Give stored rows their links, in the order of their primary keys as given.

    Called within the transaction that stores them, by ``save`` and ``bulk_create``; a migration
    gives its own ``links``. ``given`` is the one row as the database gave it back when it took it.
    """
    number, last = _last(links, using)
    columns = [field.attname for field in model._meta.concrete_fields]
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        found = {keys[0]: _digest(given)} if given else digests(model, batch, columns, using)
        new = []
        for number, key in enumerate(batch, start=number + 1):  # noqa: B020 - it goes on counting
            link = links(
                number=number,
                table_name=model._meta.db_table,
                row_id=key,
                columns=" ".join(columns),
                digest=found[key],
            )
            link.hash = last = hash_of(last, link)
            new.append(link)
        _store(new, using)


def _store(links: Sequence[ChainLink], using: str) -> None:
    """One statement, ready made: each change of the plan stores such a row."""
    fields = links[0]._meta.concrete_fields
    columns = ", ".join(field.column for field in fields)
    marks = f"({', '.join(['%s'] * len(fields))})"
    values = [getattr(link, field.attname) for link in links for field in fields]
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {links[0]._meta.db_table} ({columns}) "
            f"VALUES {', '.join([marks] * len(links))}",
            values,
        )


def hash_of(before: str, link: ChainLink) -> str:
    """The hash that a link must have after the one with the hash ``before``."""
    parts = [before, link.number, link.table_name, link.row_id, link.columns, link.digest]
    return _sha256(parts)


def digests(
    model: type[models.Model], keys: Sequence[int], columns: Sequence[str], using: str
) -> dict[int, str]:
    """The SHA-256 of rows as the database gives them back, by primary key; of those there are."""
    return {
        key: _digest(dict(zip(columns, values, strict=True)))
        for key, *values in _rows(model, keys, ["pk", *columns], connections[using])
    }


def _digest(row: dict[str, object]) -> str:
    """``row`` in the order of its columns."""
    return _sha256(list(row.items()))


def _rows(model, keys, names, connection) -> Iterator[list]:
    """As ``values_list`` gives them, at a quarter of its cost: each stored entry is read so."""
    meta, quote = model._meta, connection.ops.quote_name
    fields = [meta.pk if name == "pk" else meta.get_field(name) for name in names]
    columns = ", ".join(quote(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(keys))
    converters = [
        (place, column, convert)
        for place, column in enumerate(field.cached_col for field in fields)
        for convert in (
            *connection.ops.get_db_converters(column),
            *column.get_db_converters(connection),
        )
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM {quote(meta.db_table)} "
            f"WHERE {quote(meta.pk.column)} IN ({marks})",
            list(keys),
        )
        for row in map(list, cursor.fetchall()):
            for place, column, convert in converters:
                row[place] = convert(row[place], column, connection)
            yield row


@contextmanager
def _appending(using: str):
    """A transaction that alone adds to the chain until it ends."""
    with transaction.atomic(using=using, savepoint=False):
        hold_chain(using)
        yield


def hold_chain(using: str = "default") -> None:
    """Within a transaction: be the only one that adds to the chain until it ends.

    It comes before the lock of any row that is to be changed, so that nobody waits for the chain
    who holds a row that another waits for. SQLite needs none: its transactions are IMMEDIATE,
    there is one writer anyway.
    """
    connection = connections[using]
    if connection.vendor != "postgresql" or not connection.in_atomic_block:
        return
    if any(act is _held for _savepoints, act, *_ in connection.run_on_commit):
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    connection.on_commit(_held)


def _held() -> None:
    """Stands among what is to be done on commit as long as the lock is held: both end with the
    transaction, or with the savepoint in which they were taken.
    """


@contextmanager
def all_or_nothing(*, savepoint: bool) -> Iterator[None]:
    """A transaction that holds the chain; the caller's own where there is one.

    Without a ``savepoint`` the caller's is the one to be undone where something raises.
    """
    if transaction.get_connection().in_atomic_block and not savepoint:
        hold_chain()
        yield
        return
    with transaction.atomic():
        hold_chain()
        yield


def _last(links: type[models.Model], using: str) -> tuple[int, str]:
    table = links._meta.db_table
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT number, hash FROM {table} ORDER BY number DESC LIMIT 1")
        return cursor.fetchone() or (0, GENESIS)


def _sha256(value: list) -> str:
    return hashlib.sha256(_json(value).encode("ascii")).hexdigest()


def _json(value: list) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value) -> str:
    """The same text on every database: times in UTC, bytes in hexadecimal."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, UUID | Decimal):
        return str(value)
    raise TypeError(f"No canonical form of {type(value).__name__} is set.")
