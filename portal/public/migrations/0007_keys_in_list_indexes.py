"""The key stands in the indexes of the lists, so that a late page is found without its rows."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('public', '0006_withdrawals_by_project'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='publishedproject',
            name='public_project_largest',
        ),
        migrations.RemoveIndex(
            model_name='publishedproject',
            name='public_project_of_unit',
        ),
        migrations.AddIndex(
            model_name='publishedproject',
            index=models.Index(models.OrderBy(models.F('budget'), descending=True, nulls_last=True), models.F('code'), models.F('row'), condition=models.Q(('to_snapshot__isnull', True)), name='public_project_large'),
        ),
        migrations.AddIndex(
            model_name='publishedproject',
            index=models.Index(models.F('unit'), models.OrderBy(models.F('budget'), descending=True, nulls_last=True), models.F('code'), models.F('row'), condition=models.Q(('to_snapshot__isnull', True)), name='public_unit_large'),
        ),
    ]
