"""``/enterprises/``: the pages of the register."""

from django.urls import path

from enterprises import dossier_views, importing_views, list_views, views

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
    path("codes/", list_views.code_sheets, name="code_sheets"),
    path("levels/", list_views.first_levels, name="first_levels"),
    path("<uuid:pk>/", views.enterprise_detail, name="detail"),
    path("<uuid:pk>/edit/", views.enterprise_edit, name="edit"),
    path("<uuid:pk>/state/", views.enterprise_state, name="state"),
    path("<uuid:pk>/move/", views.enterprise_move, name="move"),
    path("<uuid:pk>/dossier/", dossier_views.dossier, name="dossier"),
    path("<uuid:pk>/level/", dossier_views.level, name="level"),
    path("<uuid:pk>/level/d/", dossier_views.level_d, name="level_d"),
    path(
        "levels/<uuid:pk>/withdraw/",
        dossier_views.level_withdraw,
        name="level_withdraw",
    ),
    path("<uuid:pk>/domains/", dossier_views.domains, name="domains"),
    path(
        "<uuid:pk>/standardization/",
        dossier_views.standardization,
        name="standardization",
    ),
    path(
        "standardization/<uuid:pk>/revoke/",
        dossier_views.standardization_revoke,
        name="standardization_revoke",
    ),
    path("<uuid:pk>/staff/", dossier_views.staff_add, name="staff_add"),
    path("staff/<uuid:pk>/", dossier_views.staff_edit, name="staff_edit"),
    path("staff/<uuid:pk>/end/", dossier_views.staff_end, name="staff_end"),
    path(
        "staff/<uuid:pk>/certificate/",
        dossier_views.staff_certificate,
        name="staff_certificate",
    ),
    path(
        "staff-certificates/<uuid:pk>/withdraw/",
        dossier_views.staff_certificate_withdraw,
        name="staff_certificate_withdraw",
    ),
    path("<uuid:pk>/documents/", dossier_views.document_add, name="document_add"),
    path("documents/<uuid:pk>/", dossier_views.document, name="document"),
    path(
        "documents/<uuid:pk>/remove/",
        dossier_views.document_remove,
        name="document_remove",
    ),
    path("<uuid:pk>/code/", list_views.code_sheet, name="code_sheet"),
    path("<uuid:pk>/code/new/", dossier_views.code_new, name="code_new"),
    path(
        "codes/<uuid:pk>/withdraw/", dossier_views.code_withdraw, name="code_withdraw"
    ),
]
