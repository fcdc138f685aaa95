"""A page that is compressed once, and whose slots are still filled anew for each answer.

Brotli (RFC 7932) lets a stretch of a page stand as it is, in a block of its own. So a page is
compressed with noise where its slots are, each stretch of noise is cut out again, and what fills
the slot is put there in such a block. Whoever unpacks it must notice nothing:

- Lengths are kept, so what refers back to earlier words finds them where they were.
- Nothing refers to the noise, which is like no word of a page; and the noise to nothing.
- How a letter is written depends on the two before it, so each block ends with two of the page.

All three are tried out when a page is packed: it is unpacked with something else in its slots.
"""

import secrets
from collections.abc import Sequence
from itertools import chain

import brotli

BEHIND = 2
"""Letters of the page at the end of each block."""

TRIES = 6
"""One in ten noises is unfit: by chance something in it was taken for a repetition."""


def idle(padding: int) -> bytes:
    """``padding`` + 1 idle bytes, at most 256: a metadata block, RFC 7932 9.2."""
    return (0b010110 | padding << 6).to_bytes(2, "little") + bytes(padding + 1)


def noise(length: int) -> bytes:
    """No letter of it is one that a form token has, so that none can be taken for the other."""
    return bytes(byte | 0x80 for byte in secrets.token_bytes(length))


class Packed:
    """``lengths`` are those of what fills the slots, of which one is between each two pieces."""

    def __init__(self, pieces: Sequence[bytes], lengths: Sequence[int]):
        self.behind = [piece[:BEHIND] for piece in pieces[1:]]
        self.is_sound = False
        for _ in range(TRIES):
            self._pack(pieces, lengths)
            self.is_sound = self._stands_with(pieces, [b"-" * length for length in lengths])
            if self.is_sound:
                break

    def _pack(self, pieces: Sequence[bytes], lengths: Sequence[int]) -> None:
        compressor = brotli.Compressor(mode=brotli.MODE_TEXT, quality=5)
        first, *others = pieces
        self.blocks = [compressor.process(first) + compressor.flush()]
        for piece, length in zip(others, lengths, strict=True):
            compressor.process(noise(length) + piece[:BEHIND])
            compressor.flush()
            self.blocks.append(compressor.process(piece[BEHIND:]) + compressor.flush())
        self.end = compressor.finish()

    def filled(self, values: Sequence[bytes], padding: int) -> bytes:
        """The page with these values in its slots, and with ``padding`` + 1 idle bytes."""
        first, *others = self.blocks
        slots = map(self._as_it_is, values, self.behind)
        parts = chain.from_iterable(zip(slots, others, strict=True))
        return b"".join([first, *parts, idle(padding), self.end])

    @staticmethod
    def _as_it_is(value: bytes, behind: bytes) -> bytes:
        """An uncompressed block: 4 nibbles for its length less one, RFC 7932 9.2."""
        words = value + behind
        return ((len(words) - 1) << 3 | 1 << 19).to_bytes(3, "little") + words

    def _stands_with(self, pieces: Sequence[bytes], values: Sequence[bytes]) -> bool:
        first, *others = pieces
        whole = b"".join([first, *chain.from_iterable(zip(values, others, strict=True))])
        try:
            return brotli.decompress(self.filled(values, 0)) == whole
        except brotli.error:
            return False
