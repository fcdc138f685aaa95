"""The two pages that belong to the program and not to the plan."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.db.migrations.exceptions import MigrationSchemaMissing
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def healthz(request):
    """200 where the database answers and every migration is applied, else 503."""
    try:
        is_well = not open_migrations()
    except (DatabaseError, MigrationSchemaMissing):
        is_well = False
    word, status = ("ok", 200) if is_well else ("down", 503)
    return JsonResponse({"status": word}, status=status, headers={"Cache-Control": "no-store"})


def open_migrations() -> list:
    executor = MigrationExecutor(connection)
    return executor.migration_plan(executor.loader.graph.leaf_nodes())


@login_not_required
def admin_login(request):
    """The panel has no sign-in of its own: one page, one lock-out, one look."""
    if request.user.is_authenticated:
        raise PermissionDenied(_("Only supervisors and administrators may open the panel."))
    target = request.GET.get("next") or reverse("admin:index")
    return redirect(f"{reverse('sign_in')}?{urlencode({'next': target})}")
