"""What can be wrong with a shape."""

from django.db import models


class Kind(models.TextChoices):
    """A kind of finding; at most one open finding of each a project."""

    OUTSIDE = "outside", "超出属地"
    INVALID = "invalid", "图形不合规"
    DUPLICATE = "duplicate", "位置重复"
    OVERLAP = "overlap", "同类重叠"
