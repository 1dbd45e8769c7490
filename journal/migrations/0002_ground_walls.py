"""Policies that also know the platform's own rows; the triggers of the seal."""

from django.db import migrations

from journal.seals import DROP_FUNCTIONS, FUNCTIONS, sealed
from tenants.rls import Walls


class Migration(migrations.Migration):
    replaces = [
        ("journal", "0002_walls"),
    ]
    dependencies = [("journal", "0001_ground"), ("tenants", "0002_walls")]
    operations = [
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        Walls("SecurityEvent", "Seal", "Unsealed", nullable=True),
        sealed("journal_securityevent"),
        migrations.RunSQL(
            "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON journal_seal"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change();"
            "CREATE TRIGGER no_truncate BEFORE TRUNCATE ON journal_seal"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();",
            "DROP TRIGGER no_truncate ON journal_seal;"
            "DROP TRIGGER append_only ON journal_seal;",
        ),
    ]
