"""gunicorn's threads, kept free of connections that are slow to say what they want.

A thread that reads from a slow connection serves nobody else, and there are eight. So a request is
given to a thread only when its head has arrived, and a small form with it; the loop that waits for
connections collects them. Whoever takes longer than FOR_HEAD is hung up on. A large body is read by
a thread, which waits only so long as the body keeps a pace.

Eight large and slow uploads still fill all threads for as long as that allows: this is no proxy
that buffers, and where many may reach the program one belongs before it.
"""

import errno
import re
import selectors
import time
from functools import partial

from gunicorn import http
from gunicorn.workers.gthread import TConn, ThreadWorker

from tracker.shared import give_back

FOR_HEAD = 10
"""Seconds for the head of a request and a small body."""

SILENCE = 10
"""Seconds without a byte, in either direction."""

GRACE, PACE = 20, 20_000
"""A large body may take GRACE seconds, and one more for each PACE bytes."""

SMALL, LARGEST_HEAD = 64 * 1024, 64 * 1024
QUIET = 2
"""Seconds without a request after which memory is given back: nobody waits for it then."""

END = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,12})[ \t]*\r\n", re.IGNORECASE)
WAITS_FOR_US = re.compile(rb"\r\nexpect:", re.IGNORECASE)


def is_endless(arrived: bytes) -> bool:
    """Whether a head goes on beyond what anybody has to say: no thread waits for its end."""
    return len(arrived) > LARGEST_HEAD and END not in arrived


def is_enough(arrived: bytes) -> bool:
    """Whether a thread can go on without waiting, or must because it is large."""
    end = arrived.find(END)
    if end < 0:
        return False
    head = arrived[: end + 2]
    length = LENGTH.search(head)
    announced = int(length[1]) if length else 0
    if announced > SMALL or WAITS_FOR_US.search(head):
        return True
    return len(arrived) - end - len(END) >= announced


class Worker(ThreadWorker):
    served, tidied, quiet_since = 0, 0, 0.0
    """Requests at the last look, and at the last tidying."""

    def notify(self) -> None:
        """Once a second and at every event: the loop's own moment."""
        super().notify()
        if self.nr != self.served:
            self.served, self.quiet_since = self.nr, time.monotonic()
        elif self.nr != self.tidied and time.monotonic() - self.quiet_since > QUIET:
            self.tidied = self.nr
            give_back()

    def enqueue_req(self, conn: TConn) -> None:
        """New connections and kept ones: both wait in the loop until enough has arrived."""
        conn.arrived = conn.parser.unreader.take_buffered() if conn.parser else b""
        if is_enough(conn.arrived):
            self.give_to_thread(conn)
            return
        if is_endless(conn.arrived):
            self.hang_up(conn)
            return
        conn.timeout = time.monotonic() + FOR_HEAD
        conn.sock.setblocking(False)
        self.pending_conns.append(conn)
        self.poller.register(
            conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn)
        )

    def on_pending_socket_readable(self, conn: TConn, client) -> None:
        try:
            came = conn.sock.recv(SMALL)
        except BlockingIOError:
            return
        except OSError:
            came = b""
        conn.arrived += came
        is_over = not came or is_endless(conn.arrived)
        if not is_over and not is_enough(conn.arrived):
            return
        self.poller.unregister(client)
        self.pending_conns.remove(conn)
        if is_endless(conn.arrived):
            self.hang_up(conn)
        else:
            self.give_to_thread(conn)

    def hang_up(self, conn: TConn) -> None:
        self.nr_conns -= 1
        conn.close()

    def give_to_thread(self, conn: TConn) -> None:
        if conn.parser is None:
            conn.parser = http.get_parser(self.cfg, conn.sock, conn.client)
        conn.parser.unreader.unread(conn.arrived)
        conn.data_ready = True
        super().enqueue_req(conn)

    def handle_request(self, req, conn: TConn):
        keep_pace(conn, req)
        try:
            return super().handle_request(req, conn)
        except TimeoutError as error:
            raise ConnectionResetError(errno.ECONNRESET, "too slow") from error


def keep_pace(conn: TConn, req) -> None:
    """What a thread still reads and writes for this request, a socket does that keeps time."""
    unreader = conn.parser.unreader
    announced = int(dict(req.headers).get("CONTENT-LENGTH") or 0)
    until = time.monotonic() + GRACE + announced / PACE

    def chunk(size_hint: int | None = None) -> bytes:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        conn.sock.settimeout(min(SILENCE, left))
        try:
            return type(unreader).chunk(unreader, size_hint)
        finally:
            conn.sock.settimeout(SILENCE)

    unreader.chunk = chunk
    conn.sock.settimeout(SILENCE)
