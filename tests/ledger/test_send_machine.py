import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from dunning.case import SendState
from ledger import sends
from ledger.books import Books
from ledger.keys import SendKey
from ledger.sends import LostClaimError
from tests.ledger.desk import KEY, NOW, TODAY

SEND = SendKey(KEY, 1, "reminder-1", "email")
TOKENS = st.sampled_from(["a", "b", "c"])


class SendLedger(RuleBasedStateMachine):
    """Attempts of one act that come, get stuck, answer late and lie about whose turn it is."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.books = Books.open(f"sqlite:///{Path(self.folder.name) / 'ledger.sqlite'}")
        self.on_the_wire: set[str] = set()
        """Attempts that claimed the act and have not told an outcome: each may put a message on the wire."""
        self.holder = ""
        self.delivered = 0
        self.decided_to_send_again = 0
        with self.books.write() as conn:
            sends.reserve(conn, SEND, level=1, reminder=True, now=NOW)

    def teardown(self) -> None:
        """Close the books."""
        self.books.close()
        self.folder.cleanup()

    @property
    def state(self) -> SendState:
        """Where the act stands."""
        with self.books.read() as conn:
            row = sends.state(conn, SEND)
        assert row is not None
        return row.state

    @rule(token=TOKENS)
    def claim(self, token: str) -> None:
        """An attempt begins."""
        with self.books.write() as conn:
            if sends.start_submitting(conn, SEND, token, NOW):
                self.on_the_wire = {token}
                self.holder = token

    @precondition(lambda self: self.on_the_wire)
    @rule()
    def delivered_and_told(self) -> None:
        """The attempt that holds the act delivers, and says so."""
        token = next(iter(self.on_the_wire))
        with self.books.write() as conn:
            sends.accept(conn, SEND, token, on=TODAY, now=NOW)
        self.delivered += 1
        self.on_the_wire = set()

    @precondition(lambda self: self.on_the_wire and self.state is SendState.SUBMITTING)
    @rule()
    def failed_for_now(self) -> None:
        """The attempt that holds the act could not deliver, and gives it back."""
        token = next(iter(self.on_the_wire))
        with self.books.write() as conn:
            sends.release(conn, SEND, token)
        self.on_the_wire = set()

    @precondition(lambda self: self.on_the_wire)
    @rule()
    def delivered_and_died(self) -> None:
        """The attempt delivers, and the process dies before it says so."""
        self.delivered += 1
        self.on_the_wire = set()

    @rule(token=TOKENS)
    def a_stranger_tells(self, token: str) -> None:
        """An attempt that does not hold the act tells an outcome."""
        if token == self.holder:
            return
        try:
            with self.books.write() as conn:
                sends.accept(conn, SEND, token, on=TODAY, now=NOW)
        except LostClaimError:
            return
        raise AssertionError(token)

    @rule()
    def given_up(self) -> None:
        """A later attempt finds the act claimed and its holder silent."""
        with self.books.write() as conn:
            sends.mark_unknown(conn, SEND, on=TODAY, now=NOW, response="silent")

    @precondition(lambda self: self.state is SendState.UNKNOWN and not self.on_the_wire)
    @rule()
    def a_person_decides(self) -> None:
        """A person has an uncertain message sent again."""
        with self.books.write() as conn:
            assert sends.send_again(conn, SEND)
        self.decided_to_send_again += 1

    @invariant()
    def never_delivered_twice_by_itself(self) -> None:
        """Each further delivery needs a person's decision."""
        assert self.delivered <= 1 + self.decided_to_send_again

    @invariant()
    def an_accepted_act_was_delivered(self) -> None:
        """The books never claim a delivery that did not happen."""
        if self.state is SendState.ACCEPTED:
            assert self.delivered >= 1


SendLedger.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestSendLedger = SendLedger.TestCase
