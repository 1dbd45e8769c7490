"""The stored steps of a deadline as sentences in the reader's language."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

Step = dict[str, Any]


def explain(steps: Iterable[Step]) -> list[str]:
    """One sentence per step. A step this version does not know is left out."""
    return [
        _SENTENCES[step["code"]](step["params"])
        for step in steps
        if step["code"] in _SENTENCES
    ]


def _basis(params: dict[str, Any]) -> str:
    return _("Basis: %(basis)s") % params


def _begins(params: dict[str, Any]) -> str:
    return _("Counted from %(day)s; that day itself does not count.") % {
        "day": _day(params["on"])
    }


def _days(params: dict[str, Any]) -> str:
    return ngettext(
        "%(value)s calendar day; the last day is %(day)s.",
        "%(value)s calendar days; the last day is %(day)s.",
        params["value"],
    ) % {"value": params["value"], "day": _day(params["on"])}


def _workdays(params: dict[str, Any]) -> str:
    return ngettext(
        "%(value)s working day; the last day is %(day)s.",
        "%(value)s working days; the last day is %(day)s.",
        params["value"],
    ) % {"value": params["value"], "day": _day(params["on"])}


def _months(params: dict[str, Any]) -> str:
    return ngettext(
        "%(value)s month; the last day is %(day)s.",
        "%(value)s months; the last day is %(day)s.",
        params["value"],
    ) % {"value": params["value"], "day": _day(params["on"])}


def _years(params: dict[str, Any]) -> str:
    return ngettext(
        "%(value)s year; the last day is %(day)s.",
        "%(value)s years; the last day is %(day)s.",
        params["value"],
    ) % {"value": params["value"], "day": _day(params["on"])}


def _hours(params: dict[str, Any]) -> str:
    return ngettext(
        "%(value)s hour from %(moment)s, holidays included.",
        "%(value)s hours from %(moment)s, holidays included.",
        params["value"],
    ) % {"value": params["value"], "moment": _moment(params["start"])}


def _not_counted(params: dict[str, Any]) -> str:
    return _("Not worked and not counted: %(days)s.") % {"days": _list(params["days"])}


def _exchanged(params: dict[str, Any]) -> str:
    return _("Weekend days that are worked and counted: %(days)s.") % {
        "days": _list(params["days"])
    }


def _moved(params: dict[str, Any]) -> str:
    return _("Not worked: %(days)s. The deadline moves to %(day)s.") % {
        "days": _list(params["days"]),
        "day": _day(params["to"]),
    }


def _chosen(params: dict[str, Any]) -> str:
    return _("%(day)s was chosen as the deadline.") % {"day": _day(params["on"])}


def _chosen_rest_day(params: dict[str, Any]) -> str:
    return _(
        "This is not a working day: %(days)s. The deadline stays where it was set."
    ) % {"days": _list(params["days"])}


def _unpublished(params: dict[str, Any]) -> str:
    return _(
        "The holiday schedule of %(year)s is not published yet. Weekends and fixed"
        " holidays were taken into account; check the deadline again later."
    ) % {"year": str(params["year"])}


def _due(params: dict[str, Any]) -> str:
    return _("Due by the end of %(day)s.") % {"day": _day(params["on"])}


def _due_at(params: dict[str, Any]) -> str:
    return _("Due by %(moment)s.") % {"moment": _moment(params["at"])}


_SENTENCES: Final[dict[str, Callable[[dict[str, Any]], str]]] = {
    "basis": _basis,
    "begins": _begins,
    "days": _days,
    "workdays": _workdays,
    "months": _months,
    "years": _years,
    "hours": _hours,
    "not_counted": _not_counted,
    "exchanged": _exchanged,
    "moved": _moved,
    "chosen": _chosen,
    "chosen_rest_day": _chosen_rest_day,
    "unpublished": _unpublished,
    "due": _due,
    "due_at": _due_at,
}


def _day(iso: str) -> str:
    on = date.fromisoformat(iso)
    return _("%(date)s (%(weekday)s)") % {
        "date": date_format(on, "DATE_FORMAT"),
        "weekday": date_format(on, "l"),
    }


def _moment(iso: str) -> str:
    return date_format(timezone.localtime(datetime.fromisoformat(iso)), "Y-m-d H:i")


def _list(days: list[list[str]]) -> str:
    """Runs of days with one name become one entry: "1 to 8 October (国庆节)"."""
    dated = [(date.fromisoformat(iso), name) for iso, name in days]
    entries = []
    for (name, _offset), run in groupby(
        enumerate(dated),
        key=lambda item: (item[1][1], item[1][0] - timedelta(days=item[0])),
    ):
        ons = [on for _index, (on, _name) in run]
        entries.append(_run(ons[0], ons[-1], name or _("weekend")))
    return _(", ").join(entries)


def _run(first: date, last: date, name: str) -> str:
    if first == last:
        return _("%(first)s %(name)s") % {"first": first.isoformat(), "name": name}
    return _("%(first)s to %(last)s %(name)s") % {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "name": name,
    }
