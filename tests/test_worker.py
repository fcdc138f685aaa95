"""Slow connections: the program goes on answering others, and hangs up on who takes too long."""

import http.client
import socket
from contextlib import ExitStack, suppress
from urllib.request import urlopen

import pytest

from tracker.worker import FOR_HEAD, LARGEST_HEAD, SMALL, is_enough

from . import prepared
from .test_start import PATIENCE, Program

HEAD = b"POST /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
KIND = b"Content-Type: application/x-www-form-urlencoded\r\n"


@pytest.mark.parametrize(
    ("arrived", "is_it"),
    [
        (b"", False),
        (HEAD, False),
        (HEAD + b"\r\n", True),
        (HEAD + b"Content-Length: 3\r\n\r\nab", False),
        (HEAD + b"Content-Length: 3\r\n\r\nabc", True),
        (HEAD + b"content-length:3\r\n\r\nab", False),
        (HEAD + b"Content-Length: %d\r\n\r\n" % (SMALL + 1), True),
        (HEAD + b"Content-Length: 3\r\nExpect: 100-continue\r\n\r\n", True),
        (HEAD + b"Content-Length: x\r\n\r\n", True),
        (HEAD + b"X: " + b"a" * LARGEST_HEAD, False),
        (HEAD + b"X: " + b"a" * LARGEST_HEAD + b"\r\n\r\n", True),
    ],
)
def test_a_thread_gets_what_it_can_read_without_waiting(arrived, is_it):
    assert is_enough(arrived) is is_it


@pytest.mark.server
def test_slow_connections_keep_nobody_else_waiting(tmp_path):
    prepared.copy_into(tmp_path)
    program = Program(tmp_path)
    program.wait_until_it_answers()
    place = ("127.0.0.1", int(program.environment["PORT"]))
    endless = HEAD + b"".join(b"X-%d: %s\r\n" % (n, b"a" * 7_900) for n in range(9))
    beginnings = [b"", HEAD, HEAD + KIND + b"Content-Length: 100\r\n\r\nusername="]
    with ExitStack() as stack:
        slow = [
            stack.enter_context(socket.create_connection(place, timeout=PATIENCE))
            for _n in range(60)
        ]
        for number, connection in enumerate(slow):
            connection.sendall(beginnings[number % len(beginnings)])
        for _n in range(20):
            connection = stack.enter_context(socket.create_connection(place, timeout=PATIENCE))
            with suppress(OSError):  # it may be hung up on while it still speaks
                connection.sendall(endless)
        for _n in range(20):
            assert urlopen(f"{program.address}/healthz", timeout=FOR_HEAD / 2).status == 200
        kept = http.client.HTTPConnection(*place, timeout=PATIENCE)
        for _n in range(3):  # one connection serves several requests
            kept.request("GET", "/healthz")
            assert kept.getresponse().read() == b'{"status": "ok"}'
        assert [connection.recv(1) for connection in slow[:3]] == [b"", b"", b""]
    assert program.stop() == 0
    assert "Traceback" not in program.log.read_text()
