"""What is on a disk after the power went: the system calls of a program, replayed with a cut.

strace writes down what the program does to the files of one folder. The replay keeps apart what
a disk must have (what was synced) and what it may have. A write is sure once its file is synced;
a name that appeared or went is sure once its folder is synced, as POSIX has it. At a cut, any of
the writes that were not sure may be missing, and so may the latest changes of names.
"""

import random
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

CALLS = "openat,close,pwrite64,write,fsync,fdatasync,ftruncate,unlink,rename"
LINE = re.compile(r"^(\w+)\((.*)\) += (-?\d+)")
TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
LONGEST = 1_000_000
"""Bytes of one write that strace shows; a longer one would be cut, and is refused here."""


def calls_of(command: list[str], log: Path, **options) -> list[tuple[str, str, int]]:
    """Run a program of one thread; its calls as (name, arguments, result) in their order."""
    options_of_strace = ["-xx", "-s", str(LONGEST), "-e", f"trace={CALLS}", "-o", str(log)]
    done = subprocess.run(
        ["strace", *options_of_strace, *command], capture_output=True, text=True, **options
    )
    assert done.returncode == 0, done.stderr
    found = map(LINE.match, log.read_text().splitlines())
    return [(call[1], call[2], int(call[3])) for call in found if call]


def text_in(arguments: str) -> bytes:
    assert '"...' not in arguments, "a write was longer than strace shows"
    return bytes.fromhex(TEXT.search(arguments)[1].replace("\\x", ""))


@dataclass
class File:
    """Bytes that are sure, and what was done to them since: writes as (place, bytes or None)."""

    sure: bytes = b""
    unsure: list[tuple[int, bytes | None]] = field(default_factory=list)

    def sync(self) -> None:
        self.sure, self.unsure = self.after(self.unsure), []

    def after(self, changes: list[tuple[int, bytes | None]]) -> bytes:
        content = bytearray(self.sure)
        for place, written in changes:
            if written is None:  # cut, or stretched with zeros
                content = content[:place].ljust(place, b"\0")
            else:
                content = content.ljust(place, b"\0")
                content[place : place + len(written)] = written
        return bytes(content)


class Disk:
    """The files of one folder. ``acknowledged`` counts what the program said was stored."""

    def __init__(self, folder: Path):
        self.folder = folder
        files = {path.name: File(path.read_bytes()) for path in folder.iterdir()}
        self.sure_names, self.names = dict(files), dict(files)
        self.changes: list[tuple[str, File | None]] = []
        self.open: dict[int, File | None] = {}
        self.acknowledged = 0

    def take(self, call: str, arguments: str, result: int) -> None:
        if result >= 0:
            getattr(self, f"_{call}")(arguments, result)

    def after_a_cut(self, chance: random.Random) -> Iterator[tuple[str, bytes]]:
        """Names and contents as they may stand when the power is back."""
        names = dict(self.sure_names)
        for name, file in self.changes[: chance.randint(0, len(self.changes))]:
            _put(names, name, file)
        for name, file in names.items():
            yield name, file.after([change for change in file.unsure if chance.random() < 0.5])

    def _name(self, path: bytes) -> str | None:
        path = Path(path.decode())
        return path.name if path.parent == self.folder else None

    def _rename_to(self, name: str, file: File | None) -> None:
        self.changes.append((name, file))
        _put(self.names, name, file)

    def _openat(self, arguments, handle):
        path = text_in(arguments)
        name = self._name(path)
        self.open.pop(handle, None)
        if path.decode() == str(self.folder):
            self.open[handle] = None
        elif name:
            if name not in self.names:
                self._rename_to(name, File())
            self.open[handle] = self.names[name]
            if "O_TRUNC" in arguments:
                self.names[name].unsure.append((0, None))

    def _close(self, arguments, _result):
        self.open.pop(int(arguments), None)

    def _pwrite64(self, arguments, length):
        file = self.open.get(int(arguments.partition(",")[0]))
        if file:
            place = int(arguments.rpartition(",")[2])
            file.unsure.append((place, text_in(arguments)[:length]))

    def _write(self, arguments, _length):
        handle = int(arguments.partition(",")[0])
        assert handle not in self.open, "a write without a place is not replayed"
        if handle == 1:
            self.acknowledged += text_in(arguments).count(b"stored")

    def _ftruncate(self, arguments, _result):
        handle, length = map(int, arguments.split(","))
        if self.open.get(handle):
            self.open[handle].unsure.append((length, None))

    def _fsync(self, arguments, _result):
        handle = int(arguments)
        if handle not in self.open:
            return
        if file := self.open[handle]:
            file.sync()
        else:
            self.sure_names, self.changes = dict(self.names), []

    _fdatasync = _fsync

    def _unlink(self, arguments, _result):
        if name := self._name(text_in(arguments)):
            self._rename_to(name, None)

    def _rename(self, arguments, _result):
        old, new = (bytes.fromhex(x.replace("\\x", "")) for x in TEXT.findall(arguments))
        assert not self._name(old) and not self._name(new), "a rename is not replayed"


def _put(names: dict[str, File], name: str, file: File | None) -> None:
    if file is None:
        names.pop(name, None)
    else:
        names[name] = file
