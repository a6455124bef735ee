"""WSGI entry point (granian, or any other server)."""

import gc
import os
from threading import Thread

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from dashboards.choropleths.classes import warm
from portal.proxies import behind

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = behind(get_wsgi_application(), settings.PROXIES)


def _settle() -> None:
    """Loads what a choropleth is classed with: seconds, in which the server already answers. What is loaded by then
    stays for good, and going through it for garbage again and again would take a tenth of a second out of a request."""
    warm()
    gc.freeze()


Thread(target=_settle, daemon=True).start()
