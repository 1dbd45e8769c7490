"""What the hazards app tells people, as messages with parameters."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from notices.messages import register

register(
    "hazard-reported",
    title=_("New hazard to assess: %(title)s"),
    body=_("%(number)s, %(place)s, reported by %(actor)s."),
)
register(
    "hazard-suspected-major",
    title=_("Suspected major hazard: %(title)s"),
    body=_("%(number)s, %(place)s, reported by %(actor)s. Look at it first."),
)
register(
    "hazard-assess",
    title=_("Assessed: %(title)s"),
    body=_("%(number)s was assessed by %(actor)s and waits to be assigned."),
)
register(
    "hazard-assign",
    title=_("To rectify by %(due_on)s: %(title)s"),
    body=_("%(number)s, assigned by %(actor)s. Required: %(requirement)s"),
)
register(
    "hazard-submit",
    title=_("To recheck: %(title)s"),
    body=_("%(number)s: %(actor)s has submitted the rectification."),
)
register(
    "hazard-fix_on_spot",
    title=_("Fixed on the spot, to close: %(title)s"),
    body=_("%(number)s, fixed by %(actor)s."),
)
register(
    "hazard-fail_recheck",
    title=_("Recheck failed, new deadline %(due_on)s: %(title)s"),
    body=_("%(number)s: %(note)s"),
)
register(
    "hazard-pass_recheck",
    title=_("Recheck passed, to close: %(title)s"),
    body=_("%(number)s, rechecked by %(actor)s."),
)
register(
    "hazard-close",
    title=_("Closed: %(title)s"),
    body=_("%(number)s was closed by %(actor)s."),
)
register(
    "hazard-reject",
    title=_("Rejected: %(title)s"),
    body=_("%(number)s: %(note)s"),
)
register(
    "hazard-reopen",
    title=_("Reopened: %(title)s"),
    body=_("%(number)s: %(note)s"),
)
register(
    "hazard-due",
    title=_("%(days)s days left: %(title)s"),
    body=_("%(number)s, %(enterprise)s, deadline %(due_on)s."),
)
register(
    "hazard-due-tomorrow",
    title=_("Due tomorrow: %(title)s"),
    body=_("%(number)s, %(enterprise)s, deadline %(due_on)s."),
)
register(
    "hazard-due-today",
    title=_("Due today: %(title)s"),
    body=_("%(number)s, %(enterprise)s, deadline %(due_on)s."),
)
register(
    "hazard-overdue",
    title=_("Overdue for %(days)s days: %(title)s"),
    body=_("%(number)s, %(enterprise)s, deadline %(due_on)s. %(rung)s"),
)
register(
    "hazard-overdue-one",
    title=_("Overdue for one day: %(title)s"),
    body=_("%(number)s, %(enterprise)s, deadline %(due_on)s. %(rung)s"),
)
register(
    "hazard-many-alerts",
    title=_("Many deadlines near or past"),
    body=_(
        "More than %(most)s alerts came at once on %(day)s. They are not told one by"
        " one: open the list."
    ),
)
