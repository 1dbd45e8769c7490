"""The yearly holiday schedule of the State Council, as the kept package has it."""

from datetime import date

from chinese_calendar import Holiday, holidays, workdays

from workdays.deadlines import DayRow

MAKE_UP = "调休"


def published_days() -> dict[date, DayRow]:
    """Every day that differs from its week, with its Chinese name."""
    rest = {on: (on, False, Holiday(name).chinese) for on, name in holidays.items()}
    worked = {
        on: (on, True, Holiday(name).chinese + MAKE_UP) for on, name in workdays.items()
    }
    return rest | worked
