from dunning.reports_receivables import Receivable
from dunning.reports_recovery import RecoveryLine, StepTaken, recovery_by_policy, recovery_by_step
from tests.dunning.report_cases import at, credited, day, paid, receivable


def step(name: str, level: int, late: int, invoice_id: str = "F-1") -> StepTaken:
    """A step carried out at 9:00 so many days past due."""
    return StepTaken(invoice_id=invoice_id, step=name, level=level, on=day(late), at=at(late, 9))


FIRST, SECOND = step("first", 1, 1), step("second", 2, 7)


def told(line: RecoveryLine) -> tuple[str, str, str, float | None]:
    """Name, reached, cash, share."""
    return line.name, str(line.reached.amount), str(line.cash.amount), line.share


def by_step(*many: Receivable, steps: tuple[StepTaken, ...] = (FIRST, SECOND)) -> list[RecoveryLine]:
    """Within 14 days, 40 days past due."""
    return recovery_by_step(many, steps, 14, day(40))


def test_cash_counts_at_each_step_whose_days_it_falls_into() -> None:
    """40 on day 3 is the first step's alone, 30 on day 10 both steps', 10 on day 16 the second's alone."""
    one = receivable("F-1", "100", paid(3, "40"), paid(10, "30"), paid(16, "10"), paid(30, "20"))
    assert [told(line) for line in by_step(one)] == [
        ("first", "100.00", "70.00", 0.7),
        ("second", "60.00", "40.00", 0.6667),
    ]


def test_a_policy_counts_each_payment_once() -> None:
    """Of 100 that the first step reached, 80 came within the days of a step."""
    one = receivable(
        "F-1", "100", paid(3, "40"), paid(10, "30"), paid(16, "10"), paid(30, "20"), policy="firm"
    )
    found = recovery_by_policy([one], [FIRST, SECOND], 14, day(40))
    assert [told(line) for line in found] == [("firm", "100.00", "80.00", 0.8)]


def test_credit_notes_are_no_recovery() -> None:
    """They stand apart, and lower what later steps reach."""
    lines = by_step(receivable("F-1", "100", credited(3, "40")))
    assert [(*told(line), str(line.credit_notes.amount)) for line in lines] == [
        ("first", "100.00", "0.00", 0.0, "40.00"),
        ("second", "60.00", "0.00", 0.0, "0.00"),
    ]


def test_money_from_before_the_step_is_not_its_fruit() -> None:
    """Neither what was booked earlier that day, nor what came before and was booked after it."""
    one = receivable(
        "F-1", "100", paid(1, "10", booked_at=at(1, 8)), paid(0, "20", booked_at=at(2)), paid(1, "30")
    )
    assert told(by_step(one, steps=(FIRST,))[0]) == ("first", "70.00", "30.00", 0.4286)


def test_the_last_day_counts() -> None:
    """Fourteen days after the step still, fifteen no more."""
    one = receivable("F-1", "100", paid(15, "10"), paid(16, "20"))
    assert told(by_step(one, steps=(FIRST,))[0]) == ("first", "100.00", "10.00", 0.1)


def test_an_invoice_whose_days_are_not_over_is_only_told() -> None:
    """Quick payers would make a young step look better than it is."""
    many = [receivable("F-1", "100", paid(35, "100")), receivable("F-2", "50")]
    (line,) = by_step(*many, steps=(step("first", 1, 30), step("first", 1, 26, "F-2")))
    assert (line.invoices, line.running, told(line)) == (1, 1, ("first", "50.00", "0.00", 0.0))


def test_steps_after_payment_and_in_the_future_reach_nothing() -> None:
    """Thanks reach no money; a step after the last day has not happened."""
    one = receivable("F-1", "100", paid(3, "100"))
    lines = by_step(one, steps=(FIRST, step("thanks", 1, 4), step("later", 3, 41)))
    assert [line.name for line in lines] == ["first"]


def test_more_than_was_owed_is_no_recovery() -> None:
    """The share never exceeds one."""
    assert told(by_step(receivable("F-1", "100", paid(3, "170")), steps=(FIRST,))[0])[2:] == ("100.00", 1.0)


def test_an_invoice_without_policy_is_told_as_such() -> None:
    """It was never planned by us, but a step was carried out."""
    (line,) = recovery_by_policy([receivable()], [FIRST], 14, day(40))
    assert line.name == "-"
