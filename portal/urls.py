"""The whole site on one screen. A public process serves the public half alone.

Every address stands in Chinese as it is and in English under /en/.
"""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

halves: list[URLPattern | URLResolver] = []
if settings.STAFF_SITE:
    halves += [
        path("accounts/", include("portal.accounts.urls")),
        path("administration/", include("portal.administration.urls")),
        path("dashboard/", include("portal.dashboard.urls")),
        path("workbench/publication/", include("portal.publication.urls")),
        path("", include("portal.workbench.urls")),
    ]
if settings.PUBLIC_SITE:
    halves += [path("", include("portal.opendata.urls")), path("", include("portal.public.urls"))]

urlpatterns = i18n_patterns(*halves, prefix_default_language=False)

handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.forbidden"
handler404 = "portal.workbench.missing.not_found" if settings.STAFF_SITE else "portal.errors.not_found"
handler500 = "portal.errors.server_error"
