"""Say of the places that are there already in which order one walks past them."""

from django.db import migrations

from houqin.places.walk import walk_key


def fill(apps, schema_editor):
    model = apps.get_model("houqin", "Place")
    rows = model._base_manager.using(schema_editor.connection.alias)
    places = {place.pk: place for place in rows.all()}
    for place in places.values():
        place.parent = places.get(place.parent_id)
    for place in places.values():
        rows.filter(pk=place.pk).update(walk_key=walk_key(place))


class Migration(migrations.Migration):
    dependencies = [("houqin", "0020_order_of_places")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
