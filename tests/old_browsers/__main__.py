"""``python3 -m tests.old_browsers ADDRESS PASSWORD NAME``: one browser does the main jobs."""

import sys
from importlib import import_module

from .jobs import do_all

BROWSERS = {
    "qt": ("qt", "Qt515"),
    "firefox": ("drivers", "Firefox"),
    "webkit": ("drivers", "WebKit"),
}
"""Where each stands; Qt is known to the system's Python alone, and loaded only to be used."""


if __name__ == "__main__":
    address, password, name = sys.argv[1:]
    module, browser = BROWSERS[name]
    used = getattr(import_module(f"{__package__}.{module}"), browser)()
    try:
        failed = do_all(used, address, password)
    finally:
        used.close()
    sys.exit(failed > 0)
