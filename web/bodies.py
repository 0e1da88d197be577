"""Reads the body of a request, up to a size."""

from __future__ import annotations

from http import HTTPStatus

from starlette.requests import Request

from web.refusals import ApiRefusal


async def limited_body(request: Request, most: int) -> bytes:
    """The body byte for byte; reading stops where it grows too large, whatever its header announced.

    Args:
        request: not read yet.
        most: bytes.

    Raises:
        ApiRefusal: 413, too large.
    """
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most:
            raise ApiRefusal(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                f"The body is larger than {most // 1024} KiB.",
                "Send one message per request, without attachments.",
            )
    return bytes(body)
