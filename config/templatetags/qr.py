"""A QR code as the address of an image: nothing to fetch, sharp in print."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from django import template

register = template.Library()

# A sheet on a factory wall gets scratched: 15 % may be lost (M). The light edge
# of four modules is what readers look for first; it belongs to the picture.
_ERROR_LEVEL: Final = "m"
_QUIET_ZONE: Final = 4


@register.simple_tag
def qr_uri(address: str) -> str:
    """``<img src="{% qr_uri address %}" alt="…">``; size comes from the style."""
    return _drawn(str(address))


@lru_cache(maxsize=256)
def _drawn(address: str) -> str:
    import segno  # noqa: PLC0415  only pages with a code pay for it

    code = segno.make(address, error=_ERROR_LEVEL, micro=False)
    uri: str = code.svg_data_uri(
        border=_QUIET_ZONE,
        omitsize=True,
        light="#fff",
        xmldecl=False,
        svgns=True,
        nl=False,
    )
    return uri
