"""The settings file: what each variable may be, what is refused, and what the README says."""

import ast
import platform
import re
import runpy
import stat
import sys
from pathlib import Path
from types import ModuleType

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import translation

from tracker import environment, sqlite

ROOT = Path(django_settings.BASE_DIR)
SETTINGS = ROOT / "tracker" / "settings.py"
README = ROOT / "README.md"
KEY = "k" * 50
PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": KEY,
    "ALLOWED_HOSTS": "tracker.example.org",
    "BEHIND_PROXY": "on",
}


def variables() -> list[str]:
    """The names that settings.py reads, in its order: the first argument of environment.…()."""
    calls = [
        node for node in ast.walk(ast.parse(SETTINGS.read_text())) if isinstance(node, ast.Call)
    ]
    reading = [
        call
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "environment"
    ]
    return [call.args[0].value for call in sorted(reading, key=lambda call: call.lineno)]


@pytest.fixture
def load(monkeypatch):
    """Reads settings.py anew, with only these variables set."""

    def load(**values) -> dict:
        for name in variables():
            monkeypatch.delenv(name, raising=False)
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(SETTINGS))

    return load


def refusal(load, **values) -> str:
    with pytest.raises(ImproperlyConfigured) as caught:
        load(**values)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_readme_lists_every_variable_and_no_other():
    rows = re.findall(r"^\| `([A-Z_]+)` \|", README.read_text(), flags=re.MULTILINE)
    assert sorted(rows) == sorted(variables())


def test_nothing_set_is_enough_on_one_machine(load):
    values = load(SECRET_KEY=KEY)
    assert values["DEBUG"] is False
    assert values["HTTPS"] is False
    assert values["ALLOWED_HOSTS"] == ["127.0.0.1", "localhost", "[::1]"]
    assert values["DATABASES"]["default"]["NAME"] == ROOT / "var" / "tracker.sqlite3"
    assert values["TIME_ZONE"] == "Asia/Shanghai"


def test_an_empty_variable_counts_as_not_set(load):
    assert load(SECRET_KEY=KEY, PORT="", DEBUG=" ")["PORT"] == 8000


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", "abc", "PORT must be a whole number from 1 to 65535; it is 'abc'"),
        ("PORT", "0", "PORT must be a whole number from 1 to 65535; it is '0'"),
        ("PORT", "1_0", "PORT must be a whole number from 1 to 65535; it is '1_0'"),
        ("PORT", "9" * 5000, "PORT must be a whole number"),
        ("DEBUG", "maybe", "DEBUG must be on or off; it is 'maybe'"),
        ("ENVIRONMENT", "prod", "ENVIRONMENT must be one of local, production; it is 'prod'"),
        ("DEFAULT_LANGUAGE", "fr", "DEFAULT_LANGUAGE must be one of zh-hans, en; it is 'fr'"),
        ("SUB_PATH", "tracker", "SUB_PATH must be a path such as /tracker; it is 'tracker'"),
        ("SUB_PATH", "/a b", "SUB_PATH must be a path such as /tracker; it is '/a b'"),
        ("SUB_PATH", "//x", "SUB_PATH must be a path such as /tracker; it is '//x'"),
        ("BEHIND_PROXY", "10", "BEHIND_PROXY must be on, off, or how many proxies"),
        ("TRUSTED_ORIGINS", "tracker.example.org", "one is 'tracker.example.org'"),
        ("DATABASE_URL", "mysql://localhost/tracker", "DATABASE_URL must look like"),
        ("DATABASE_URL", "sqlite://var/tracker.sqlite3", "DATABASE_URL must look like"),
        ("DATABASE_URL", "postgres://host:port/tracker", "a port that is no number"),
        ("DATABASE_URL", "postgres://[host/tracker", "DATABASE_URL must look like"),
        ("SECRET_KEY", "short", "SECRET_KEY must have at least 50 characters"),
    ],
)
def test_a_wrong_value_is_refused_in_one_sentence(load, name, value, sentence):
    assert sentence in refusal(load, **{"SECRET_KEY": KEY, name: value})


