"""The daily letter: prepared as rows, sent one by one, lost never.

The row is the queue. A worker that dies while sending leaves the row waiting and
it is sent again: at least once, because no mail server can be asked whether it
took a message. The Message-ID comes from the row, so that a receiver who does get
the letter twice recognises it.
"""

import logging
from datetime import UTC, date, datetime, timedelta
from email.utils import parseaddr
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import DateTimeField, Exists, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.template import Context
from django.template.loader import get_template
from django.utils import timezone, translation
from django.utils.translation import ngettext

from accounts.models import User
from notices.models import DigestDelivery, DigestState, Notice
from tenants.tenancy import require_tenant

logger = logging.getLogger(__name__)

BEGINNING: Final = datetime(2000, 1, 1, tzinfo=UTC)
# A notice is dated before its transaction commits. Tasks end within 40 seconds,
# so what is older than this is there for everybody to see.
SETTLED: Final = timedelta(minutes=2)
SHOWN: Final = 20
MAX_TRIES: Final = 6
FIRST_PAUSE: Final = timedelta(minutes=10)


@transaction.atomic
def prepare_digests(*, day: date, now: datetime | None = None) -> int:
    """A waiting letter for everybody with an address and unread news.

    News is what came since the last letter that was not given up; nobody gets an
    empty one. The unique key per person and day makes a second run harmless.
    Returns how many people have news.
    """
    now = now or timezone.now()
    covers_to = now - SETTLED
    rows = [
        DigestDelivery(
            recipient_id=pk,
            day=day,
            covers_from=covered,
            covers_to=covers_to,
            not_before=now,
        )
        for pk, covered in _people_with_news(covers_to)
    ]
    DigestDelivery.objects.bulk_create(rows, batch_size=2000, ignore_conflicts=True)
    return len(rows)


def _people_with_news(covers_to: datetime) -> list[tuple[Any, datetime]]:
    last = (
        DigestDelivery.objects.filter(recipient_id=OuterRef("pk"))
        .exclude(state=DigestState.FAILED)
        .order_by("-covers_to")
        .values("covers_to")[:1]
    )
    beginning = Value(BEGINNING, output_field=DateTimeField())
    news = Notice.objects.unread().filter(
        recipient_id=OuterRef("pk"),
        created_at__gt=OuterRef("covered"),
        created_at__lte=covers_to,
    )
    people = (
        User.objects.filter(tenant_id=require_tenant(), is_active=True)
        .exclude(email="")
        .annotate(covered=Coalesce(Subquery(last), beginning))
        .filter(Exists(news))
        .order_by("pk")
    )
    return list(people.values_list("pk", "covered"))


@transaction.atomic
def send_next_digest(*, now: datetime | None = None) -> bool:
    """Send one waiting letter; False when none is due.

    The row is locked while its letter is handed over, and a second worker takes
    the next one instead of waiting.
    """
    now = now or timezone.now()
    delivery = (
        DigestDelivery.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("recipient__tenant")
        .to_send(now=now)
        .first()
    )
    if delivery is None:
        return False
    delivery.state = _outcome(delivery, now=now)
    delivery.sent_at = now if delivery.state == DigestState.SENT else None
    delivery.save(
        update_fields=["state", "sent_at", "tries", "not_before", "last_error"]
    )
    return True


def _outcome(delivery: DigestDelivery, *, now: datetime) -> DigestState:
    notices = list(_unread(delivery)) if _can_receive(delivery.recipient) else []
    if not notices:
        return DigestState.NEEDLESS
    delivery.tries += 1
    try:
        _letter(delivery, notices).send()
    except Exception as error:
        # Whatever it was: one bad address must not hold up everybody else.
        logger.exception("digest not sent", extra={"delivery": str(delivery.pk)})
        delivery.last_error = f"{type(error).__name__}: {error}"[:500]
        delivery.not_before = now + FIRST_PAUSE * 2 ** (delivery.tries - 1)
        given_up = delivery.tries >= MAX_TRIES
        return DigestState.FAILED if given_up else DigestState.WAITING
    delivery.last_error = ""
    return DigestState.SENT


def _can_receive(user: User) -> bool:
    return bool(user.is_in_service and user.email)


def _unread(delivery: DigestDelivery) -> Any:
    return (
        Notice.objects.of(delivery.recipient)
        .unread()
        .filter(created_at__gt=delivery.covers_from, created_at__lte=delivery.covers_to)
        .newest_first()
    )


def _letter(delivery: DigestDelivery, notices: list[Notice]) -> EmailMessage:
    user = delivery.recipient
    with translation.override(user.language or settings.LANGUAGE_CODE):
        count = len(notices)
        subject = ngettext(
            "Anwang: %(count)s unread notice",
            "Anwang: %(count)s unread notices",
            count,
        ) % {"count": count}
        body = _as_text(
            user=user,
            notices=notices[:SHOWN],
            count=count,
            more=max(0, count - SHOWN),
            site=_site(),
        )
    return EmailMessage(
        subject=subject,
        body=body,
        to=[user.email],
        headers={
            "Message-ID": f"<digest.{delivery.pk}@{_mail_domain()}>",
            "Auto-Submitted": "auto-generated",
        },
    )


def _as_text(**context: Any) -> str:
    """A letter is plain text: nothing is escaped, because nothing is HTML."""
    template = get_template("notices/digest.txt").template  # type: ignore[attr-defined]
    return str(template.render(Context(context, autoescape=False)))


def _mail_domain() -> str:
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return address.rpartition("@")[2] or "localhost"


def _site() -> str:
    """Where the platform is reached from outside, without a slash at the end."""
    named = [host for host in settings.HOSTS if host != "*"]
    return f"https://{named[0]}" if named else f"http://localhost:{settings.PORT}"
