"""The walls around codes and levels; a code for every enterprise that has none."""

from django.db import migrations

from enterprises.tokens import digest, new_token
from tenants.rls import Walls

BATCH = 2000

# A printed code is a promise: not even a mistake of ours may break it.
KEPT = """
CREATE FUNCTION enterprises_code_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a code that was issued is kept as it is'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER code_is_kept
    BEFORE DELETE OR UPDATE OF token, enterprise_id, tenant_id
    ON enterprises_enterprisecode
    FOR EACH ROW EXECUTE FUNCTION enterprises_code_is_kept();
CREATE TRIGGER code_is_kept
    BEFORE DELETE OR UPDATE ON enterprises_codedirectory
    FOR EACH ROW EXECUTE FUNCTION enterprises_code_is_kept();
"""
FREE = """
DROP TRIGGER code_is_kept ON enterprises_codedirectory;
DROP TRIGGER code_is_kept ON enterprises_enterprisecode;
DROP FUNCTION enterprises_code_is_kept();
"""


def issue_codes(apps, schema_editor):
    """As the owner, whom no policy binds: every row names its tenant."""
    entries = apps.get_model("enterprises", "Enterprise").objects
    directory = apps.get_model("enterprises", "CodeDirectory")
    code = apps.get_model("enterprises", "EnterpriseCode")
    waiting = entries.order_by("pk").values_list("tenant_id", "pk")
    rows = [(tenant, pk, new_token()) for tenant, pk in waiting]
    directory.objects.bulk_create(
        [directory(digest=digest(token), tenant_id=tenant) for tenant, _, token in rows],
        batch_size=BATCH,
    )
    code.objects.bulk_create(
        [
            code(tenant_id=tenant, enterprise_id=pk, token=token)
            for tenant, pk, token in rows
        ],
        batch_size=BATCH,
    )


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0004_codes_and_levels")]
    operations = [
        Walls("EnterpriseCode", "LevelThreshold", "DirectReason", "LevelDecision"),
        migrations.RunPython(issue_codes, migrations.RunPython.noop),
        migrations.RunSQL(KEPT, FREE),
    ]