def test_the_refused_database_url_is_not_repeated_for_it_may_hold_a_password(load):
    assert "hunter2" not in refusal(load, SECRET_KEY=KEY, DATABASE_URL="mysql://me:hunter2@db/x")


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_production_refuses_to_start_without_key_or_hosts(load, tmp_path, missing):
    given = {name: value for name, value in PRODUCTION.items() if name != missing}
    sentence = refusal(load, SECRET_KEY_FILE=str(tmp_path / "key"), **given)
    assert sentence.startswith(f"{missing} is missing")
    assert not (tmp_path / "key").exists()


def test_production_refuses_debug(load):
    assert refusal(load, **PRODUCTION, DEBUG="on").startswith("DEBUG must be off")


def test_production_serves_over_https(load):
    values = load(**PRODUCTION)
    assert values["SESSION_COOKIE_SECURE"] is True
    assert values["CSRF_COOKIE_SECURE"] is True
    assert values["SECURE_SSL_REDIRECT"] is True
    assert values["SECURE_HSTS_SECONDS"] == 31_536_000
    assert values["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")


@pytest.mark.parametrize(("said", "path"), [("", ""), ("/", ""), ("/tracker/", "/tracker")])
def test_below_a_sub_path_cookies_stay_there(load, said, path):
    values = load(SECRET_KEY=KEY, SUB_PATH=said)
    names = ("SESSION_COOKIE_PATH", "CSRF_COOKIE_PATH", "LANGUAGE_COOKIE_PATH")
    assert values["FORCE_SCRIPT_NAME"] == (path or None)
    assert {values[name] for name in names} == {f"{path}/"}


def test_the_proxys_header_is_believed_only_where_a_proxy_is_named(load):
    assert "SECURE_PROXY_SSL_HEADER" not in load(SECRET_KEY=KEY)


def test_the_generated_key_can_be_read_by_its_owner_only_and_stays(load, tmp_path):
    file = tmp_path / "new" / "key"
    key = load(SECRET_KEY_FILE=str(file))["SECRET_KEY"]
    assert len(key) >= 64
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert load(SECRET_KEY_FILE=str(file))["SECRET_KEY"] == key
    assert list(file.parent.iterdir()) == [file]


def test_a_key_file_that_others_can_read_is_refused(load, tmp_path):
    file = tmp_path / "key"
    file.write_text(KEY)
    file.chmod(0o644)
    assert refusal(load, SECRET_KEY_FILE=str(file)).endswith(f"chmod 600 {file}")


def test_a_key_file_that_cannot_be_made_is_named(load, tmp_path):
    (tmp_path / "file").write_text("")
    assert "cannot be read or written" in refusal(
        load, SECRET_KEY_FILE=str(tmp_path / "file" / "key")
    )


def test_postgresql_is_read_with_quoted_signs_and_options(load):
    url = "postgres://me%40office:p%2Fw@db.example.org:5433/tracker?sslmode=require"
    database = load(SECRET_KEY=KEY, DATABASE_URL=url)["DATABASES"]["default"]
    assert database == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "tracker",
        "USER": "me@office",
        "PASSWORD": "p/w",
        "HOST": "db.example.org",
        "PORT": "5433",
        "OPTIONS": environment.WAITS | {"sslmode": "require"},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


@pytest.mark.parametrize(
    ("place", "host", "port"),
    [
        ("", "", ""),
        ("db.example.org", "db.example.org", ""),
        ("%2Frun%2FPostgres", "/run/Postgres", ""),
        ("[2001:db8::1]:5433", "2001:db8::1", "5433"),
        ("a.example,b.example", "a.example,b.example", ""),
        ("a.example:5432,b.example:5433", "a.example,b.example", "5432,5433"),
    ],
)
def test_hosts_of_postgresql_are_read_as_its_own_programs_read_them(load, place, host, port):
    url = f"postgres://me@{place}/tracker"
    database = load(SECRET_KEY=KEY, DATABASE_URL=url)["DATABASES"]["default"]
    assert (database["HOST"], database["PORT"]) == (host, port)


