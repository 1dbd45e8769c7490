"""Where a photo was taken, as the page that took it says."""

from dataclasses import dataclass
from decimal import Decimal, DecimalException

from django.utils.translation import gettext_lazy as _

from tenants.errors import DomainError

PRECISION = Decimal("0.0000001")  # a centimetre


@dataclass(frozen=True, slots=True)
class Position:
    """A point in WGS-84, which CGCS2000 equals for points.

    Raises ``DomainError`` at ``position`` for a point that is not on earth.
    """

    longitude: Decimal
    latitude: Decimal
    accuracy_m: int | None = None
    method: str = "gps"

    def __post_init__(self) -> None:
        try:
            longitude = Decimal(str(self.longitude))
            latitude = Decimal(str(self.latitude))
            on_earth = abs(longitude) <= 180 and abs(latitude) <= 90
        except DecimalException:  # not a number, or one beyond all bounds
            on_earth = False
        if not on_earth:
            raise DomainError(
                _("The position is not on earth: longitude 180, latitude 90 at most."),
                field="position",
            )
        object.__setattr__(self, "longitude", longitude.quantize(PRECISION))
        object.__setattr__(self, "latitude", latitude.quantize(PRECISION))
        if self.accuracy_m is not None:
            rounded = min(max(round(self.accuracy_m), 0), 1_000_000)
            object.__setattr__(self, "accuracy_m", rounded)
