"""Whether a project counts in the rates; the rows that are public keep their digest's meaning, so none reads as changed."""

from django.db import migrations, models

COLUMNS = (
    "code, project_code, name, aliases, search_text, parent_code, category, category_name, region, unit, township, status, "
    "stage, nature, plan_year, years, sources, is_livelihood, scope_content, location_text, lead_unit, owner_unit, "
    "responsible_unit, office_phone, planned_start_on, planned_start_precision, planned_end_on, planned_end_precision, "
    "actual_start_on, accepted_on, budget, annual_plan, completed, annual_completed, physical_pct, allocated, arrived, "
    "disbursed, contract_total, payment_count, investment_rate, annual_rate, disbursement_rate, complaints_band, "
    "last_report_on, updated, is_located, in_rates, geom, tile_zoom"
)
SUMMED = [
    *("row", "code", "region", "township", "category", "category_name", "status", "stage", "years", "sources"),
    *("budget", "annual_plan", "completed", "annual_completed", "allocated", "arrived", "disbursed", "contract_total"),
    *("payment_count", "is_located", "in_rates", "tile_zoom"),
]


class Migration(migrations.Migration):
    dependencies = [("public", "0009_near_and_companies")]

    operations = [
        migrations.AddField("publishedproject", "in_rates", models.BooleanField(default=True)),
        migrations.RunSQL(
            f"UPDATE public_publishedproject t SET digest = (SELECT md5(x::text) FROM (SELECT {COLUMNS}) AS x)"  # noqa: S608
            " WHERE to_snapshot IS NULL",
            migrations.RunSQL.noop,
        ),
        migrations.RemoveIndex("publishedproject", "public_project_sums"),
        migrations.AddIndex(
            "publishedproject",
            models.Index(
                condition=models.Q(("to_snapshot__isnull", True)),
                fields=["unit"],
                include=SUMMED,
                name="public_project_sums",
            ),
        ),
    ]