def test_an_absolute_sqlite_path_is_kept(load):
    database = load(SECRET_KEY=KEY, DATABASE_URL="sqlite:////srv/data/t.sqlite3")["DATABASES"]
    assert database["default"]["NAME"] == Path("/srv/data/t.sqlite3")
    assert database["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "ATOMIC_REQUESTS" not in database["default"]


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), "DELETE"),
        ((3, 44, 5), "DELETE"),
        ((3, 44, 6), "WAL"),
        ((3, 45, 0), "DELETE"),
        ((3, 50, 6), "DELETE"),
        ((3, 50, 7), "WAL"),
        ((3, 51, 2), "DELETE"),
        ((3, 51, 3), "WAL"),
        ((3, 52, 0), "WAL"),
    ],
)
def test_wal_is_used_only_where_its_corruption_bug_is_fixed(version, mode):
    assert sqlite.journal_mode(version) == mode
    synced = {"WAL": "FULL", "DELETE": "EXTRA"}[mode]
    opening = sqlite.options(version)["init_command"]
    assert opening.startswith(f"PRAGMA journal_mode={mode}; PRAGMA synchronous={synced};")


@pytest.mark.parametrize(
    ("versions", "taken"),
    [
        ({"pythons": (3, 51, 3), "own": (3, 53, 4)}, "pythons"),
        ({"pythons": (3, 40, 1), "own": (3, 53, 4)}, "own"),
        ({"pythons": (3, 40, 1), "own": (3, 51, 2)}, "pythons"),
        ({"pythons": (3, 40, 1)}, "pythons"),
    ],
)
def test_an_sqlite_whose_wal_is_safe_is_taken_where_there_is_one(monkeypatch, versions, taken):
    for name, version in versions.items():
        module = ModuleType(name)
        module.sqlite_version_info = version
        monkeypatch.setitem(sys.modules, name, module)
    assert sqlite.chosen("pythons", "own").__name__ == taken


def test_the_program_has_an_sqlite_whose_wal_is_safe_where_one_is_brought():
    """requirements.in brings one to the usual servers; on others Python's own decides."""
    if sys.platform == "linux" and platform.machine() == "x86_64" and sys.version_info < (3, 15):
        assert sqlite.journal_mode() == "WAL"
    assert (
        sqlite.engine()
        == {
            sqlite.PYTHONS: "django.db.backends.sqlite3",
            sqlite.OWN: "tracker.own_sqlite",
        }[sqlite.library.__name__]
    )


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "zh-hans"),
        ("*", "zh-hans"),
        ("fr", "zh-hans"),
        ("zh", "zh-hans"),
        ("zh-CN,zh;q=0.9", "zh-hans"),
        ("zh-TW", "zh-hans"),
        ("zh-CN,en;q=0.8", "zh-hans"),
        ("en-GB", "en"),
        ("en-US,en;q=0.9,zh;q=0.8", "en"),
        ("fr,en;q=0.5", "en"),
    ],
)
def test_chinese_unless_the_browser_prefers_english(rf, accepted, language):
    request = rf.get("/", headers={"accept-language": accepted})
    assert translation.get_language_from_request(request) == language


def test_the_switch_outlives_the_browsers_language(rf):
    request = rf.get("/", headers={"accept-language": "zh-CN"})
    request.COOKIES["django_language"] = "en"
    assert translation.get_language_from_request(request) == "en"


@pytest.mark.parametrize("name", ["requirements", "requirements-postgres", "requirements-dev"])
def test_every_package_is_pinned_with_hashes_and_names_no_index(name):
    text = (ROOT / f"{name}.txt").read_text()
    packages = re.findall(r"^[a-z].*$", text, flags=re.MULTILINE)
    assert packages
    assert all("==" in line and line.endswith("\\") for line in packages)
    assert len(re.findall(r"^[a-z].*\\\n +--hash=sha256:", text, flags=re.MULTILINE)) == len(
        packages
    )
    assert "://" not in text


@pytest.mark.parametrize("name", ["requirements", "requirements-postgres", "requirements-dev"])
def test_every_package_that_is_asked_for_says_what_it_is_for(name):
    lines = (ROOT / f"{name}.in").read_text().splitlines()
    asked = [line for line in lines if line and not line.startswith(("#", "-c "))]
    assert all("  # " in line for line in asked)
