"""What must stand beside sums and rates so that nobody misreads them."""

from django.utils.translation import gettext as _


def left_out_of_rates(count: int) -> str:
    """The note while headquarters leaves reported stops out of rates (thresholds); empty where it leaves out none."""
    if not count:
        return ""
    return _("%(n)s suspended projects with an approved report are not counted in rates") % {"n": f"{count:,}"}
