"""Photos and documents for the proofs of letting out, kept as staff's are."""

import hashlib
from datetime import UTC, date, datetime
from typing import Any

from geodata.progress.models import Attachment, Milestone, Photo
from geodata.progress.paper_files import Paper
from geodata.progress.services import keep_photo, release_document, release_photo
from geodata.progress.services.attachments import keep_papers
from geodata.projects.models import Project
from geodata.sandbox.documents import Picture
from geodata.stewards.models import User
from geodata.stewards.scope import Scope, scope_of
from tests.conftest import TODAY
from tests.geodata.sandbox.test_pictures import picture_file

NOW = datetime(2026, 3, 30, 8, 0, tzinfo=UTC)


def scope(user: User) -> Scope:
    return scope_of(user, today=TODAY)


def keep(project: Project, user: User, *, width: int = 320, **facts: Any) -> Photo:
    """A photo of a width of its own: two of the same would be one."""
    large, small = picture_file(size=(width, 200)), picture_file(size=(width // 2, 100))
    facts = {"caption": "路基施工", "taken_on": date(2026, 3, 20), **facts}
    return keep_photo(
        scope(user),
        project_id=project.pk,
        picture=Picture(large=large, small=small, width=width, height=200),
        upload_sha256=hashlib.sha256(large).hexdigest(),
        now=NOW,
        **facts,
    )


def file(
    project: Project,
    user: User,
    *,
    title: str = "施工许可证",
    reached: date | None = date(2026, 3, 1),
    more: bytes = b"",
) -> Attachment:
    """A PDF with a node, reached unless `reached` says otherwise."""
    content = f"%PDF-1.7 {title}".encode() + more
    code = f"M07{Milestone.objects.filter(project=project).count():02d}"
    node = Milestone.objects.create(project=project, code=code, name="施工许可证", actual_on=reached)
    paper = Paper(title, hashlib.sha256(content).hexdigest(), Attachment.Media.PDF, content)
    return keep_papers(node, [paper], person=user.pk, now=NOW)[0]


def let_out(thing: Photo | Attachment, user: User) -> None:
    if isinstance(thing, Photo):
        release_photo(scope(user), photo_id=thing.pk, confirmed=True, now=NOW)
    else:
        release_document(scope(user), attachment_id=thing.pk, confirmed=True, now=NOW)
