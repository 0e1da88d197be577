import json
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from runtime.configuration_error import ConfigurationError
from runtime.policy_files import POLICY_FOLDER, SCHEMA_FILE, load_policies, load_policy
from runtime.segment_files import SEGMENT_FILE
from runtime.yaml_files import CHECKOUT, parse_yaml

STANDARD = (POLICY_FOLDER / "standard-business.yaml").read_text(encoding="utf-8")
_OURS = sorted(path for path in POLICY_FOLDER.glob("*.yaml") if path.name != SEGMENT_FILE)


def _line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def _refused(folder: Path, text: str) -> list[str]:
    path = folder / "standard-business.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as refusal:
        load_policies([folder], "standard-business")
    return [fault.removeprefix(str(path)) for fault in refusal.value.faults]


def test_our_policies_load() -> None:
    """The checkout's own folder holds valid policies, the default among them."""
    register = load_policies([POLICY_FOLDER], "standard-business")
    assert [step.step for step in register.get("standard-business").steps] == [
        "courtesy",
        "reminder-1",
        "reminder-2",
        "reminder-3",
        "call",
        "formal-notice",
        "hand-over",
    ]


def test_the_own_folder_comes_before_ours(tmp_path: Path) -> None:
    """A policy of the same name replaces ours, others are added, the rest of ours stays."""
    own = STANDARD.replace("thank_on_payment: true", "thank_on_payment: false")
    (tmp_path / "standard-business.yaml").write_text(own, encoding="utf-8")
    other = STANDARD.replace("name: standard-business", "name: gentle")
    (tmp_path / "gentle.yml").write_text(other, encoding="utf-8")
    register = load_policies([tmp_path, POLICY_FOLDER], "gentle")
    assert not register.get("standard-business").thank_on_payment
    assert register.default == "gentle"
    assert set(register.policies) == {"gentle"} | {path.stem for path in _OURS}


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("offset: 14", "offset: fortnight", "steps[3].offset: must be a whole number, not 'fortnight'"),
        ("offset: 14", "offste: 14", "steps[3].offste: is not a known key; did you mean 'offset'?"),
        (
            "channel: call",
            "channel: visit",
            "steps[4].channel: must be 'email', 'call' or 'hand_over', not 'visit'",
        ),
        (
            "ask_accessories: from",
            "ask_acessories: from",
            "ask_acessories: is not a known key; did you mean 'ask_acc",
        ),
        (
            "thank_on_payment: true",
            "thank_on_payment: maybe",
            "thank_on_payment: must be true or false, not 'maybe'",
        ),
        (
            "formal_notice_deadline_days: 8",
            "formal_notice_deadline_days: 0",
            "formal_notice_deadline_days: must be at least 1, not 0",
        ),
        (
            "thank_on_payment: true",
            "business_hours: [18:00-09:00]",
            "business_hours[0]: the window opens at 18:00",
        ),
        (
            "thank_on_payment: true",
            "business_hours: [9-18]",
            "business_hours[0].opens: must be a time such as 09:00",
        ),
        ("thank_on_payment: true", "business_hours: []", "business_hours: must have at least 1, not 0"),
        ("thank_on_payment: true", "thank_on_payment: true\nname: again", "name: stands here a second time"),
        (
            "    level: 3",
            "    level: 2",
            "steps[3].level: level 2 does not come after level 2 of the step above",
        ),
        ("    offset: 14", "    offset: 7", "steps[3].offset: 7 does not come after 7 of the step above"),
        ("step: reminder-3", "step: reminder-2", "steps[3].step: another step above has this name"),
        ("name: standard-business", "name: standard", "name: must be that of the file, 'standard-business'"),
        (
            "label: {fr: 2e relance, en: 2nd reminder}",
            "label: {de: Mahnung}",
            "steps[2].label.de: must be 'fr' or 'en'",
        ),
        (
            "label: {fr: 2e relance, en: 2nd reminder}",
            "label: 2e",
            "steps[2].label: must be a mapping of keys to values",
        ),
        (
            "label: {fr: 2e relance, en: 2nd reminder}",
            "label: {}",
            "steps[2].label: must have at least 1, not 0",
        ),
    ],
)
def test_a_fault_is_told_with_line_and_field(tmp_path: Path, old: str, new: str, fault: str) -> None:
    """The error leads to the line that is to be mended, not only to the file."""
    assert old in STANDARD
    told = _refused(tmp_path, STANDARD.replace(old, new, 1))
    line = _line_of(STANDARD, old) + new.count("\n")
    assert any(each.startswith(f", line {line}, {fault}") for each in told), told


def test_a_missing_field_is_told_at_its_step(tmp_path: Path) -> None:
    """What is not there has no line; that of the step is given."""
    text = STANDARD.replace("    offset: 14\n", "")
    assert _refused(tmp_path, text) == [
        f", line {_line_of(text, 'step: reminder-3')}, steps[3].offset: is missing"
    ]


def test_every_fault_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    """One start shows all that is to be mended."""
    for name in ("one", "two"):
        text = STANDARD.replace("name: standard-business", f"name: {name}").replace("offset: 14", "offset: x")
        (tmp_path / f"{name}.yaml").write_text(text.replace("offset: 7", "offset: y"), encoding="utf-8")
    with pytest.raises(ConfigurationError) as refusal:
        load_policies([tmp_path], "one")
    assert len(refusal.value.faults) == 4


