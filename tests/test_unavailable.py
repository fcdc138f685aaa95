"""A database that is locked or away, a disk that is full: 503 in words, with what was typed."""

import errno
import logging
import re
import resource
from contextlib import closing, contextmanager

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, connection
from django.db.transaction import TransactionManagementError
from django.urls import reverse

from priorities.models import ProgressEntry
from tracker import errors, sqlite, views
from tracker.sqlite import library
from tracker.unavailable import Cause, OneLine, cause_of

from .dom import parse
from .factories import make_action, make_plan, make_priority, make_unit, make_user

# What is told apart, from errors that the libraries themselves raise


def raised(act) -> DatabaseError:
    """As Django hands it on."""
    try:
        act()
    except library.Error as error:
        wrapped = OperationalError(str(error))
        wrapped.__cause__ = error
        return wrapped
    raise AssertionError("nothing was raised")


def sqlite_error(folder, prepare: str, statement: str) -> DatabaseError:
    with closing(library.connect(folder / "x.sqlite3", timeout=0)) as database:
        database.executescript(f"CREATE TABLE entry (words TEXT); {prepare}")
        return raised(lambda: database.execute(statement))


INSERT = "INSERT INTO entry VALUES (zeroblob(100000))"


@pytest.mark.parametrize(
    ("prepare", "statement", "cause"),
    [
        ("PRAGMA max_page_count = 2", INSERT, Cause.FULL),
        ("PRAGMA query_only = ON", INSERT, Cause.READ_ONLY),
        ("", "SELECT * FROM none", Cause.AWAY),
        ("", "SELECT none FROM entry", None),
        ("", "SELEC", None),
    ],
)
def test_an_error_of_sqlite_says_what_is_the_matter(tmp_path, prepare, statement, cause):
    assert cause_of(sqlite_error(tmp_path, prepare, statement)) is cause


def test_a_lock_a_missing_folder_and_a_damaged_file_are_told_apart(tmp_path):
    file = tmp_path / "x.sqlite3"
    with closing(library.connect(file)) as holder, closing(library.connect(file, timeout=0)) as it:
        holder.execute("BEGIN EXCLUSIVE")
        locked = raised(lambda: it.execute("BEGIN IMMEDIATE"))
    assert cause_of(locked) is Cause.LOCKED
    gone = raised(lambda: library.connect(tmp_path / "none" / "x.sqlite3"))
    assert cause_of(gone) is Cause.AWAY
    file.write_text("no database" * 500)
    with closing(library.connect(file)) as damaged:
        assert cause_of(raised(lambda: damaged.execute("SELECT 1 FROM x"))) is Cause.AWAY
    broken = TransactionManagementError("You can't execute queries until the end")
    broken.__context__ = locked
    assert cause_of(broken) is Cause.LOCKED


@pytest.mark.parametrize(
    ("state", "cause"),
    [
        ("55P03", Cause.LOCKED),
        ("40P01", Cause.LOCKED),
        ("53100", Cause.FULL),
        ("53300", Cause.AWAY),
        ("57P01", Cause.AWAY),
        ("57P03", Cause.AWAY),
        ("25006", Cause.READ_ONLY),
        ("42P01", Cause.AWAY),
        ("23505", None),
        ("42703", None),
    ],
)
def test_an_error_of_postgresql_says_what_is_the_matter(state, cause):
    error = DatabaseError()
    error.__cause__ = psycopg.errors.lookup(state)()
    assert cause_of(error) is cause


def test_other_errors_are_told_apart():
    assert cause_of(OperationalError("the connection is lost")) is Cause.AWAY
    assert cause_of(InterfaceError("connection already closed")) is Cause.AWAY
    assert cause_of(OSError(errno.ENOSPC, "No space left on device")) is Cause.FULL
    assert cause_of(OSError(errno.EROFS, "Read-only file system")) is Cause.READ_ONLY
    for ours in (ValueError(), OSError(), ConnectionResetError(), IntegrityError(), None):
        assert cause_of(ours) is None


# The page


@pytest.fixture
def report(db, client):
    """The address of a report form, and who sends it is signed in."""
    unit = make_unit()
    action = make_action(make_priority(make_plan("2031")), lead_unit=unit)
    client.force_login(make_user("reporter", [unit]))
    client.raise_request_exception = False
    return reverse("report", args=["2031", action.number])


def words_of(address, client, **changes) -> dict:
    page = parse(client.get(address).text)
    [form] = page.all("form", action=address)
    fields = {
        field.attrs["name"]: field.attrs.get("value", "")
        for field in form.all("input")
        if field.attrs.get("type") not in ("file", "radio", "submit")
    }
    return (
        fields
        | {"percent": "20", "done": "示例：已开工。\r\n第二行", "outlook": "on_course"}
        | changes
    )


