"""How the app says no to programs: what is wrong, and what to do about it."""

from __future__ import annotations

from http import HTTPStatus

from fastapi.responses import JSONResponse
from pydantic import ValidationError


class ApiRefusal(Exception):  # noqa: N818 - a refusal is an answer, and no fault of the program
    """A request that was not carried out."""

    def __init__(self, status: HTTPStatus, error: str, what_to_do: str) -> None:
        """Take the HTTP status and the two sentences of the body."""
        self.status = status
        self.error = error
        self.what_to_do = what_to_do
        super().__init__(error)

    def response(self) -> JSONResponse:
        """The answer, as programs and people read it."""
        return refusal(self.status, self.error, self.what_to_do)


def refusal(status: HTTPStatus, error: str, what_to_do: str) -> JSONResponse:
    """The one form of an error: `{"error": …, "what_to_do": …}`."""
    headers = {"Cache-Control": "no-store"}
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"  # RFC 6750, section 3
    return JSONResponse({"error": error, "what_to_do": what_to_do}, status, headers)


def faults_in_words(error: ValidationError) -> str:
    """Name the fields that do not make sense, without repeating values, which may be personal."""
    return "; ".join(
        f"{'.'.join(str(part) for part in fault['loc']) or 'body'}: {fault['msg']}"
        for fault in error.errors(include_input=False, include_url=False)
    )
