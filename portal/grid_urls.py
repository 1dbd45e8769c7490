"""``/grids/``: the tree, a node, and what its managers do to it."""

from django.urls import path

from portal import division_views as divisions
from portal import grid_views as views
from portal import printable_views as printables
from portal import structure_views as structure

app_name = "grids"

urlpatterns = [
    path("", views.grid_list, name="list"),
    path("import/", divisions.grid_import, name="import"),
    path("<uuid:pk>/", views.grid_detail, name="detail"),
    path("<uuid:pk>/add/", views.grid_add, name="add"),
    path("<uuid:pk>/edit/", views.grid_edit, name="edit"),
    path("<uuid:pk>/move/", structure.grid_move, name="move"),
    path("<uuid:pk>/merge/", structure.grid_merge, name="merge"),
    path("<uuid:pk>/split/", structure.grid_split, name="split"),
    path("<uuid:pk>/retire/", structure.grid_retire, name="retire"),
    path("<uuid:pk>/restore/", views.grid_restore, name="restore"),
    path("<uuid:pk>/posting/", printables.posting, name="posting"),
    path("<uuid:pk>/duty-card/", printables.duty_card, name="duty-card"),
    path("<uuid:pk>/map-sheet/", printables.map_sheet, name="map-sheet"),
]
