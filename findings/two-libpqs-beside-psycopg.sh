#!/bin/sh
# A wheel psycopg-binary brings a libpq of its own, newer than the one that pg_dump of the same
# machine uses. What psycopg reports of a live connection (`connection.info.get_parameters()`) or
# takes in an address may be an option that pg_dump refuses: sslcertmode is reported although
# nobody set it, because that option has no compiled default to be left out by.
set -eu
command -v pg_dump >/dev/null || { echo "pg_dump (Debian: postgresql-client) is missing"; exit 2; }
pg_dump --version
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv venv && venv/bin/pip install --quiet --disable-pip-version-check 'psycopg[binary]==3.3.9'
venv/bin/python - >known <<'P'
import sys
from psycopg import pq
print("libpq of psycopg-binary:", pq.version(), file=sys.stderr)
for option in pq.Conninfo.get_defaults():
    print(option.keyword.decode(), "none" if option.compiled is None else "some")
P
grep -q '^sslcertmode none$' known || { echo "CHANGED: sslcertmode has a compiled default"; exit 1; }
refused=
while read -r name _default; do
    said=$(LC_ALL=C pg_dump --no-password --dbname="host=$folder $name=x" 2>&1 || true)
    case $said in *"invalid connection option"*) refused="$refused $name";; esac
done <known
echo "options that psycopg takes and pg_dump refuses:$refused"
case " $refused " in
    *" sslcertmode "*) echo "as described" ;;
    *) echo "CHANGED: this pg_dump knows sslcertmode"; exit 1 ;;
esac
