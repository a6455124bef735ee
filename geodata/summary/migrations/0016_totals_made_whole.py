"""A missing row of totals is made with state and budget, so that an import moves the totals of its projects once."""

from django.db import migrations

from geodata.summary.sql import read


class Migration(migrations.Migration):
    dependencies = [("summary", "0015_pairs_by_a_loop")]

    operations = [migrations.RunSQL(read("totals_v3.sql"), migrations.RunSQL.noop)]
