"""Everything that the libraries complain about, whether through `warnings` or through a logger."""

import contextlib
import logging
import warnings
from collections.abc import Iterator

from libraries import transformers as hf

LOGGERS = ("transformers", "peft", "timm", "open_clip")


@contextlib.contextmanager
def recorded_warnings() -> Iterator[list[str]]:
    """The list is filled when the block ends."""
    messages: list[str] = []
    handler = _Recorder(messages)
    verbosity = hf.utils.logging.get_verbosity()
    hf.utils.logging.set_verbosity_warning()
    for name in LOGGERS:
        logging.getLogger(name).addHandler(handler)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield messages
        messages += [str(entry.message) for entry in caught]
    finally:
        for name in LOGGERS:
            logging.getLogger(name).removeHandler(handler)
        hf.utils.logging.set_verbosity(verbosity)


class _Recorder(logging.Handler):
    def __init__(self, messages: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._messages = messages

    def emit(self, record: logging.LogRecord) -> None:
        self._messages.append(record.getMessage())
