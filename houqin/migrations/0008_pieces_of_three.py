"""Pieces of three letters or digits for the search; the pieces of a query are made by Python from now on."""

from django.db import migrations

from houqin.search import functions
from houqin.search.columns import GramsField

CUT_ANEW = 'UPDATE "{table}" SET "{column}" = "{column}"'


def cut_anew(apps, schema_editor):
    for model in apps.get_app_config("houqin").get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, GramsField):
                with schema_editor.connection.cursor() as cursor:
                    cursor.execute(CUT_ANEW.format(table=model._meta.db_table, column=field.sources[0]))


class Migration(migrations.Migration):
    dependencies = [("houqin", "0007_states_are_looked_at_after_the_change")]

    operations = [
        migrations.RunSQL(functions.GRAMS, migrations.RunSQL.noop),
        migrations.RunSQL("DROP FUNCTION IF EXISTS houqin_query_grams(text)", migrations.RunSQL.noop),
        migrations.RunPython(cut_anew, migrations.RunPython.noop),
    ]
