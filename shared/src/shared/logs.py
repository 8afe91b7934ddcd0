"""JSON log lines with the clinic and the request on each, and without personal data: ids and codes only."""

import logging
import sys
from typing import TextIO

import structlog


def configure_logs(level: int = logging.INFO, *, stream: TextIO | None = None) -> None:
    """Write every log line, our own and the libraries', as one JSON object to standard error."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _leave_out_messages,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("amqp", "kombu", "alembic", "werkzeug"):
        logging.getLogger(chatty).setLevel(max(level, logging.WARNING))


def _leave_out_messages(_: object, __: str, entry: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """An exception is logged as its kind and its place: its message may quote what somebody typed."""
    from shared.store.retries import describe

    info = entry.pop("exc_info", None)
    if info:
        error = info if isinstance(info, BaseException) else (info[1] if isinstance(info, tuple) else sys.exc_info()[1])
        if error is not None:
            entry["error"] = describe(error)
    return entry
