import os
import re
from pathlib import Path

import pytest

from runtime.configuration_error import ConfigurationError
from runtime.environment import TOOL_VARIABLES, load_settings, variable_of
from runtime.schema_files import published
from runtime.settings import Settings
from runtime.yaml_files import CHECKOUT

_NAMES = {variable_of(field) for field in Settings.model_fields}
_VARIABLE = re.compile(r"\bDUNNING_[A-Z_]+\b")


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("DUNNING_")]:
        monkeypatch.delenv(name)


def _faults(monkeypatch: pytest.MonkeyPatch, **variables: str) -> str:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as refusal:
        load_settings(None)
    return str(refusal.value)


def test_nothing_set_is_a_single_machine() -> None:
    """Without any variable the books lie in `var/` of the checkout and nothing outside is talked to."""
    settings = load_settings(None)
    assert settings.ledger_url == f"sqlite:///{CHECKOUT / 'var' / 'ledger.sqlite'}"
    assert settings.policy_folders == (CHECKOUT / "policies",)
    assert settings.template_folders == (CHECKOUT / "templates",)
    assert settings.smtp is None
    assert settings.stripe is None
    assert settings.public_url is None
    assert not settings.payments_by_file
    assert settings.web_host == "127.0.0.1"


def test_the_environment_counts_before_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`.env` is read, and a variable of the environment overrides its line."""
    env_file = tmp_path / ".env"
    env_file.write_text("DUNNING_WEB_PORT=9000\nDUNNING_LOG_LEVEL=DEBUG\n# a comment\nOTHER=1\n")
    monkeypatch.setenv("DUNNING_WEB_PORT", "9001")
    settings = load_settings(env_file)
    assert (settings.web_port, settings.log_level) == (9001, "debug")


def test_temporal_variables_of_the_file_reach_the_temporal_client(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The address of Temporal may stand in `.env` too; the environment's own value is kept."""
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "books")
    monkeypatch.setenv("TEMPORAL_ADDRESS", "")
    monkeypatch.delenv("TEMPORAL_ADDRESS")
    env_file = tmp_path / ".env"
    env_file.write_text("TEMPORAL_ADDRESS=temporal.example.com:7233\nTEMPORAL_NAMESPACE=other\n")
    load_settings(env_file)
    assert os.environ["TEMPORAL_ADDRESS"] == "temporal.example.com:7233"
    assert os.environ["TEMPORAL_NAMESPACE"] == "books"


def test_own_folders_come_first_and_paths_start_at_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of one's own is searched before ours; a relative path does not depend on where one stands."""
    monkeypatch.setenv("DUNNING_POLICY_FOLDER", "own/policies")
    monkeypatch.setenv("DUNNING_TEMPLATE_FOLDER", "/srv/templates")
    settings = load_settings(None)
    assert settings.policy_folders == (CHECKOUT / "own" / "policies", CHECKOUT / "policies")
    assert settings.template_folders == (Path("/srv/templates"), CHECKOUT / "templates")


