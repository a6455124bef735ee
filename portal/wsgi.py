"""WSGI entry point (granian, or any other server)."""

import os
from threading import Thread

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from dashboards.choropleths.classes import warm
from portal.proxies import behind

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = behind(get_wsgi_application(), settings.PROXIES)

# what a choropleth is classified with takes seconds to load: meanwhile the server already answers
Thread(target=warm, daemon=True).start()
