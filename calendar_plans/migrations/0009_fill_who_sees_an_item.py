"""Have the database fill `seen_by` of the items that are there already, and cut their words anew.

In one statement it would keep everybody's items locked for as long as it takes.
"""

from django.db import migrations

AT_ONCE = 1_000
NEXT = """
UPDATE calendar_plans_item SET seen_by = ARRAY['stale'], search_key = search_key
WHERE id IN (SELECT id FROM calendar_plans_item WHERE id > %s ORDER BY id LIMIT %s)
RETURNING id
"""


def fill(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("UPDATE calendar_plans_plan SET title = title")
        last = 0
        while True:
            cursor.execute(NEXT, [last, AT_ONCE])
            filled = cursor.fetchall()
            if not filled:
                break
            last = max(row[0] for row in filled)
        # Or lists would be planned without knowing how many items a reader has, until the next night.
        cursor.execute("ANALYZE calendar_plans_item")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("calendar_plans", "0008_who_sees_an_item"), ("houqin", "0008_pieces_of_three")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
