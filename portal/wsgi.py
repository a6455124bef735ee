"""WSGI entry point (granian, or any other server)."""

import os
from threading import Thread

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from portal.proxies import behind

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = behind(get_wsgi_application(), settings.PROXIES)

if settings.STAFF_SITE:
    # what a choropleth is classified with takes seconds to load: meanwhile the server already answers
    from dashboards.choropleths.classes import warm

    Thread(target=warm, daemon=True).start()
