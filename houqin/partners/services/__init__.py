"""Every write on partners: kept, merged, their contacts, papers and accounts; what the night tells."""

from houqin.partners.services.accounts import set_account
from houqin.partners.services.contacts import add_contact, update_contact
from houqin.partners.services.keeping import create_partner, resume_partner, stop_partner, update_partner
from houqin.partners.services.merging import merge_partners
from houqin.partners.services.papers import add_paper, update_paper, withdraw_paper
from houqin.partners.services.reminding import announce_ending_papers

__all__ = [
    "add_contact",
    "add_paper",
    "announce_ending_papers",
    "create_partner",
    "merge_partners",
    "resume_partner",
    "set_account",
    "stop_partner",
    "update_contact",
    "update_paper",
    "update_partner",
    "withdraw_paper",
]
