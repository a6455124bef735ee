"""The node templates of a new installation, out of the usual ones. The city changes the table afterwards."""

from django.db import transaction

from geodata.progress.models import NodeTemplate
from geodata.progress.schedule import TEMPLATES
from geodata.projects.models import Category


@transaction.atomic
def ensure_node_templates() -> int:
    """Adds the nodes of categories that have none yet; templates that exist stay as the city keeps them. How many."""
    taken = set(NodeTemplate.objects.values_list("category_id", flat=True))
    rows = [
        NodeTemplate(category=category, code=node.code, name=node.name, weight_pct=node.weight)
        for category in Category.objects.filter(code__in=TEMPLATES).exclude(pk__in=taken).order_by("code")
        for node in TEMPLATES[category.code]
    ]
    return len(NodeTemplate.objects.bulk_create(rows))
