from dunning.arrangement import ArrangementState
from dunning.money import Money
from dunning.reports_promises import PromiseGiven, Receipt, promises_kept
from tests.dunning.report_cases import day


def promise(state: ArrangementState, *came: tuple[int, str], **changes: object) -> PromiseGiven:
    """A promise of 100 euros made on the due date for the tenth day after."""
    fields = {
        "made_on": day(0),
        "until": day(10),
        "amount": Money.of("100", "EUR"),
        "state": state,
        "ended_on": None if state is ArrangementState.ACTIVE else day(12),
        "came": tuple(Receipt(on=day(late), amount=Money.of(amount, "EUR")) for late, amount in came),
    }
    return PromiseGiven.model_validate(fields | changes)


KEPT = promise(ArrangementState.KEPT, (5, "60"), (12, "40"))
BROKEN = promise(ArrangementState.BROKEN, (9, "30"), (20, "170"))
RUNNING = promise(ArrangementState.ACTIVE)
REPLACED = promise(ArrangementState.ENDED, ended_on=day(3))


def test_kept_is_told_of_what_is_decided() -> None:
    """One of two; what runs or was replaced is neither kept nor broken."""
    (line,) = promises_kept([KEPT, BROKEN, RUNNING, REPLACED], day(0), day(40))
    counts = (line.promises, line.kept, line.broken, line.running, line.ended)
    assert (counts, line.share) == ((4, 1, 1, 1, 1), 0.5)


def test_cash_is_told_by_its_day_and_never_exceeds_the_promise() -> None:
    """Of 200 promised all came in the end, 90 of it on time; the excess is no part of it."""
    (line,) = promises_kept([KEPT, BROKEN], day(0), day(40))
    assert [str(line.promised), str(line.cash), str(line.cash_on_time)] == [
        "200.00 EUR",
        "200.00 EUR",
        "90.00 EUR",
    ]


def test_an_earlier_day_does_not_know_the_end() -> None:
    """On the eleventh day both still ran."""
    (line,) = promises_kept([KEPT, BROKEN], day(0), day(11))
    assert (line.running, line.kept, line.share, str(line.cash)) == (2, 0, None, "0.00 EUR")


def test_other_periods_and_currencies_stand_apart() -> None:
    """A promise counts in the period in which it was made."""
    dollars = promise(ArrangementState.KEPT, amount=Money.of("5", "USD"))
    early = promise(ArrangementState.KEPT, made_on=day(-1))
    found = promises_kept([KEPT, dollars, early], day(0), day(40))
    assert [(line.currency, line.promises) for line in found] == [("EUR", 1), ("USD", 1)]
