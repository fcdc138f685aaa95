"""The bare page's addresses."""

from django.urls import path

from .views import export, hello, listing, task, write

urlpatterns = [
    path("hello", hello),
    path("plan/<int:plan>/", listing),
    path("plan/<int:plan>/csv", export),
    path("task/<int:pk>/", task, name="task"),
    path("task/<int:pk>/note", write),
]