def test_mail_and_stripe_are_described_for_their_providers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The flat variables become what the providers take; lists are split at commas."""
    for name, value in {
        "DUNNING_SMTP_HOST": "smtp.example.com",
        "DUNNING_SMTP_PORT": "465",
        "DUNNING_SMTP_SECURITY": "tls",
        "DUNNING_SMTP_USERNAME": "relance",
        "DUNNING_SMTP_PASSWORD": "hidden",
        "DUNNING_STRIPE_API_KEY": "sk_test_1",
        "DUNNING_STRIPE_WEBHOOK_SECRETS": "whsec_new, whsec_old",
        "DUNNING_API_KEYS": f"{'a' * 24},{'b' * 24}",
    }.items():
        monkeypatch.setenv(name, value)
    settings = load_settings(None)
    assert settings.smtp is not None
    assert (settings.smtp.port, settings.smtp.security) == (465, "tls")
    assert settings.stripe is not None
    assert [secret.get_secret_value() for secret in settings.stripe.webhook_secrets] == [
        "whsec_new",
        "whsec_old",
    ]
    assert len(settings.api_keys) == 2


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """`DUNNING_SMTP_HOST=` in a file that was copied means the default."""
    monkeypatch.setenv("DUNNING_SMTP_HOST", "")
    monkeypatch.setenv("DUNNING_WEB_PORT", "")
    assert load_settings(None).smtp is None


def test_postgresql_is_spoken_to_by_psycopg(monkeypatch: pytest.MonkeyPatch) -> None:
    """The usual address of a PostgreSQL database works as hosters print it."""
    monkeypatch.setenv("DUNNING_LEDGER_URL", "postgresql://u:p@db.example.com/relance")
    assert load_settings(None).ledger_url == "postgresql+psycopg://u:p@db.example.com/relance"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DUNNING_WEB_PORT", "http", "must be a whole number, not 'http'. Example: DUNNING_WEB_PORT=8080"),
        ("DUNNING_WEB_PORT", "70000", "must be at most 65535, not 70000"),
        ("DUNNING_SMTP_SECURITY", "ssl", "must be 'none', 'starttls' or 'tls', not 'ssl'"),
        ("DUNNING_LOG_LEVEL", "loud", "must be 'debug', 'info', 'warning' or 'error', not 'loud'"),
        ("DUNNING_PAYMENTS_BY_FILE", "perhaps", "must be true or false, not 'perhaps'"),
        ("DUNNING_PUBLIC_URL", "pay.example.com", "is not the address of a web server"),
        ("DUNNING_PUBLIC_URL", "https://x.example/?a=b", "is not the address of a web server"),
        ("DUNNING_WORKER_CONCURRENCY", "0", "must be at least 1, not 0"),
        ("DUNNING_STRIPE_API_KEY", "pk_test_1", "is not a secret key of Stripe"),
        ("DUNNING_STRIPE_WEBHOOK_SECRETS", "whsec_a,b", "is not the signing secret of a webhook endpoint"),
        ("DUNNING_API_KEYS", "short", "24 or more letters"),
        ("DUNNING_LEDGER_URL", "mysql://h/x", "'mysql' is no database that the ledger can live in"),
        ("DUNNING_LEDGER_URL", "ledger", "is not a database URL"),
    ],
)
def test_a_wrong_value_is_told_with_variable_and_example(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    """The error names the variable, what is wrong with it and what would be right."""
    told = _faults(monkeypatch, **{name: value})
    assert told.startswith(f"{name}: ")
    assert words in told
    assert f"Example: {name}=" in told


def test_all_faults_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has to start three times to find three mistakes; the same mistake is told once."""
    told = _faults(monkeypatch, DUNNING_WEB_PORT="x", DUNNING_SMTP_PORT="y", DUNNING_API_KEYS="a,b")
    assert [line.split(":")[0] for line in told.splitlines()] == [
        "DUNNING_SMTP_PORT",
        "DUNNING_WEB_PORT",
        "DUNNING_API_KEYS",
    ]


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"DUNNING_SMTP_USERNAME": "u"}, "DUNNING_SMTP_USERNAME: an SMTP login needs both"),
        (
            {
                "DUNNING_SMTP_USERNAME": "u",
                "DUNNING_SMTP_PASSWORD": "p",
                "DUNNING_SMTP_SECURITY": "none",
            },
            "must not travel unencrypted",
        ),
        ({"DUNNING_SMTP_CA_FILE": "missing.pem"}, "DUNNING_SMTP_CA_FILE: "),
    ],
)
def test_mail_settings_that_do_not_go_together_are_refused(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], words: str
) -> None:
    """Half a login, a password in the open and a missing certificate are found at start."""
    assert words in _faults(monkeypatch, DUNNING_SMTP_HOST="smtp.example.com", **variables)


