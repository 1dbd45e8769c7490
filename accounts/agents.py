"""A browser's name for itself, in words a person recognizes."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

# In this order: later names stand inside earlier ones' texts.
_BROWSERS: Final = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("QQBrowser", "QQ"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)


def device_of(agent: str) -> str:
    found = [
        next((name for mark, name in names if mark in agent), "")
        for names in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(name for name in found if name) or _("Unknown device")
