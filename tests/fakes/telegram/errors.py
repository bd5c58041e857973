"""What the server refuses, in the API's own words.

Exception
└── ApiError      an answer with ``ok: false``
"""

from __future__ import annotations


class ApiError(Exception):
    """A refused call.

    Args:
        code: HTTP status and ``error_code``.
        description: what the caller reads.
        retry_after: seconds to wait, for 429.

    """

    def __init__(self, code: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after


def bad(what: str) -> ApiError:
    """400."""
    return ApiError(400, f"Bad Request: {what}")


def forbidden(what: str) -> ApiError:
    """403."""
    return ApiError(403, f"Forbidden: {what}")


def conflict(what: str) -> ApiError:
    """409."""
    return ApiError(409, f"Conflict: {what}")


def too_many(seconds: int) -> ApiError:
    """429; ``seconds`` is what ``parameters.retry_after`` says."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", seconds)
