"""What the mail sink is told to do wrong: refuse, cut the line, or fall silent, for some or for all."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from fnmatch import fnmatchcase

from pydantic import BaseModel, ConfigDict, PositiveInt


class FaultMoment(StrEnum):
    """Where in a conversation a fault strikes."""

    GREETING = "greeting"
    """Before the server says a word."""
    SENDER = "sender"
    """In answer to MAIL FROM."""
    RECIPIENT = "recipient"
    """In answer to RCPT TO."""
    DATA = "data"
    """In answer to DATA, before any content."""
    BODY = "body"
    """While the content is on its way, before the final dot."""
    DOT = "dot"
    """In answer to the final dot."""


class FaultKind(StrEnum):
    """What goes wrong."""

    ANSWER = "answer"
    """The server gives the fault's ``reply``."""
    DROP = "drop"
    """The line is cut without an answer."""
    HANG = "hang"
    """The line stays open and nothing is ever said."""


class Fault(BaseModel):
    """One thing to do wrong."""

    model_config = ConfigDict(frozen=True)

    moment: FaultMoment
    kind: FaultKind = FaultKind.ANSWER
    reply: str = "451 4.3.0 Try again later"
    recipient: str = "*"
    """A shell pattern in lower case; from the recipient on, only messages to such an address are struck."""
    times: PositiveInt | None = None
    """How often; without a number, always."""
    taken: bool = False
    """At the dot: the message counts as received all the same, as after a crash of a real server."""


def refuse(recipient: str) -> Fault:
    """No such mailbox, for good (RFC 5321, section 4.2.3; RFC 3463, 5.1.1)."""
    reply = f"550 5.1.1 <{recipient}>: Recipient address rejected: User unknown"
    return Fault(moment=FaultMoment.RECIPIENT, reply=reply, recipient=recipient)


def defer(recipient: str, times: int) -> Fault:
    """Greylisting: the first attempts are told to come back."""
    reply = f"451 4.7.1 <{recipient}>: Greylisted, come back later"
    return Fault(moment=FaultMoment.RECIPIENT, reply=reply, recipient=recipient, times=times)


class FaultScript:
    """The faults still to strike, first come first served."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._struck: list[int] = []

    def add(self, fault: Fault) -> None:
        """Let this fault strike from now on."""
        self._faults.append(fault)
        self._struck.append(0)

    def clear(self) -> None:
        """Behave again."""
        self._faults.clear()
        self._struck.clear()

    def strike(self, moment: FaultMoment, recipients: Sequence[str] = ()) -> Fault | None:
        """The fault due now, counted as having struck; nothing where all is well."""
        for place, fault in enumerate(self._faults):
            spent = fault.times is not None and self._struck[place] >= fault.times
            if fault.moment is moment and not spent and _concerns(fault, recipients):
                self._struck[place] += 1
                return fault
        return None


def _concerns(fault: Fault, recipients: Sequence[str]) -> bool:
    return fault.recipient == "*" or any(fnmatchcase(one.lower(), fault.recipient) for one in recipients)
