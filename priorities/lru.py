"""A bounded store of what was asked for last, for the threads of one process."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock


class LRU:
    """Keeps ``most`` values; the one that was not asked for the longest goes first."""

    def __init__(self, most: int):
        self.most, self.lock = most, Lock()
        self.kept: OrderedDict[Hashable, object] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], object]):
        """The value of the key, made where there is none. None is no value."""
        with self.lock:
            found = self.kept.get(key)
            if found is not None:
                self.kept.move_to_end(key)
                return found
        made = make()
        with self.lock:
            self.kept[key] = made
            while len(self.kept) > self.most:
                self.kept.popitem(last=False)
        return made

    def clear(self) -> None:
        with self.lock:
            self.kept.clear()
