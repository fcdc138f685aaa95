"""Addresses of the whole site: the machine's question, the admin panel, then the plan's pages."""

from django.urls import include, path

from priorities.admin import panel
from tracker.views import admin_login, healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/login/", admin_login),
    path("admin/", panel.urls),
    path("", include("priorities.urls")),
]

handler400 = "tracker.errors.bad_request"
handler403 = "tracker.errors.permission_denied"
handler404 = "tracker.errors.page_not_found"
handler500 = "tracker.errors.server_error"
