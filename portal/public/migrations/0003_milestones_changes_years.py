"""Milestones, changes of contracts, years, the responsible office; narrow indexes for lists and sums."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('public', '0002_search'),
    ]

    operations = [
        migrations.CreateModel(
            name='PublishedContractChange',
            fields=[
                ('row', models.BigAutoField(primary_key=True, serialize=False)),
                ('from_snapshot', models.PositiveIntegerField()),
                ('to_snapshot', models.PositiveIntegerField(null=True)),
                ('digest', models.CharField(max_length=32)),
                ('key', models.CharField(max_length=130)),
                ('contract_key', models.CharField(max_length=60)),
                ('code', models.CharField(max_length=20)),
                ('number', models.CharField(max_length=60)),
                ('level', models.CharField(max_length=12)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=20, null=True)),
                ('approved_on', models.DateField()),
                ('reason', models.TextField()),
                ('content', models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name='PublishedMilestone',
            fields=[
                ('row', models.BigAutoField(primary_key=True, serialize=False)),
                ('from_snapshot', models.PositiveIntegerField()),
                ('to_snapshot', models.PositiveIntegerField(null=True)),
                ('digest', models.CharField(max_length=32)),
                ('key', models.CharField(max_length=60)),
                ('code', models.CharField(max_length=20)),
                ('node', models.CharField(max_length=8)),
                ('name', models.CharField(max_length=60)),
                ('planned_on', models.DateField(null=True)),
                ('planned_precision', models.CharField(max_length=8)),
                ('forecast_on', models.DateField(null=True)),
                ('actual_on', models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='PublishedPlanYear',
            fields=[
                ('row', models.BigAutoField(primary_key=True, serialize=False)),
                ('from_snapshot', models.PositiveIntegerField()),
                ('to_snapshot', models.PositiveIntegerField(null=True)),
                ('digest', models.CharField(max_length=32)),
                ('key', models.CharField(max_length=30)),
                ('code', models.CharField(max_length=20)),
                ('year', models.PositiveSmallIntegerField()),
                ('planned', models.DecimalField(decimal_places=2, max_digits=20, null=True)),
                ('adjusted', models.DecimalField(decimal_places=2, max_digits=20, null=True)),
                ('allocated', models.DecimalField(decimal_places=2, max_digits=20, null=True)),
            ],
        ),
        migrations.RemoveIndex(
            model_name='publishedproject',
            name='public_project_unit',
        ),
        migrations.AddField(
            model_name='publishedproject',
            name='office_phone',
            field=models.CharField(max_length=40, null=True),
        ),
        migrations.AddField(
            model_name='publishedproject',
            name='responsible_unit',
            field=models.CharField(max_length=400, null=True),
        ),
        migrations.AddIndex(
            model_name='publishedproject',
            index=models.Index(models.OrderBy(models.F('budget'), descending=True, nulls_last=True), models.F('code'), condition=models.Q(('to_snapshot__isnull', True)), name='public_project_largest'),
        ),
        migrations.AddIndex(
            model_name='publishedproject',
            index=models.Index(models.F('unit'), models.OrderBy(models.F('budget'), descending=True, nulls_last=True), models.F('code'), condition=models.Q(('to_snapshot__isnull', True)), name='public_project_of_unit'),
        ),
        migrations.AddIndex(
            model_name='publishedproject',
            index=models.Index(condition=models.Q(('to_snapshot__isnull', True)), fields=['region'], name='public_project_region'),
        ),
        migrations.AddIndex(
            model_name='publishedproject',
            index=models.Index(condition=models.Q(('to_snapshot__isnull', True)), fields=['township'], name='public_project_township'),
        ),
        migrations.AddIndex(
            model_name='publishedproject',
            index=models.Index(condition=models.Q(('to_snapshot__isnull', True)), fields=['parent_code'], name='public_project_parent'),
        ),
        migrations.AddIndex(
            model_name='publishedproject',
            index=models.Index(condition=models.Q(('to_snapshot__isnull', True)), fields=['project_code'], name='public_project_statecode'),
        ),
        migrations.AddIndex(
            model_name='publishedproject',
            index=models.Index(condition=models.Q(('to_snapshot__isnull', True)), fields=['unit'], include=('row', 'code', 'region', 'township', 'category', 'category_name', 'status', 'stage', 'years', 'sources', 'budget', 'annual_plan', 'completed', 'annual_completed', 'allocated', 'arrived', 'disbursed', 'contract_total', 'payment_count', 'is_located', 'tile_zoom'), name='public_project_sums'),
        ),
        migrations.AddIndex(
            model_name='publishedcontractchange',
            index=models.Index(fields=['code'], name='public_change_code'),
        ),
        migrations.AddConstraint(
            model_name='publishedcontractchange',
            constraint=models.UniqueConstraint(condition=models.Q(('to_snapshot__isnull', True)), fields=('key',), name='public_change_open_once'),
        ),
        migrations.AddIndex(
            model_name='publishedmilestone',
            index=models.Index(fields=['code'], name='public_milestone_code'),
        ),
        migrations.AddConstraint(
            model_name='publishedmilestone',
            constraint=models.UniqueConstraint(condition=models.Q(('to_snapshot__isnull', True)), fields=('key',), name='public_milestone_open_once'),
        ),
        migrations.AddIndex(
            model_name='publishedplanyear',
            index=models.Index(fields=['code'], name='public_year_code'),
        ),
        migrations.AddConstraint(
            model_name='publishedplanyear',
            constraint=models.UniqueConstraint(condition=models.Q(('to_snapshot__isnull', True)), fields=('key',), name='public_year_open_once'),
        ),
    ]
