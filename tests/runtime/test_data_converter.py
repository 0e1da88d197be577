import pytest
from temporalio.api.failure.v1 import Failure
from temporalio.exceptions import ApplicationError

from runtime.data_converter import DATA_CONVERTER


def _sent(error: Exception) -> Failure:
    """The failure as the server keeps it."""

    def fail() -> None:
        raise error

    failure = Failure()
    with pytest.raises(type(error)) as raised:
        fail()
    DATA_CONVERTER.failure_converter.to_failure(raised.value, DATA_CONVERTER.payload_converter, failure)
    return failure


def test_a_refusal_is_sent_as_words_alone() -> None:
    """Who is refused reads why, and neither the history nor the Web UI holds source lines."""
    failure = _sent(ApplicationError("The hold must end after today.", type="Refusal", non_retryable=True))
    assert failure.message == "The hold must end after today."
    assert failure.application_failure_info.type == "Refusal"
    assert not failure.stack_trace


@pytest.mark.parametrize("error", [ValueError("a fault"), ApplicationError("away", type="ProviderAway")])
def test_a_fault_keeps_its_trace(error: Exception) -> None:
    """What is no refusal is still told with the lines where it happened."""
    assert "test_data_converter.py" in _sent(error).stack_trace
