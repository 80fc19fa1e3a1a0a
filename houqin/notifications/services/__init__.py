"""Everything that tells people something, carries it out of the house, or changes what they want of it."""

from houqin.notifications.services.channels import (
    ChannelFacts,
    ask_for_test,
    create_channel,
    retire_channel,
    update_channel,
)
from houqin.notifications.services.reading import (
    forget_old_notices,
    mark_all_read,
    mark_read,
    set_preference,
)
from houqin.notifications.services.sending import (
    note_dropped,
    note_sent,
    note_trouble,
    retry_message,
    take_message,
)
from houqin.notifications.services.telling import tell

__all__ = [
    "ChannelFacts",
    "ask_for_test",
    "create_channel",
    "forget_old_notices",
    "mark_all_read",
    "mark_read",
    "note_dropped",
    "note_sent",
    "note_trouble",
    "retire_channel",
    "retry_message",
    "set_preference",
    "take_message",
    "tell",
    "update_channel",
]
