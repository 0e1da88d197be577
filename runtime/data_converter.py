"""How messages and failures cross the wire to Temporal: pydantic models, and refusals as words alone."""

from __future__ import annotations

from dataclasses import replace

from temporalio.api.failure.v1 import Failure
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DefaultFailureConverter, PayloadConverter
from temporalio.exceptions import ApplicationError

_REFUSAL = "Refusal"


class RefusalsInWords(DefaultFailureConverter):
    """Sends a refusal without its stack trace.

    A refusal is an answer for the person who gave the command, not a fault: in the Web UI its one sentence
    stood above a page of source lines, which each refusal also added to the history.
    """

    def to_failure(
        self, exception: BaseException, payload_converter: PayloadConverter, failure: Failure
    ) -> None:
        """Convert as the SDK does; see https://docs.temporal.io/failure-converter."""
        super().to_failure(exception, payload_converter, failure)
        if isinstance(exception, ApplicationError) and exception.type == _REFUSAL:
            failure.stack_trace = ""


DATA_CONVERTER = replace(pydantic_data_converter, failure_converter_class=RefusalsInWords)