def test_a_step_that_could_never_go_out_is_refused(tmp_path: Path) -> None:
    """A formal notice that needs an earlier reminder is refused in a policy without one."""
    head, steps = STANDARD.split("steps:\n")
    notice = steps[steps.index("  - step: formal-notice") :]
    (told,) = _refused(tmp_path, f"{head}steps:\n{notice}")
    assert "steps[0].needs_delivered_reminder: no step above is a reminder" in told


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", ": is empty"),
        (b"# only a comment\n", ": is empty"),
        (b"steps: [", ", line 1: is not YAML: "),
        (b"name: a: b\n", ", line 1: is not YAML: mapping values are not allowed here"),
        (b"name: x\n\tsteps: 1\n", ", line 2: is not YAML: "),
        (b"a: \x01\n", ": is not YAML: "),
        (b"name: \xe9t\xe9\n", ": is not UTF-8 text"),
        (b"- a\n- b\n", ", line 1: must be a mapping of keys to values"),
        (b"just words\n", ", line 1: must be a mapping of keys to values"),
        (b"name: &n x\ntitle: *n\n", ", line 2, title: aliases (*name) are not read here"),
        (b"name: &n [*n]\n", ", line 1, name[0]: aliases (*name) are not read here"),
        (b"? [a, b]\n: c\n", ", line 1: a key must be a word"),
        (b"a: 1\n---\nb: 2\n", ", line 2: is not YAML: but found another document"),
    ],
)
def test_what_is_no_policy_file_is_refused(tmp_path: Path, content: bytes, fault: str) -> None:
    """Anything else than one YAML mapping in UTF-8 is named as such."""
    path = tmp_path / "odd.yaml"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError) as refusal:
        load_policies([tmp_path], "odd")
    assert refusal.value.faults[0].startswith(f"{path}{fault}")


def test_a_file_of_our_own_is_named_from_the_checkout(tmp_path: Path) -> None:
    """Errors show `policies/x.yaml`, which is what a person types."""
    with pytest.raises(ConfigurationError, match=r"^policies/missing\.yaml: cannot be read: No such file"):
        load_policy(CHECKOUT / "policies" / "missing.yaml")
    with pytest.raises(ConfigurationError, match=str(tmp_path)):
        load_policy(tmp_path / "missing.yaml")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """A mistyped folder is an error, not an empty one."""
    with pytest.raises(ConfigurationError, match=r"nowhere: there is no such folder of policies"):
        load_policies([tmp_path / "nowhere", POLICY_FOLDER], "standard-business")


def test_an_unknown_default_is_refused_with_the_nearest(tmp_path: Path) -> None:
    """The default policy must exist, else the first invoice would find out."""
    with pytest.raises(ConfigurationError) as refusal:
        load_policies([POLICY_FOLDER], "standart-business")
    assert str(refusal.value) == (
        "default policy: 'standart-business' is not a known policy in policies; "
        "did you mean 'standard-business'?"
    )
    with pytest.raises(ConfigurationError, match="there is no policy at all"):
        load_policies([tmp_path], "standard-business")


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    """x.yaml beside x.yml would leave it to chance which one counts."""
    for ending in ("yaml", "yml"):
        (tmp_path / f"standard-business.{ending}").write_text(STANDARD, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"standard-business\.yaml has the same name"):
        load_policies([tmp_path], "standard-business")


def test_figures_stay_as_written() -> None:
    """Nothing passes through a float, a quoted word stays a word, and no value is none."""
    data = parse_yaml("a: 2.10\nb: 'null'\nc: null\nd:\ne: 0471\nf: yes\n", "x.yaml").data
    assert data == {"a": "2.10", "b": "null", "c": None, "d": None, "e": "0471", "f": "yes"}


@pytest.mark.parametrize("path", _OURS, ids=lambda path: path.stem)
def test_our_policies_name_the_schema_and_fit_it(path: Path) -> None:
    """An editor finds the schema by the first line, and underlines nothing in what is right."""
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"# yaml-language-server: $schema={SCHEMA_FILE.name}\n")
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(YAML(typ="safe").load(text))


@pytest.mark.parametrize(
    ("old", "new", "valid"),
    [
        ("offset: 14", "offste: 14", False),
        ("channel: call", "channel: visit", False),
        ("thank_on_payment: true", "business_hours: [09:00-12:00, 14:00-18:00]", True),
        ("thank_on_payment: true", "business_hours: [from nine]", False),
        ("thank_on_payment: true", "business_hours: []", False),
    ],
)
def test_the_schema_shows_faults_while_they_are_written(old: str, new: str, *, valid: bool) -> None:
    """The schema knows keys, choices and the form of hours as the loader does."""
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    assert (
        Draft202012Validator(schema).is_valid(YAML(typ="safe").load(STANDARD.replace(old, new, 1))) is valid
    )


def test_a_folder_that_is_no_policy_is_passed_over(tmp_path: Path) -> None:
    """Schema, notes and other files may lie beside the policies."""
    shutil.copy(SCHEMA_FILE, tmp_path)
    (tmp_path / "README.md").write_text("notes")
    (tmp_path / "standard-business.yaml").write_text(STANDARD, encoding="utf-8")
    assert set(load_policies([tmp_path], "standard-business").policies) == {"standard-business"}
