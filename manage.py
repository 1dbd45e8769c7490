#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys


def main() -> None:
    """Run one command; a wrong setting ends in its sentence, not in a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    from config.env import SettingsError  # noqa: PLC0415

    try:
        execute_from_command_line(sys.argv)
    except SettingsError as error:
        sys.exit(str(error))
    except ImproperlyConfigured as error:
        sys.exit(f"设置有误:{error} / Wrong settings: {error}")


if __name__ == "__main__":
    main()
