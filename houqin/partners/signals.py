"""What the partners announce."""

from django.dispatch import Signal

# Sent inside the transaction when one partner stands for another from now on, both rows locked; an app
# answers with a service of its own that lets its rows name the survivor. Arguments: partner, survivor
# (Partner), by (Actor).
partner_merged = Signal()
