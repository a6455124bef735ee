"""A withdrawal may concern several projects: a row for each. No withdrawal has been published before this."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("public", "0005_labels_and_whole")]

    operations = [
        migrations.DeleteModel("PublishedWithdrawal"),
        migrations.CreateModel(
            name="PublishedWithdrawal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveBigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("project", "项目"), ("name", "名称"), ("text", "合同名称")], max_length=8
                    ),
                ),
                ("code", models.CharField(max_length=20)),
                ("key", models.CharField(blank=True, max_length=60)),
                ("reason", models.CharField(max_length=200)),
                ("withdrawn_on", models.DateField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("code", "number"), name="public_withdrawal_once")],
            },
        ),
    ]
