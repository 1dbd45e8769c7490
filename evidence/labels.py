"""The words in the band under a photo, in the bureau's language."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from evidence.models import Photo

MOMENT = "%Y-%m-%d %H:%M"


def watermark_lines(photo: Photo) -> list[str]:
    """Time, place and reporter. The same whoever looks, so not in his language."""
    with override(settings.LANGUAGE_CODE):
        lines = [_time(photo), _place(photo)]
        if photo.reporter:
            lines.append(_("Reported by %(name)s") % {"name": photo.reporter})
        return [line for line in lines if line]


def _time(photo: Photo) -> str:
    if photo.taken_at is not None:
        taken_at = timezone.localtime(photo.taken_at)
        return _("Taken %(moment)s") % {"moment": taken_at.strftime(MOMENT)}
    uploaded_at = timezone.localtime(photo.uploaded_at)
    return _("Received %(moment)s") % {"moment": uploaded_at.strftime(MOMENT)}


def _place(photo: Photo) -> str:
    if photo.longitude is None:
        return _("Place: %(place)s") % {"place": photo.place} if photo.place else ""
    point = f"{photo.longitude:.5f}, {photo.latitude:.5f}"
    if photo.accuracy_m is not None:
        point += f" ±{photo.accuracy_m} m"
    return _("Place: %(place)s") % {"place": f"{photo.place} ({point})".strip()}