@contextmanager
def writes_fail(error: Exception):
    def fail(execute, sql, params, many, context):
        if re.match(r"\s*INSERT", sql):
            raise error
        return execute(sql, params, many, context)

    with connection.execute_wrapper(fail):
        yield


def full(folder) -> DatabaseError:
    return sqlite_error(folder, "PRAGMA max_page_count = 2", INSERT)


def test_what_was_typed_stands_on_the_page_and_goes_again(report, client, tmp_path, caplog):
    words = words_of(report, client)
    with writes_fail(full(tmp_path)):
        answer = client.post(report, words)
    assert (answer.status_code, answer["Retry-After"]) == (503, "300")
    assert "磁盘" in answer.text
    assert "no-store" in answer["Cache-Control"]
    [form] = parse(answer.text).all("form", method="post")
    assert form.attrs["action"] == report
    again = {f.attrs["name"]: f.attrs.get("value", "") for f in form.all("input")}
    again["done"] = words["done"]
    assert again == words
    assert "示例：已开工。" in form.text and "第二行" in form.text
    assert client.post(report, again).status_code == 302
    assert ProgressEntry.objects.get().done == "示例：已开工。\n第二行"


def test_what_was_typed_is_given_back_where_nothing_can_be_read_either(report, client):
    """A database that is away is asked for the session before any view is reached."""
    words = words_of(report, client)

    def fail(execute, sql, params, many, context):
        raise OperationalError("server closed the connection unexpectedly")

    with connection.execute_wrapper(fail):
        answer = client.post(report, words)
    assert answer.status_code == 503
    assert "示例：已开工。" in answer.text and "第二行" in answer.text


def test_sent_through_htmx_it_is_one_sentence(report, client, tmp_path):
    with writes_fail(full(tmp_path)):
        answer = client.post(report, words_of(report, client), headers={"HX-Request": "true"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "300")
    assert re.fullmatch(r"<p>[^<]*磁盘[^<]*</p>", answer.text)


@contextmanager
def no_room(most: int):
    """Files can grow to ``most`` bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_file_without_room_loses_no_word(report, client):
    pdf = SimpleUploadedFile("示例.pdf", b"%PDF-1.7 " + bytes(3_000_000))
    words = words_of(report, client)
    with no_room(1_000_000):
        answer = client.post(report, words | {"files": pdf})
    assert answer.status_code == 503
    assert "磁盘" in answer.text
    assert "第二行" in answer.text
    assert not ProgressEntry.objects.exists()


def test_files_are_to_be_chosen_again_and_passwords_are_not_given_back(rf):
    pdf = SimpleUploadedFile("示例.pdf", b"%PDF-1.7")
    request = rf.post("/x/", {"done": "示例 一", "files": pdf})
    request.csrf_processing_done = True
    answer = errors.unavailable(request, Cause.LOCKED)
    [field] = parse(answer.text).all("input", type="file")
    assert "required" in field.attrs and field.attrs["name"] == "files"
    assert "示例.pdf" in answer.text
    request = rf.post("/x/", {"username": "示例", "password": "秘密 一"})
    request.csrf_processing_done = True
    secret = errors.unavailable(request, Cause.LOCKED)
    assert "秘密" not in secret.text
    assert "<form" not in secret.text


def test_what_is_not_known_to_come_from_our_page_is_not_given_back(rf):
    answer = errors.unavailable(rf.post("/x/", {"done": "示例 一"}), Cause.LOCKED)
    assert "示例 一" not in answer.text


def test_the_log_has_one_line(tmp_path):
    error = OperationalError(f"{full(tmp_path)}\nLINE 1: ... VALUES ('示例：填写的内容'")
    record = logging.makeLogRecord(
        {"msg": "%s: %s", "args": ("Service Unavailable", "/x/"), "status_code": 503}
        | {"exc_info": (type(error), error, None)}
    )
    assert OneLine().filter(record)
    line = logging.Formatter().format(record)
    assert line == "Service Unavailable: /x/: database or disk is full"


# /healthz


@pytest.fixture
def asked_anew():
    views.lately.clear()
    yield
    views.lately.clear()


def test_healthz_is_down_where_nothing_can_be_stored(
    client, db, asked_anew, evidence_folder, caplog
):
    evidence_folder.mkdir()
    with no_room(1000):
        assert client.get("/healthz").status_code == 503
    assert "/healthz is down: [Errno 27] File too large" in caplog.text
    assert client.get("/healthz").status_code == 200
    assert list(evidence_folder.iterdir()) == []


def test_nobody_waits_for_a_lock_longer_than_a_proxy_does():
    assert sqlite.options()["timeout"] <= 10


@pytest.mark.skipif(connection.vendor == "sqlite", reason="of PostgreSQL only")
def test_a_session_of_postgresql_waits_no_longer(db):
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == (f"{sqlite.LONGEST_WAIT}s",)
