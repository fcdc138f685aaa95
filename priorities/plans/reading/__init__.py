"""A text → what it says: the year's priorities with their actions, told apart from everything else.

Pure: text in, a ``Reading`` out; no model, no request, no clock. See ``reader.read``.
"""

from .reader import read
from .values import FoundAction, FoundPriority, Passage, Quantity, Reading, Run

__all__ = ["FoundAction", "FoundPriority", "Passage", "Quantity", "Reading", "Run", "read"]
