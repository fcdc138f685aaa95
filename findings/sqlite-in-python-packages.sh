#!/bin/sh
# Of the packages that bring Python an SQLite of their own, the one whose name says that it comes
# ready built brings an older SQLite than the one that it was split from, and one in which the fault of
# WAL that sqlite.org/wal.html tells of (3.7.0 to 3.51.2) is not mended. So is that of sqlean.py, although
# both are the newest releases. Only pysqlite3 itself, which has wheels again, is past it.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -c 'import sys; raise SystemExit(sys.version_info[:2] < (3, 9))' || { echo "Python 3.9 is missing"; exit 2; }

bring() {
    python3 -m venv "$1"
    "$1/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: "$2" 2>/dev/null ||
        { echo "$2 could not be installed"; exit 2; }
    "$1/bin/python" -c "from $3 import dbapi2; print(dbapi2.sqlite_version)"
}

itself=$(bring itself pysqlite3==0.6.1 pysqlite3)
binary=$(bring binary pysqlite3-binary==0.5.4.post2 pysqlite3)
sqlean=$(bring sqlean sqlean.py==3.50.4.5 sqlean)
echo "pysqlite3 0.6.1: SQLite $itself"
echo "pysqlite3-binary 0.5.4.post2: SQLite $binary"
echo "sqlean.py 3.50.4.5: SQLite $sqlean"
python3 - "$itself" "$binary" "$sqlean" <<'PYTHON'
import sys

itself, binary, sqlean = (tuple(map(int, version.split("."))) for version in sys.argv[1:])
mended = (3, 51, 3)
is_so = itself >= mended > binary and mended > sqlean
print("as described" if is_so else "CHANGED")
raise SystemExit(not is_so)
PYTHON
