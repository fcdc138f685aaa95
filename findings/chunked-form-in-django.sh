#!/bin/sh
# A form sent in chunks (RFC 9112, 7.1) arrives whole at gunicorn and is an empty form to Django.
# gunicorn hands it over and says that its end is known (wsgi.input_terminated); Django goes by
# CONTENT_LENGTH alone, finds none, and answers as if nothing had been filled in.
set -eu
folder=$(mktemp -d)
trap 'kill $server 2>/dev/null || true; rm -rf "$folder"' EXIT
server=
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet django==5.2.19 gunicorn==27.0.1
"$folder/venv/bin/pip" list 2>/dev/null | grep -iE '^(django|gunicorn) '
cd "$folder"
cat >site.py.txt <<'PY'
from django.conf import settings
from django.http import HttpResponse
from django.urls import path

settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="x")

def show(request):
    ended = request.META.get("wsgi.input_terminated")
    return HttpResponse(f"terminated={ended} form={request.POST.dict()}")

urlpatterns = [path("", show)]

from django.core.wsgi import get_wsgi_application  # noqa: E402
application = get_wsgi_application()
PY
mv site.py.txt chunked.py
port=$("$folder/venv/bin/python" -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])')
"$folder/venv/bin/gunicorn" --bind "127.0.0.1:$port" --no-control-socket --log-level error chunked &
server=$!
cat >ask.py <<'PY'
import http.client, sys, time

def ask(**how):
    for _try in range(100):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=10)
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", "/", headers=kind, **how)
            return connection.getresponse().read().decode()
        except ConnectionRefusedError:
            time.sleep(0.1)

whole = ask(body=b"day=2022-09-30")
chunked = ask(body=iter([b"day=2022", b"-09-30"]), encode_chunked=True)
print("with its length:", whole)
print("in chunks:      ", chunked)
assert "form={'day': '2022-09-30'}" in whole
if "form={}" not in chunked or "terminated=True" not in chunked:
    sys.exit("CHANGED: the form is read now")
PY
"$folder/venv/bin/python" ask.py "$port"
echo "as described"
