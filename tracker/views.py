"""The two pages that belong to the program and not to the plan."""

import logging
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import Error as DatabaseError
from django.db import connection, transaction
from django.db.migrations.exceptions import MigrationSchemaMissing
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tracker.checks import nearest_folder
from tracker.unavailable import first_line

log = logging.getLogger(__name__)

MARK = {
    "sqlite": "PRAGMA user_version = 1",
    "postgresql": "SELECT pg_logical_emit_message(true, 'healthz', '')",
}
GOOD_FOR = 2
"""Seconds for which a mark that was left counts: who asks often must not write often."""

lately: dict[str, float] = {}
ROOM = 64 * 1024
"""Bytes that must find room: those of a form with its row in each index."""


@login_not_required
@require_safe
def healthz(request):
    """200 where every migration is applied and things can be stored, else 503."""
    try:
        fault = "migrations are to be applied" if open_migrations() else ""
        try_to_write()
    except (DatabaseError, MigrationSchemaMissing, OSError) as error:
        fault = first_line(error)
    if fault:
        log.error("/healthz is down: %s", fault)
    word, status = ("down", 503) if fault else ("ok", 200)
    return JsonResponse({"status": word}, status=status, headers={"Cache-Control": "no-store"})


def open_migrations() -> list:
    executor = MigrationExecutor(connection)
    return executor.migration_plan(executor.loader.graph.leaf_nodes())


def try_to_write() -> None:
    """Leave a mark in the database that no row shows, and a file among the evidence that goes.

    Raises DatabaseError or OSError: reading alone would go well on a full disk.
    """
    if time.monotonic() < lately.get("until", 0):
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(MARK[connection.vendor])
    folder = nearest_folder(Path(settings.EVIDENCE_DIR))
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".healthz-") as file:
        file.write(bytes(ROOM))
        file.flush()
    lately["until"] = time.monotonic() + GOOD_FOR


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def admin_login(request):
    """The panel has no sign-in of its own: one page, one lock-out, one look."""
    if request.user.is_authenticated:
        raise PermissionDenied(_("Only supervisors and administrators may open the panel."))
    target = request.GET.get("next") or reverse("admin:index")
    return redirect(f"{reverse('sign_in')}?{urlencode({'next': target})}")
