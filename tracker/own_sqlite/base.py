"""Django's SQLite backend over the SQLite that the program brings (``tracker.sqlite.library``).

Django's own names Python's module in three places: where it connects, where it makes a cursor,
and where it says how dates and decimals are written. They are said here once more; all else is
Django's.
"""

import datetime
import decimal
from collections.abc import Mapping
from itertools import tee

from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3._functions import register as register_functions
from django.utils.asyncio import async_unsafe
from django.utils.dateparse import parse_date, parse_datetime, parse_time

from tracker.sqlite import library

library.register_converter("bool", b"1".__eq__)
library.register_converter("date", base.decoder(parse_date))
library.register_converter("time", base.decoder(parse_time))
library.register_converter("datetime", base.decoder(parse_datetime))
library.register_converter("timestamp", base.decoder(parse_datetime))
library.register_adapter(decimal.Decimal, str)
library.register_adapter(datetime.date, base.adapt_date)
library.register_adapter(datetime.datetime, base.adapt_datetime)


class Cursor(library.Cursor):
    """As ``SQLiteCursorWrapper``, which is bound to the cursor of Python's module."""

    convert_query = base.SQLiteCursorWrapper.convert_query

    def execute(self, query, params=None):
        if params is None:
            return super().execute(query)
        names = list(params) if isinstance(params, Mapping) else None
        return super().execute(self.convert_query(query, param_names=names), params)

    def executemany(self, query, param_list):
        first, params = tee(iter(param_list))
        one = next(first, None)
        names = list(one) if isinstance(one, Mapping) else None
        return super().executemany(self.convert_query(query, param_names=names), params)


class DatabaseWrapper(base.DatabaseWrapper):
    Database = library

    @async_unsafe
    def get_new_connection(self, conn_params):
        conn = library.connect(**conn_params)
        register_functions(conn)
        conn.execute("PRAGMA foreign_keys = ON")
        conn.execute("PRAGMA legacy_alter_table = OFF")
        for command in filter(None, map(str.strip, self.init_commands)):
            conn.execute(command)
        return conn

    def create_cursor(self, name=None):
        return self.connection.cursor(factory=Cursor)
