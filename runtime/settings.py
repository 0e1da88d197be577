"""What `DUNNING_*` variables configure: each setting with its meaning, its default and an example."""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from providers.smtp import SmtpSecurity, SmtpSettings
from providers.stripe_pages import StripeSettings
from runtime.setting_values import ApiKeys, CheckoutPath, DatabaseUrl, StripeKey, WebAddress, WebhookSecrets
from runtime.yaml_files import CHECKOUT


class LogLevel(StrEnum):
    """What the log tells."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Settings(BaseSettings):
    """All settings of a deployment but the connection to Temporal, which reads `TEMPORAL_*`.

    Build it with `load_settings`, whose errors are written for people; in tests build it from keywords.
    """

    model_config = SettingsConfigDict(
        env_prefix="DUNNING_",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    ledger_url: DatabaseUrl = Field(
        default=f"sqlite:///{CHECKOUT / 'var' / 'ledger.sqlite'}",
        repr=False,
        description="Database of the books: SQLite for one machine, PostgreSQL for several.",
        examples=["postgresql://relance:secret@db.example.com/relance"],
    )
    creditor_file: CheckoutPath = Field(
        default=CHECKOUT / "examples" / "creditor.yaml",
        description="Who is owed: name, address, bank account, office hours. "
        "The example is an invented company.",
        examples=["creditor.yaml"],
    )
    policy_folder: CheckoutPath | None = Field(
        default=None,
        description="Folder with dunning policies of your own; one of the same name replaces ours.",
        examples=["/etc/relance/policies"],
    )
    default_policy: str = Field(
        default="standard-business",
        min_length=1,
        description="Policy of the invoices for which nothing else says so.",
        examples=["standard-business"],
    )
    template_folder: CheckoutPath | None = Field(
        default=None,
        description="Folder with templates of your own, laid out as ours; one of the same name wins.",
        examples=["/etc/relance/templates"],
    )
    documents_folder: CheckoutPath = Field(
        default=CHECKOUT / "var" / "documents",
        description="Folder of the invoice copies; the document of an invoice is a file name in it.",
        examples=["/srv/invoices"],
    )
    public_url: WebAddress | None = Field(
        default=None,
        description="Address at which customers reach the web app, for links to the pay page. "
        "Without it messages carry a Stripe payment link.",
        examples=["https://pay.example.com"],
    )
    payments_by_file: bool = Field(
        default=False,
        description="Whether payments come in as bank files. Contacts then wait while the last file is older "
        "than two business days.",
        examples=["true"],
    )

    smtp_host: str | None = Field(
        default=None,
        description="Mail server. Without it no e-mail can be sent.",
        examples=["smtp.example.com"],
    )
    smtp_port: int = Field(
        default=587,
        ge=1,
        le=65535,
        description="Port of the mail server: 587, or 465 for tls.",
        examples=["587"],
    )
    smtp_security: SmtpSecurity = Field(
        default=SmtpSecurity.STARTTLS,
        description="Encryption of the line: starttls, tls, or none for a server on this machine.",
        examples=["starttls"],
    )
    smtp_username: str | None = Field(
        default=None,
        description="Login at the mail server, where it asks for one.",
        examples=["relance@example.com"],
    )
    smtp_password: SecretStr | None = Field(
        default=None, description="Password of that login.", examples=["correct-horse"]
    )
    smtp_ca_file: CheckoutPath | None = Field(
        default=None,
        description="Certificate authority of the mail server (PEM), where the system does not know it.",
        examples=["/etc/relance/mail-ca.pem"],
    )

    stripe_api_key: StripeKey | None = Field(
        default=None,
        description="Secret or restricted key of Stripe. Without it messages offer transfer and cheque only.",
        examples=["rk_live_…"],
    )
    stripe_webhook_secrets: WebhookSecrets = Field(
        default=(),
        description="Signing secrets of the webhook endpoint, separated by commas: two while one is rotated.",
        examples=["whsec_new…,whsec_old…"],
    )
    stripe_api_base: WebAddress = Field(
        default="https://api.stripe.com",
        description="Address of Stripe's API; another one only for a sandbox.",
        examples=["http://127.0.0.1:12111"],
    )

    web_host: str = Field(
        default="127.0.0.1",
        min_length=1,
        description="Address that the web app listens on; put a proxy with TLS before it.",
        examples=["0.0.0.0"],  # noqa: S104 - shown to people, not listened on
    )
    web_port: int = Field(
        default=8080,
        ge=0,
        le=65535,
        description="Port of the web app; 0 takes any free one.",
        examples=["8080"],
    )
    api_keys: ApiKeys = Field(
        default=(),
        description="Keys that a billing system shows to the API, separated by commas, each of 24 characters "
        "or more (openssl rand -hex 24). Without one the API refuses everybody.",
        examples=["3f9c…"],
    )

    worker_concurrency: int = Field(
        default=20,
        ge=1,
        le=1000,
        description="Activities (e-mails, plans) that one worker process carries out at the same time.",
        examples=["20"],
    )
    log_level: Annotated[LogLevel, BeforeValidator(lambda value: str(value).lower())] = Field(
        default=LogLevel.INFO,
        description="What the log tells: debug, info, warning or error.",
        examples=["info"],
    )

    @model_validator(mode="after")
    def _providers_can_be_built(self) -> Self:
        _ = self.smtp
        return self

    @property
    def policy_folders(self) -> tuple[Path, ...]:
        """Where policies are looked for: the own folder before ours."""
        return _own_before_ours(self.policy_folder, "policies")

    @property
    def template_folders(self) -> tuple[Path, ...]:
        """Where templates are looked for: the own folder before ours."""
        return _own_before_ours(self.template_folder, "templates")

    @cached_property
    def smtp(self) -> SmtpSettings | None:
        """How to reach the mail server; none is configured without a host."""
        if self.smtp_host is None:
            return None
        return SmtpSettings(
            host=self.smtp_host,
            port=self.smtp_port,
            security=self.smtp_security,
            username=self.smtp_username,
            password=self.smtp_password,
            ca_file=self.smtp_ca_file,
        )

    @cached_property
    def stripe(self) -> StripeSettings | None:
        """How to reach Stripe; none is configured without a key."""
        if self.stripe_api_key is None:
            return None
        return StripeSettings(
            api_key=self.stripe_api_key,
            api_base=self.stripe_api_base,
            webhook_secrets=self.stripe_webhook_secrets,
        )


def _own_before_ours(own: Path | None, ours: str) -> tuple[Path, ...]:
    return tuple(folder for folder in (own, CHECKOUT / ours) if folder is not None)
