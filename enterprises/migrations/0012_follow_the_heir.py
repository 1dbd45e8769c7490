"""An enterprise registered while its department is being merged follows as well."""

from django.db import migrations

from grids.walls import follows_the_heir


class Migration(migrations.Migration):
    dependencies = [
        ("enterprises", "0011_walls_of_the_dossier"),
        ("grids", "0012_walls_of_former_codes"),
    ]
    operations = [migrations.RunSQL(*follows_the_heir("enterprises_enterprise"))]
