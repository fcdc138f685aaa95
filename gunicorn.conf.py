"""How gunicorn serves: two processes of four threads, for an office behind one proxy."""

import sys
import tempfile

from django.core.exceptions import ImproperlyConfigured

from tracker.running import serve_from
from tracker.shared import share

try:
    from tracker.settings import EVIDENCE_DIR, HOST, PORT

    tempfile.gettempdir()
except (ImproperlyConfigured, FileNotFoundError) as error:
    sys.exit(f"tracker: {error}")

bind = f"[{HOST}]:{PORT}" if ":" in HOST else f"{HOST}:{PORT}"
worker_class = "tracker.worker.Worker"
workers = 2
threads = 4
graceful_timeout = 10
# Loaded once and shared: a quicker start, less memory.
preload_app = True
# gunicorn opens a control socket under the home folder otherwise.
control_socket_disable = True
# Whether a proxy is trusted is BEHIND_PROXY's business, in settings.py.
forwarded_allow_ips = ""
# Requests are not logged: addresses of people are nobody's business here.
loglevel = "warning"


def on_starting(server):
    serve_from(EVIDENCE_DIR)


def when_ready(server):
    share()
    print(f"tracker: serving on http://{bind}  (Ctrl-C stops)", flush=True)
