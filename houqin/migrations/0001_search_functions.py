from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations

from houqin.search import functions


class Migration(migrations.Migration):
    """The extensions and the SQL functions that tables of every app are built on."""

    initial = True

    dependencies = []

    operations = [
        TrigramExtension(),
        BtreeGistExtension(),
        migrations.RunSQL(functions.CREATE, functions.DROP),
    ]
