"""``/enterprises/``: the pages of the register."""

from django.urls import path

from enterprises import importing_views, views

app_name = "enterprises"

urlpatterns = [
    path("", views.enterprise_list, name="list"),
    path("pick/", views.enterprise_pick, name="pick"),
    path("import/", importing_views.start, name="import"),
    path("import/template/", importing_views.template, name="import-template"),
    path("import/<uuid:pk>/", importing_views.preview, name="import-preview"),
    path("import/<uuid:pk>/columns/", importing_views.columns, name="import-columns"),
    path("import/<uuid:pk>/confirm/", importing_views.confirm, name="import-confirm"),
    path("register/", views.enterprise_register, name="register"),
    path("<uuid:pk>/", views.enterprise_detail, name="detail"),
    path("<uuid:pk>/edit/", views.enterprise_edit, name="edit"),
    path("<uuid:pk>/state/", views.enterprise_state, name="state"),
    path("<uuid:pk>/move/", views.enterprise_move, name="move"),
]
