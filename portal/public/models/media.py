"""Photos and documents of a published project: what is told of them. The files lie in the public folder, named by
`sha256` (portal/public/media.py)."""

from django.db import models

from portal.public.models.frame import OPEN, Published


class PublishedPhoto(Published):
    """A photo that a person let out: its day and caption; width, height and bytes are those of the large file. Neither
    who sent it nor where it was taken stands here."""

    key = models.CharField(max_length=42)
    code = models.CharField(max_length=20)
    taken_on = models.DateField()
    caption = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    bytes = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["code"], name="public_photo_code")]
        constraints = [models.UniqueConstraint(fields=["key"], condition=OPEN, name="public_photo_open_once")]

    def __str__(self) -> str:
        return self.key


class PublishedDocument(Published):
    """A document that a person let out. `dated_on`: the day on which it was handed in."""

    key = models.CharField(max_length=42)
    code = models.CharField(max_length=20)
    title = models.CharField(max_length=120)
    dated_on = models.DateField()
    media_type = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64)
    bytes = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["code"], name="public_document_code")]
        constraints = [models.UniqueConstraint(fields=["key"], condition=OPEN, name="public_document_open_once")]

    def __str__(self) -> str:
        return self.key
