"""Taking the plain index off `reverses` (0006) took `reversed_once` along: Django drops every index of a single column.

The constraint stands in the models all the time; only the databases lacked it. Fails where a payment was reversed twice
meanwhile: `reconcile` names it.
"""

from django.db import migrations

AGAIN = """
CREATE UNIQUE INDEX IF NOT EXISTS reversed_once ON funding_disbursement (reverses_id) WHERE reverses_id IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("funding", "0008_standing_follows_ledger")]

    operations = [migrations.RunSQL(AGAIN, migrations.RunSQL.noop)]
