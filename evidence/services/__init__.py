"""Hand in photos, use them in a case, and clear away what nobody used."""

from evidence.positions import Position
from evidence.services.drawing import Shot, store_drawn_photos
from evidence.services.storing import (
    MAX_PHOTOS,
    MAX_WAITING,
    attach,
    draw_marked,
    keep_marked,
    store_photo,
    store_photos,
)
from evidence.services.sweeping import sweep

__all__ = [
    "MAX_PHOTOS",
    "MAX_WAITING",
    "Position",
    "Shot",
    "attach",
    "draw_marked",
    "keep_marked",
    "store_drawn_photos",
    "store_photo",
    "store_photos",
    "sweep",
]
