"""The sessions of a person: ended where what opens the account has become stronger."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction


@transaction.atomic
def end_sessions(*, user_id: int, but: str | None, now: datetime) -> int:
    """Log the person out everywhere, except in the session of that key; how many sessions ended.

    Whose a session is stands inside it, so all live ones are read: some hundreds in a city. A request that is under
    way in an ended session cannot bring it back: saving it fails.
    """
    live = Session.objects.filter(expire_date__gt=now).exclude(session_key=but or "")
    ended = [one.pk for one in live.iterator() if one.get_decoded().get(SESSION_KEY) == str(user_id)]
    Session.objects.filter(pk__in=ended).delete()
    return len(ended)
