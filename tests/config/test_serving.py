"""Row-level security must bind whoever serves."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection

from config.env import SettingsError
from config.serving import refuse_unsafe_role
from tests.database import use

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def _back_to_the_application() -> Iterator[None]:
    yield
    use(str(connection.settings_dict["NAME"]), settings.APP_DATABASE)


def test_the_application_role_may_serve() -> None:
    refuse_unsafe_role()


@pytest.mark.usefixtures("_back_to_the_application")
def test_the_owner_of_the_tables_may_not_serve() -> None:
    use(str(connection.settings_dict["NAME"]), settings.OWNER_DATABASE)

    with pytest.raises(SettingsError, match="role anwang_owner is not bound"):
        refuse_unsafe_role()


@pytest.mark.skipif(
    not settings.EMBEDDED_DATABASE, reason="a given database lends no superuser"
)
@pytest.mark.usefixtures("_back_to_the_application")
def test_a_superuser_may_not_serve() -> None:
    superuser = {**settings.APP_DATABASE, "USER": "postgres"}
    use(str(connection.settings_dict["NAME"]), superuser)

    with pytest.raises(SettingsError, match="role postgres is not bound"):
        refuse_unsafe_role()


@pytest.mark.usefixtures("_back_to_the_application")
def test_a_lost_database_is_told_in_one_sentence() -> None:
    lost = {**settings.APP_DATABASE, "HOST": "/nowhere"}
    use(str(connection.settings_dict["NAME"]), lost)

    with pytest.raises(SettingsError, match="The database does not answer"):
        refuse_unsafe_role()
