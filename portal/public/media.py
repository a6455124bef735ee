"""Where the public files of photos and documents lie, and which of them an address may name.

The publication copies them there (portal/publication/services/media.py); the public process only reads. Files are named
by their content. One is handed over only while a row of the newest snapshot names it: what was taken back is shown in
no edition, however old.
"""

import re
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from geodata.errors import NotFound
from portal.public.models import OPEN, PublishedDocument, PublishedPhoto

# Which cleaning of properties the copies of documents have gone through (geodata/sandbox/readers/properties.py): their
# folder bears its name. Whoever makes the cleaning take out more gives it the next number; copies of before are then
# shown no more, and are made anew within a minute (portal/publication/services/media.py).
CLEANING: Final = "cleaned-2"
ENDING: Final = {"application/pdf": ".pdf", "image/jpeg": ".jpg"}
MEDIA: Final = {ending: media_type for media_type, ending in ENDING.items()}
PHOTO_ENDINGS: Final = (".jpg", "-small.jpg")
SMALL_SIDE: Final = 480  # pixels of the longest side of a small picture
_PHOTO: Final = re.compile(r"([0-9a-f]{64})(-small)?\.jpg")
_DOCUMENT: Final = re.compile(r"([0-9a-f]{64})(\.pdf|\.jpg)")


def photo_file(name: str) -> Path:
    """photos/<aa>/<sha256>.jpg, the small one beside it."""
    return Path(settings.PUBLIC_MEDIA_DIR) / "photos" / name[:2] / name


def document_file(name: str) -> Path:
    """documents/<cleaning>/<aa>/<sha256>.pdf or .jpg."""
    return Path(settings.PUBLIC_MEDIA_DIR) / "documents" / CLEANING / name[:2] / name


def photo_address(code: str, sha256: str, *, small: bool = False) -> str:
    """The same in every language and edition, so that it is loaded once."""
    return f"/projects/{code}/photos/{sha256}{'-small' if small else ''}.jpg"


def document_address(code: str, sha256: str, media_type: str) -> str:
    return f"/projects/{code}/documents/{sha256}{ENDING[media_type]}"


def photo_of(code: str, name: str) -> Path:
    """The file of a photo that is public now. Raises NotFound."""
    asked = _PHOTO.fullmatch(name)
    if asked is None or not PublishedPhoto.objects.filter(OPEN, code=code, sha256=asked[1]).exists():
        raise NotFound(_("There is no such photo, or it is no longer public"))
    return photo_file(name)


def document_of(code: str, name: str) -> tuple[PublishedDocument, Path]:
    """A document that is public now, and its file. Raises NotFound."""
    asked = _DOCUMENT.fullmatch(name)
    rows = PublishedDocument.objects.filter(OPEN, code=code)
    found = rows.filter(sha256=asked[1], media_type=MEDIA[asked[2]]).first() if asked else None
    if found is None:
        raise NotFound(_("There is no such file, or it is no longer public"))
    return found, document_file(name)
