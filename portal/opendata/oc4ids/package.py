"""Projects as an OC4IDS package: the frame with publisher, licence and day, written piece by piece."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from django.conf import settings
from django.utils import timezone

from portal.opendata.exact import as_json
from portal.opendata.oc4ids.projects import project
from portal.opendata.oc4ids.reading import Known
from portal.opendata.oc4ids.values import Document
from portal.public.models import Snapshot

VERSION: Final = "0.9"


def made(known: Known, snapshot: Snapshot) -> Document:
    """A project with this installation's prefix and addresses."""
    return project(
        known,
        as_of=snapshot.as_of,
        prefix=settings.OC4IDS_PREFIX,
        address=settings.PUBLIC_ADDRESS,
        serial=settings.SERIAL_PREFIX,
    )


def frame(snapshot: Snapshot, place: str) -> Document:
    """What a package says of itself; `place`: its address below /opendata/."""
    return {
        "uri": f"{settings.PUBLIC_ADDRESS}/opendata/{place}",
        "publishedDate": timezone.localtime(snapshot.published_at).isoformat(timespec="seconds"),
        "version": VERSION,
        "publisher": {"name": settings.SPONSOR, "uri": f"{settings.PUBLIC_ADDRESS}/"},
        "license": settings.DATA_LICENCE,
        "publicationPolicy": f"{settings.PUBLIC_ADDRESS}/opendata/",
    }


def package(
    snapshot: Snapshot, place: str, known: Iterable[Known], look: Callable[[Document], None] = lambda _made: None
) -> Iterator[bytes]:
    """The file in pieces, a project each; `look` sees every project as it goes by."""
    yield as_json(frame(snapshot, place))[:-1] + b',"projects":[\n'
    comma = b""
    for one in known:
        document = made(one, snapshot)
        look(document)
        yield comma + as_json(document)
        comma = b",\n"
    yield b"\n]}\n"
