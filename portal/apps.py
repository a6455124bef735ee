from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from geodata.sandbox.checks import check_confinement
from geodata.sandbox.confinement import is_available


class PortalConfig(AppConfig):
    name = "portal"
    label = "portal"

    def ready(self) -> None:
        """A staff process in production does not start where files of strangers could not be confined."""
        checks.register(check_confinement, checks.Tags.security)
        if settings.PRODUCTION and settings.STAFF_SITE and not is_available():
            raise ImproperlyConfigured("内核缺少 Landlock，无法隔离上传文件，正式环境不能启动（见 docs/sandbox.md）")
