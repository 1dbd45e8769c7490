"""The extent of a boundary beside it, kept by the database itself."""

import django.contrib.postgres.fields
from django.db import migrations, models
from django.db.models import F, Func

EXTENT = """
CREATE FUNCTION grids_extent(boundary jsonb) RETURNS double precision[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT ARRAY[
        min((corner -> 0)::double precision), min((corner -> 1)::double precision),
        max((corner -> 0)::double precision), max((corner -> 1)::double precision)
    ]
    FROM jsonb_path_query(
        boundary,
        CASE boundary ->> 'type'
            WHEN 'MultiPolygon' THEN '$.coordinates[*][0][*]'::jsonpath
            ELSE '$.coordinates[0][*]'::jsonpath
        END
    ) AS corner
    HAVING count(*) > 0
);
"""


class Migration(migrations.Migration):
    dependencies = [("grids", "0005_walls_of_work_items")]
    operations = [
        migrations.RunSQL(EXTENT, "DROP FUNCTION grids_extent(jsonb)"),
        migrations.AddField(
            model_name="gridnode",
            name="extent",
            field=models.GeneratedField(
                db_persist=True,
                expression=Func(F("boundary"), function="grids_extent"),
                output_field=django.contrib.postgres.fields.ArrayField(
                    base_field=models.FloatField(), null=True, size=4
                ),
            ),
        ),
    ]
