"""What the forms of the administration share: save and go back, or show the form again with what was typed."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from geodata.errors import Conflict, DomainError, NotPermitted, Refused
from portal.errors import status_of

Fields = Mapping[str, object]


def save_or_explain(
    request: HttpRequest, *, save: Callable[[], str], back: str, again: Callable[[DomainError], HttpResponse]
) -> HttpResponse:
    """`save` gives the sentence that says what was done. A refusal shows the form again, with the error's status."""
    try:
        said = save()
    except (Refused, Conflict, NotPermitted) as error:
        response = again(error)
        response.status_code = status_of(error)
        return response
    messages.success(request, said)
    return HttpResponseRedirect(back)


def lines(text: str) -> list[str]:
    """Aliases as people type them: a line each, or separated by a semicolon or the Chinese comma for lists."""
    for mark in (";", "；", "、", "\r"):
        text = text.replace(mark, "\n")
    return text.split("\n")
