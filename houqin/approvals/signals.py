"""What the approval chain announces."""

from django.dispatch import Signal

# Sent inside the transaction when a request is settled or comes back to the applicant; the app whose record
# it is answers. Arguments: request (ApprovalRequest), outcome (RequestState), by (Actor), at (datetime).
approval_decided = Signal()