def test_a_mistyped_variable_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A name that nothing reads is refused with the nearest one, in the environment and in the file."""
    env_file = tmp_path / ".env"
    env_file.write_text("DUNNING_PAYMENT_BY_FILE=true\n")
    monkeypatch.setenv("DUNNING_SMPT_HOST", "smtp.example.com")
    with pytest.raises(ConfigurationError) as refusal:
        load_settings(env_file)
    assert refusal.value.faults == (
        "DUNNING_PAYMENT_BY_FILE: is not a known setting; did you mean 'DUNNING_PAYMENTS_BY_FILE'?",
        "DUNNING_SMPT_HOST: is not a known setting; did you mean 'DUNNING_SMTP_HOST'?",
    )


def test_another_file_is_read_where_one_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process can be kept from a person's own file of settings, by naming another one."""
    env_file = tmp_path / "other.env"
    env_file.write_text("DUNNING_WEB_PORT=9001\n")
    monkeypatch.setenv("DUNNING_ENV_FILE", str(env_file))

    assert load_settings().web_port == 9001


def test_an_env_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """A file in another encoding is named instead of a traceback."""
    env_file = tmp_path / ".env"
    env_file.write_bytes(b"DUNNING_SMTP_USERNAME=\xe9\n")
    with pytest.raises(ConfigurationError, match=r"^\.env: cannot be read as UTF-8"):
        load_settings(env_file)


@pytest.mark.parametrize(
    "variable",
    ["DUNNING_STRIPE_API_KEY", "DUNNING_STRIPE_WEBHOOK_SECRETS", "DUNNING_API_KEYS", "DUNNING_LEDGER_URL"],
)
def test_a_secret_is_never_repeated(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """Neither the error nor its causes print what was set, since logs keep errors."""
    for value in ("hush", "mysql://u:hush hush hush@h/x", "postgresql://u:hush hush@h:port/x"):
        monkeypatch.setenv(variable, value)
        with pytest.raises(ConfigurationError) as refusal:
            load_settings(None)
        assert "hush" not in str(refusal.value)
        assert refusal.value.__suppress_context__


def test_settings_print_without_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """A settings object in a log shows no password, key or database address."""
    monkeypatch.setenv("DUNNING_LEDGER_URL", "postgresql://u:hush@h/x")
    monkeypatch.setenv("DUNNING_SMTP_PASSWORD", "hush")
    monkeypatch.setenv("DUNNING_STRIPE_API_KEY", "sk_hush")
    monkeypatch.setenv("DUNNING_API_KEYS", "hush" * 6)
    assert "hush" not in repr(load_settings(None))


def test_the_example_names_every_setting() -> None:
    """`.env.example` lists exactly the variables that are read."""
    named = set(_VARIABLE.findall((CHECKOUT / ".env.example").read_text(encoding="utf-8")))
    assert named == _NAMES


def test_the_example_of_an_api_key_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who removes the # and keeps the published example is refused, for anybody could know it."""
    assert "DUNNING_API_KEYS" in _faults(monkeypatch, DUNNING_API_KEYS="3f9c…")


def test_every_setting_is_explained() -> None:
    """Each setting has a sentence and an example for the example file, the table and the errors."""
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name
        assert field.examples, name


def test_published_files_are_up_to_date() -> None:
    """Example, table and schema say what the models say; `python -m runtime.schema_files` writes them."""
    for path, content in published().items():
        assert path.read_text(encoding="utf-8") == content, (
            f"run: python -m runtime.schema_files ({path.name})"
        )


def test_published_files_name_no_machine() -> None:
    """Defaults are shown from the checkout, wherever that lies."""
    assert not any(str(CHECKOUT) in content for content in published().values())


def test_the_variables_of_tools_are_those_that_are_read() -> None:
    """What the servers of an empty machine read is known too, so that it is no mistyped setting."""
    sources = [path.read_text(encoding="utf-8") for path in (CHECKOUT / "embedded").glob("*.py")]
    read = {name for source in sources for name in re.findall(r'"(DUNNING_[A-Z_]+)"', source)}
    assert read == set(TOOL_VARIABLES)
