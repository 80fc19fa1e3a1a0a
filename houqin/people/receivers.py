"""What the people room answers to Django's own signals."""

from django.contrib.auth.signals import user_logged_in

from houqin.people.login import begin_session


def connect() -> None:
    """Begin a session our way, and stop Django from saving the whole record at every login."""
    user_logged_in.disconnect(dispatch_uid="update_last_login")
    user_logged_in.connect(begin_session, dispatch_uid="houqin.people.begin_session")
