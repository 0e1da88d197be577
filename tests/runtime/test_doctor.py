import asyncio
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy.engine import make_url
from temporalio.client import Client

import runtime.checks_files
import runtime.doctor
from dunning.rates import RateTable, Semester, SemesterRates
from dunning.registers import LawRegister
from embedded.dev_server import DevServer
from embedded.postgres import PostgresServer
from embedded.server_process import free_port
from embedded.smtp_sink import SinkLogin, SmtpSink
from embedded.stripe_sandbox import API_KEY, WEBHOOK_SECRET, StripeSandbox
from ledger.books import Books
from providers.smtp import SmtpSecurity
from runtime.checks_files import check_creditors, check_files, check_rates
from runtime.checks_ledger import check_ledger
from runtime.checks_services import check_mail, check_stripe
from runtime.checks_temporal import check_temporal
from runtime.creditor_files import EXAMPLE_FILE
from runtime.doctor import examine, worst
from runtime.finding import Finding, Verdict
from runtime.law_files import LawFileError, load_rates, load_rules
from runtime.policy_files import POLICY_FOLDER
from runtime.settings import Settings
from runtime.yaml_files import CHECKOUT
from tests.runtime.namespaces import client_of_new_namespace

_TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _nothing_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("DUNNING_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(tmp_path / "temporal.toml"))
    (tmp_path / "temporal.toml").write_text("")
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{free_port()}")


def _settings(folder: Path, **changes: Any) -> Settings:
    ours = EXAMPLE_FILE.read_text(encoding="utf-8")
    (folder / "creditor.yaml").write_text(ours, encoding="utf-8")
    known: dict[str, Any] = {
        "ledger_url": f"sqlite:///{folder / 'ledger.sqlite'}",
        "creditor_file": folder / "creditor.yaml",
    }
    known |= changes
    return Settings(**known)


async def _found(settings: Settings, name: str) -> Finding:
    """The finding of one check; the others are not run, since rendering every template takes a second."""
    law = LawRegister(load_rates(), load_rules())
    if name in {"Temporal", "Namespace"}:
        findings = await check_temporal()
    elif name == "Ledger":
        findings = [check_ledger(settings.ledger_url)]
    elif name == "Mail server":
        findings = [await check_mail(settings.smtp)]
    elif name == "Stripe":
        findings = [await check_stripe(settings.stripe)]
    elif name in {"Creditors", "Terms of sale"}:
        findings = list(check_creditors(settings, law, _TODAY))
    else:
        findings = check_files(settings, _TODAY)
    (finding,) = [finding for finding in findings if finding.name == name]
    return finding


def _told(finding: Finding) -> str:
    return f"{finding.words} {finding.remedy or ''}"


@pytest.fixture
async def sandbox() -> AsyncIterator[StripeSandbox]:
    """A Stripe account of our own."""
    async with StripeSandbox() as running:
        yield running


async def test_a_whole_deployment_is_well(
    dev_server: DevServer,
    dev_client: Client,
    sandbox: StripeSandbox,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """With every service there and every file right, all findings are ok, in a fixed order."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", dev_server.address)
    Books.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}").close()
    async with SmtpSink() as sink:
        settings = _settings(
            tmp_path,
            smtp_host=sink.host,
            smtp_port=sink.port,
            smtp_security=SmtpSecurity.NONE,
            stripe_api_key=SecretStr(API_KEY),
            stripe_api_base=sandbox.address,
            stripe_webhook_secrets=(SecretStr(WEBHOOK_SECRET),),
        )
        findings = await examine(settings, _TODAY)
    assert worst(findings) is Verdict.OK, [finding for finding in findings if finding.verdict != "ok"]
    assert [finding.name for finding in findings] == [
        "Temporal",
        "Namespace",
        "Search attributes",
        "Ledger",
        "Mail server",
        "Stripe",
        "Legal rates",
        "Creditors",
        "Policies",
        "Templates",
    ]


async def test_nothing_is_changed_by_looking(tmp_path: Path) -> None:
    """The doctor makes no books and sends nothing."""
    await examine(_settings(tmp_path), _TODAY)
    assert not (tmp_path / "ledger.sqlite").exists()


async def test_temporal_away_is_told_with_the_way_to_start_it(tmp_path: Path) -> None:
    """A closed port is named with address and remedy; the other checks go on."""
    findings = await examine(_settings(tmp_path), _TODAY)
    (temporal,) = [finding for finding in findings if finding.name == "Temporal"]
    assert temporal.verdict is Verdict.FAILED
    assert "Connection refused" in temporal.words
    assert "make server" in temporal.words
    assert {"Ledger", "Mail server", "Stripe", "Policies"} <= {finding.name for finding in findings}


async def test_an_unknown_namespace_is_told_with_the_command_that_makes_it(
    dev_server: DevServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The namespace is asked about, since connecting alone never does."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", dev_server.address)
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "nowhere")
    finding = await _found(_settings(tmp_path), "Namespace")
    assert finding.verdict is Verdict.FAILED
    assert "there is no namespace nowhere" in finding.words
    assert "temporal operator namespace create --namespace nowhere" in _told(finding)


async def test_a_profile_that_does_not_exist_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Settings of the connection that cannot be read are a finding, not a traceback."""
    monkeypatch.setenv("TEMPORAL_PROFILE", "production")
    finding = await _found(_settings(tmp_path), "Temporal")
    assert finding.verdict is Verdict.FAILED
    assert "'production' not found" in finding.words


async def test_missing_search_attributes_are_named(
    dev_server: DevServer, dev_client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A namespace that keeps closed cases for a day and knows none of our attributes is told of both."""
    fresh = await client_of_new_namespace(dev_server, dev_client)
    monkeypatch.setenv("TEMPORAL_ADDRESS", dev_server.address)
    monkeypatch.setenv("TEMPORAL_NAMESPACE", fresh.namespace)
    findings = {finding.name: finding for finding in await check_temporal()}
    assert findings["Namespace"].verdict is Verdict.WARNING
    assert "--retention 30d" in _told(findings["Namespace"])
    assert findings["Search attributes"].verdict is Verdict.FAILED
    assert "DunningStatus" in findings["Search attributes"].words


async def test_books_of_either_database_are_recognised(ledger_url: str, tmp_path: Path) -> None:
    """Tables of this version are well, on SQLite and on PostgreSQL; the password is not shown."""
    Books.open(ledger_url).close()
    finding = await _found(_settings(tmp_path, ledger_url=ledger_url), "Ledger")
    assert finding.verdict is Verdict.OK, finding


async def test_a_new_database_is_announced(postgres_server: PostgresServer, tmp_path: Path) -> None:
    """An empty PostgreSQL database needs nothing but the first start."""
    finding = await _found(_settings(tmp_path, ledger_url=postgres_server.create_database()), "Ledger")
    assert finding.verdict is Verdict.WARNING
    assert "no tables yet" in finding.words


async def test_books_that_do_not_exist_yet_are_no_fault(tmp_path: Path) -> None:
    """The first start makes the file."""
    finding = await _found(_settings(tmp_path), "Ledger")
    assert finding.verdict is Verdict.OK
    assert "no books yet" in finding.words


async def test_books_of_a_newer_version_are_refused(tmp_path: Path) -> None:
    """An older program must not write into newer tables."""
    Books.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}").close()
    with sqlite3.connect(tmp_path / "ledger.sqlite") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    finding = await _found(_settings(tmp_path), "Ledger")
    assert finding.verdict is Verdict.FAILED
    assert "newer version" in finding.words


@pytest.mark.parametrize("kind", ["closed port", "wrong password", "no database file", "no folder"])
async def test_books_out_of_reach_are_told(
    postgres_server: PostgresServer, tmp_path: Path, kind: str
) -> None:
    """The reason is that of the database, with what to check, and never with the password."""
    login = make_url(postgres_server.create_database()).set(username="nobody", password="hush")
    urls = {
        "closed port": f"postgresql://u:hush@127.0.0.1:{free_port()}/relance",
        "wrong password": login.render_as_string(hide_password=False),
        "no database file": f"sqlite:///{tmp_path / 'notes.txt'}",
        "no folder": f"sqlite:///{tmp_path / 'notes.txt' / 'ledger.sqlite'}",
    }
    (tmp_path / "notes.txt").write_text("These are notes and no database, long enough to be told apart." * 20)
    finding = await _found(_settings(tmp_path, ledger_url=urls[kind]), "Ledger")
    assert finding.verdict is Verdict.FAILED
    assert "hush" not in _told(finding)
    assert "DUNNING_LEDGER_URL" in _told(finding)


async def test_no_mail_server_is_a_warning(tmp_path: Path) -> None:
    """Where none is set, the doctor says what cannot work and which variable sets it."""
    finding = await _found(_settings(tmp_path), "Mail server")
    assert finding.verdict is Verdict.WARNING
    assert "DUNNING_SMTP_HOST" in _told(finding)


async def test_a_mail_server_that_is_away_is_told(tmp_path: Path) -> None:
    """A closed port is named with host and port."""
    port = free_port()
    settings = _settings(tmp_path, smtp_host="127.0.0.1", smtp_port=port, smtp_security=SmtpSecurity.NONE)
    finding = await _found(settings, "Mail server")
    assert finding.verdict is Verdict.FAILED
    assert f"127.0.0.1:{port}" in finding.words


async def test_a_wrong_password_is_told_without_it(tmp_path: Path) -> None:
    """The login is tried, and the password stays out of the words."""
    login = SinkLogin(username="relance", password=SecretStr("right"))
    async with SmtpSink(login=login) as sink:
        settings = _settings(
            tmp_path,
            smtp_host=sink.host,
            smtp_port=sink.port,
            smtp_security=SmtpSecurity.NONE,
            smtp_username="relance",
            smtp_password=SecretStr("hush"),
        )
        finding = await _found(settings, "Mail server")
        assert not sink.messages
    assert finding.verdict is Verdict.FAILED
    assert "refused our login" in finding.words
    assert "hush" not in _told(finding)


async def test_a_service_that_never_answers_is_given_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Something that accepts the connection and stays silent does not hold up the examination."""
    monkeypatch.setattr(runtime.doctor, "_PATIENCE_SECONDS", 3.0)

    async def silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(5)
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    settings = _settings(
        tmp_path,
        smtp_host="127.0.0.1",
        smtp_port=server.sockets[0].getsockname()[1],
        smtp_security=SmtpSecurity.NONE,
    )
    findings = {finding.name: finding for finding in await examine(settings, _TODAY)}
    server.close()
    finding = findings["Mail server"]
    assert finding.verdict is Verdict.FAILED
    assert "no answer within 3 s" in finding.words


async def test_a_key_that_stripe_does_not_know_is_told(sandbox: StripeSandbox, tmp_path: Path) -> None:
    """The key is tried against Stripe, and stays out of the words."""
    settings = _settings(tmp_path, stripe_api_key=SecretStr("sk_test_hush"), stripe_api_base=sandbox.address)
    finding = await _found(settings, "Stripe")
    assert finding.verdict is Verdict.FAILED
    assert "DUNNING_STRIPE_API_KEY" in _told(finding)
    assert "hush" not in _told(finding)


async def test_stripe_away_is_told(tmp_path: Path) -> None:
    """A closed port is a failure with what to check."""
    settings = _settings(
        tmp_path,
        stripe_api_key=SecretStr(API_KEY),
        stripe_api_base=f"http://127.0.0.1:{free_port()}",
    )
    assert (await _found(settings, "Stripe")).verdict is Verdict.FAILED


async def test_a_key_without_webhook_secret_is_a_warning(sandbox: StripeSandbox, tmp_path: Path) -> None:
    """Payments would be taken and not heard of."""
    settings = _settings(tmp_path, stripe_api_key=SecretStr(API_KEY), stripe_api_base=sandbox.address)
    finding = await _found(settings, "Stripe")
    assert finding.verdict is Verdict.WARNING
    assert "DUNNING_STRIPE_WEBHOOK_SECRETS" in _told(finding)


async def test_a_faulty_policy_is_told_with_its_line(tmp_path: Path) -> None:
    """The words are those of the loader: file, line, field."""
    own = tmp_path / "policies"
    own.mkdir()
    text = (POLICY_FOLDER / "standard-business.yaml").read_text(encoding="utf-8")
    (own / "standard-business.yaml").write_text(text.replace("offset: 14", "offset: x"), encoding="utf-8")
    finding = await _found(_settings(tmp_path, policy_folder=own), "Policies")
    assert finding.verdict is Verdict.FAILED
    assert "steps[3].offset: must be a whole number" in finding.words


async def test_an_unknown_default_policy_is_told(tmp_path: Path) -> None:
    """The variable that picks it is named."""
    finding = await _found(_settings(tmp_path, default_policy="gentle"), "Policies")
    assert finding.verdict is Verdict.FAILED
    assert "DUNNING_DEFAULT_POLICY" in _told(finding)


async def test_a_faulty_template_is_told_with_file_and_line(tmp_path: Path) -> None:
    """A misspelt variable is found now, not when the first customer's message is due."""
    own = tmp_path / "templates"
    (own / "fr" / "email").mkdir(parents=True)
    name = "fr/email/reminder-1.j2"
    shutil.copy(CHECKOUT / "templates" / name, own / name)
    text = (own / name).read_text(encoding="utf-8")
    assert "(balance|" in text
    (own / name).write_text(text.replace("(balance|", "(ballance|", 1), encoding="utf-8")
    finding = await _found(_settings(tmp_path, template_folder=own), "Templates")
    assert finding.verdict is Verdict.FAILED
    assert "reminder-1.j2" in finding.words
    assert "ballance" in finding.words


async def test_a_missing_template_folder_is_told(tmp_path: Path) -> None:
    """The folder and its variable are named."""
    finding = await _found(_settings(tmp_path, template_folder=tmp_path / "nowhere"), "Templates")
    assert finding.verdict is Verdict.FAILED
    assert "DUNNING_TEMPLATE_FOLDER" in _told(finding)


async def test_a_faulty_creditor_file_is_told_with_its_line(tmp_path: Path) -> None:
    """A mistyped IBAN is found before a customer pays to it."""
    settings = _settings(tmp_path)
    text = settings.creditor_file.read_text(encoding="utf-8")
    settings.creditor_file.write_text(text.replace("7890 189", "7890 198"), encoding="utf-8")
    finding = await _found(settings, "Creditors")
    assert finding.verdict is Verdict.FAILED
    assert "creditors[0].iban" in finding.words


async def test_a_missing_creditor_file_is_told(tmp_path: Path) -> None:
    """The remedy is to copy the example."""
    finding = await _found(_settings(tmp_path, creditor_file=tmp_path / "none.yaml"), "Creditors")
    assert finding.verdict is Verdict.FAILED
    assert "examples/creditor.yaml" in _told(finding)


@pytest.mark.parametrize(
    ("host", "verdict"),
    [(None, Verdict.WARNING), ("127.0.0.1", Verdict.WARNING), ("smtp.invalid", Verdict.FAILED)],
)
async def test_the_invented_company_must_not_write_to_customers(
    tmp_path: Path, host: str | None, verdict: Verdict
) -> None:
    """The example serves to try things out; with a real mail server it would ask for money in vain."""
    settings = _settings(tmp_path, creditor_file=EXAMPLE_FILE, smtp_host=host)
    finding = await _found(settings, "Creditors")
    assert finding.verdict is verdict
    assert "invented company" in finding.words


@pytest.mark.parametrize(("answer", "words"), [("", "it is not known"), ("false", "state no penalties")])
async def test_the_terms_of_sale_are_asked_about(tmp_path: Path, answer: str, words: str) -> None:
    """Until someone answers that terms and invoices state the penalties, the doctor asks."""
    settings = _settings(tmp_path)
    text = settings.creditor_file.read_text(encoding="utf-8")
    text = text.replace("terms_state_penalties: true", f"terms_state_penalties: {answer}")
    settings.creditor_file.write_text(text, encoding="utf-8")
    finding = await _found(settings, "Terms of sale")
    assert finding.verdict is Verdict.WARNING
    assert words in finding.words


def test_a_semester_without_rates_is_named() -> None:
    """In January the rates of the autumn no longer do, and the doctor says which half-year is missing."""
    finding = check_rates(load_rates(), date(2030, 2, 1))
    assert finding.verdict is Verdict.WARNING
    assert "2030-S1" in finding.words
    assert "law/fr-rates.yaml" in _told(finding)


def test_the_last_day_with_a_rate_is_named() -> None:
    """One missing figure is enough for interest to stop the day before its half-year."""
    known: dict[str, Any] = {"source": "a text", "seen_on": _TODAY}
    rates = RateTable(
        semesters=(
            SemesterRates(semester=Semester(year=2025, half=2), ecb=Decimal(2), legal=Decimal(3), **known),
            SemesterRates(semester=Semester(year=2026, half=1), ecb=Decimal(2), **known),
        )
    )
    finding = check_rates(rates, _TODAY)
    assert "2026-S1 is missing" in finding.words
    assert "up to 2025-12-31 only" in finding.words


async def test_unreadable_rates_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A damaged file of the law is a finding."""

    def damaged() -> None:
        raise LawFileError("fr-rates.yaml", ["is not YAML"])

    monkeypatch.setattr(runtime.checks_files, "load_rates", damaged)
    finding = await _found(_settings(tmp_path), "Legal rates")
    assert finding.verdict is Verdict.FAILED
    assert "fr-rates.yaml" in finding.words


async def test_a_check_that_breaks_hides_no_other(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A mistake of ours in one check is a finding with its name, beside all the others."""

    def breaks(_url: str) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(runtime.doctor, "check_ledger", breaks)
    findings = {finding.name: finding for finding in await examine(_settings(tmp_path), _TODAY)}
    assert findings["Ledger"].verdict is Verdict.FAILED
    assert "ZeroDivisionError" in findings["Ledger"].words
    assert "Policies" in findings


def test_the_worst_finding_decides() -> None:
    """One failure outweighs any number of warnings; nothing found is ok."""
    ok, warning, failed = (Finding(name="x", verdict=verdict, words="") for verdict in Verdict)
    assert worst([]) is Verdict.OK
    assert worst([ok, warning]) is Verdict.WARNING
    assert worst([warning, failed, ok]) is Verdict.FAILED
