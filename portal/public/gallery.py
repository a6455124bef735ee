"""Photos and documents on the page of a project, as plain dictionaries for the template."""

from typing import Any, Final

from django.utils.translation import gettext as _

from portal import wording
from portal.public import media
from portal.public.models import PublishedDocument, PublishedPhoto
from portal.public.selectors import WholeProject

_KIB: Final = 1024


def gallery_context(whole: WholeProject) -> dict[str, Any]:
    """The newest photo, which stands beside the status, the others, and the documents."""
    photos = [photo_texts(photo, whole.row.code, whole.row.name) for photo in whole.photos]
    return {
        "newest_photo": photos[0] if photos else None,
        "photos": photos[1:],
        "documents": [document_texts(one, whole.row.code) for one in whole.documents],
    }


def photo_texts(photo: PublishedPhoto, code: str, name: str) -> dict[str, Any]:
    """Without a caption its alternative text says whose it is and of which day."""
    day = wording.day(photo.taken_on)
    scale = min(1.0, media.SMALL_SIDE / max(photo.width, photo.height))
    return {
        "url": media.photo_address(code, photo.sha256),
        "small_url": media.photo_address(code, photo.sha256, small=True),
        "width": photo.width,
        "small_width": max(1, round(photo.width * scale)),
        "small_height": max(1, round(photo.height * scale)),
        "caption": photo.caption,
        "alt": photo.caption or _("Photo of %(name)s, %(date)s") % {"name": name, "date": day},
        "day": day,
    }


def document_texts(document: PublishedDocument, code: str) -> dict[str, str]:
    return {
        "url": media.document_address(code, document.sha256, document.media_type),
        "title": document.title,
        "date_text": wording.day(document.dated_on),
        "kind": "PDF" if document.media_type == "application/pdf" else _("picture"),
        "size": size(document.bytes),
    }


def size(count: int) -> str:
    """Bytes as people read them."""
    return f"{count / _KIB / _KIB:.1f} MB" if count >= _KIB * _KIB else f"{max(1, round(count / _KIB))} kB"
