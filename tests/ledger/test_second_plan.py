from dunning.case import SendState
from dunning.plan import plan
from ledger import sends
from ledger.books import Books
from ledger.keys import SendKey
from runtime.policy_files import POLICY_FOLDER, load_policy
from tests.ledger.desk import CALENDAR, KEY, Desk


def _planned(desk: Desk) -> list[str]:
    case = desk.case()
    policy = load_policy(POLICY_FOLDER / "standard-business.yaml")
    return [step.step for step in plan(case.invoice, policy, case.facts, CALENDAR, desk.now).steps]


def test_the_instalments_of_a_second_plan_are_reminded_of_too(books: Books) -> None:
    """The books tell in which cycle a reminder went out, so that it does not silence the next plan's."""
    desk = Desk(books)
    desk.register()
    desk.agree_plan((10, "400"), (40, "600"))
    assert "instalment-1" in _planned(desk)
    send = SendKey(KEY, desk.case().facts.cycle, "instalment-1", "email")
    with books.write() as conn:
        sends.reserve(conn, send, level=1, reminder=False, now=desk.now)
        sends.start_submitting(conn, send, "t", desk.now)
        sends.accept(conn, send, "t", on=desk.today, now=desk.now)
    assert desk.case().facts.attempts[0].state is SendState.ACCEPTED
    assert "instalment-1" not in _planned(desk)
    desk.agree_plan((20, "500"), (50, "500"))
    assert "instalment-1" in _planned(desk)
