"""A bounded store of the texts that were asked for last, for the threads of one process."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock


class LRU:
    """Keeps ``most`` letters; the text that was not asked for the longest goes first."""

    def __init__(self, most: int):
        self.most, self.held, self.lock = most, 0, Lock()
        self.kept: OrderedDict[Hashable, str] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], str]) -> str:
        """The text of the key, made where there is none."""
        with self.lock:
            found = self.kept.get(key)
            if found is not None:
                self.kept.move_to_end(key)
                return found
        made = make()
        with self.lock:
            self.held += len(made) - len(self.kept.pop(key, ""))
            self.kept[key] = made
            while self.held > self.most:
                self.held -= len(self.kept.popitem(last=False)[1])
        return made

    def clear(self) -> None:
        with self.lock:
            self.kept.clear()
            self.held = 0
