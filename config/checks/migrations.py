"""``makemigrations --check`` without a database: every model has its migration."""

import sys
from collections.abc import Iterator

from django.apps import AppConfig, apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
from django.db.migrations.state import ProjectState
from django.utils import translation

from config.checks.project import ROOT, set_django_up


def main() -> int:
    """Print what is missing; 1 if anything is."""
    set_django_up()
    with translation.override(None):  # else a translated label looks like a change
        wrong = list(missing())
    for line in wrong:
        print(line)
    return 1 if wrong else 0


def missing() -> Iterator[str]:
    """One line for each conflict and each change no migration makes."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    for label, names in sorted(loader.detect_conflicts().items()):
        yield f"{label}: two heads: {', '.join(sorted(names))}"
    own = {app.label for app in apps.get_app_configs() if is_own(app)}
    for label in sorted(own & loader.unmigrated_apps):
        if any(True for _ in apps.get_app_config(label).get_models()):
            yield f"{label}: has models but no migrations package"
    detector = MigrationAutodetector(
        loader.project_state(),
        ProjectState.from_apps(apps),
        NonInteractiveMigrationQuestioner(specified_apps=set(), dry_run=True),
    )
    for label, migrations in sorted(detector.changes(graph=loader.graph).items()):
        for migration in migrations:
            for operation in migration.operations:
                yield f"{label}: no migration does this: {operation.describe()}"


def is_own(app: AppConfig) -> bool:
    """Whether the app is a folder of this project."""
    return str(app.path).startswith(f"{ROOT}/") and ".venv" not in str(app.path)


if __name__ == "__main__":
    sys.exit(main())
