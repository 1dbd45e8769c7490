"""``/boundary-duties/``: business forms that no department claims."""

from django.urls import path

from portal.duties import boundary_views as views

app_name = "boundary"

urlpatterns = [
    path("", views.duties, name="list"),
    path("add/", views.add, name="add"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/decide/", views.decide, name="decide"),
]
