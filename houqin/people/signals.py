"""What the people room announces."""

from django.dispatch import Signal

# Sent inside the transaction when the demonstration school stands; apps answer with plans, rooms, things.
# Arguments: by (Actor), on (date): the day that the demonstration takes for today.
demo_school_loaded = Signal()
