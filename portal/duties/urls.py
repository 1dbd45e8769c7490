"""``/duties/``: work items, what was done, grid offices and the five standards."""

from django.urls import path

from portal.duties import scheme_views, standard_views, work_views

app_name = "duties"

urlpatterns = [
    path("", work_views.my_work, name="mine"),
    path("grids/<uuid:pk>/", work_views.node, name="node"),
    path("grids/<uuid:pk>/<uuid:item_pk>/", work_views.record, name="record_work"),
    path("records/<uuid:pk>/", work_views.record_detail, name="record"),
    path("records/<uuid:pk>/withdraw/", work_views.record_withdraw, name="withdraw"),
    path("photos/<uuid:pk>/<str:variant>/", work_views.photo, name="photo"),
    path("completion/", work_views.completion, name="completion"),
    path("completion/grids/", work_views.completion_nodes, name="completion_nodes"),
    path(
        "completion/grids/<uuid:pk>/",
        work_views.completion_items,
        name="completion_items",
    ),
    path("schemes/", scheme_views.schemes, name="schemes"),
    path("schemes/<uuid:pk>/", scheme_views.scheme, name="scheme"),
    path("schemes/<uuid:pk>/choose/", scheme_views.scheme_choose, name="choose"),
    path("schemes/<uuid:pk>/add/", scheme_views.item_add, name="item_add"),
    path("items/<uuid:pk>/", scheme_views.item_edit, name="item"),
    path("items/<uuid:pk>/withdraw/", scheme_views.item_withdraw, name="item_withdraw"),
    path("offices/", standard_views.offices, name="offices"),
    path("offices/kinds/", standard_views.office_kinds, name="office_kinds"),
    path("offices/<uuid:pk>/", standard_views.office, name="office"),
    path(
        "offices/<uuid:pk>/<uuid:standard_pk>/",
        standard_views.office_mark,
        name="office_mark",
    ),
    path("coverage/", standard_views.coverage, name="coverage"),
    path("coverage/rows/", standard_views.coverage_rows, name="coverage_rows"),
]
