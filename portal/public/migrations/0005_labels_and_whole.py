"""Names of codes; what pages without a filter show, kept with the snapshot."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('public', '0004_withdrawals'),
    ]

    operations = [
        migrations.AddField(
            model_name='snapshot',
            name='whole',
            field=models.JSONField(default=dict),
        ),
        migrations.CreateModel(
            name='PublishedLabel',
            fields=[
                ('row', models.BigAutoField(primary_key=True, serialize=False)),
                ('from_snapshot', models.PositiveIntegerField()),
                ('to_snapshot', models.PositiveIntegerField(null=True)),
                ('digest', models.CharField(max_length=32)),
                ('key', models.CharField(max_length=40)),
                ('kind', models.CharField(max_length=8)),
                ('code', models.CharField(max_length=24)),
                ('name', models.CharField(max_length=40)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('to_snapshot__isnull', True)), fields=('key',), name='public_label_open_once')],
            },
        ),
    ]
