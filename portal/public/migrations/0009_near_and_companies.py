"""What is near a place, by the metre over true shapes (EPSG:4547), and what a company was paid: each by an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("public", "0008_pairs_are_dear")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX public_project_metric ON public_publishedproject"
            " USING gist (ST_Transform(geom, 4547)) WHERE to_snapshot IS NULL",
            "DROP INDEX public_project_metric",
        ),
        migrations.AddIndex(
            model_name="publishedcontract",
            index=models.Index(
                fields=["supplier"],
                condition=models.Q(("to_snapshot__isnull", True)),
                name="public_contract_supplier",
            ),
        ),
        migrations.AddIndex(
            model_name="publishedpayment",
            index=models.Index(
                fields=["payee", "paid_on"],
                condition=models.Q(("to_snapshot__isnull", True)),
                name="public_payment_payee",
            ),
        ),
    ]
