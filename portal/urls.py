"""The whole site on one screen. A public process serves the public half alone."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

urlpatterns = []
if settings.STAFF_SITE:
    urlpatterns += [
        path("accounts/", include("portal.accounts.urls")),
        path("", include("portal.workbench.urls")),
    ]
if settings.PUBLIC_SITE:
    urlpatterns += [path("", include("portal.public.urls"))]
