"""Requests as HTTP brings them: query, form, JSON or parts."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from tests.fakes.telegram.errors import bad
from tests.fakes.telegram.parameters import Raw, Upload


async def read(request: web.Request) -> Raw:
    """The parameters of a request, wherever they stand.

    Raises:
        ApiError: 400, the body is no JSON object.

    """
    values: dict[str, Any] = dict(request.query)
    uploads: dict[str, Upload] = {}
    if request.content_type == "application/json":
        if request.can_read_body:
            values |= await _json(request)
        return Raw(values)
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            data = await asyncio.to_thread(value.file.read)
            uploads[name] = Upload(value.filename, value.content_type, data)
        else:
            values[name] = value
    return Raw(values, uploads)


async def _json(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise bad("can't parse JSON object")
    return body
