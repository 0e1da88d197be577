import pytest

from activities.summaries import label_of
from dunning.party import Language
from runtime.policy_files import load_policies
from runtime.yaml_files import CHECKOUT

POLICY = load_policies((CHECKOUT / "policies",), "standard-business").get("standard-business")


@pytest.mark.parametrize(
    ("step", "label"),
    [
        ("reminder-2", "2e relance"),
        ("instalment-2", "Rappel de l'échéance 2"),
        ("instalment-check-2", "Vérification de l'échéance 2"),
        ("promise-check", "Vérification de la promesse"),
        ("thanks", "Lettre de remerciement"),
    ],
)
def test_every_step_has_a_name_that_tells_it_from_others(step: str, label: str) -> None:
    """People read which message it was, also in a journal that names the step alone."""
    assert label_of(step, POLICY, Language.FRENCH).replace("\u2019", "'") == label
