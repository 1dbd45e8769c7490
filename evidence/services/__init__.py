"""Photos handed in, used and cleared away; jobs started, run and ended."""

from evidence.positions import Position
from evidence.services.drawing import Shot, store_drawn_photos
from evidence.services.jobs import (
    Source,
    cancel_job,
    expire_products,
    start_job,
    sweep_jobs,
)
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
    "Source",
    "attach",
    "cancel_job",
    "draw_marked",
    "expire_products",
    "keep_marked",
    "start_job",
    "store_drawn_photos",
    "store_photo",
    "store_photos",
    "sweep",
    "sweep_jobs",
]
