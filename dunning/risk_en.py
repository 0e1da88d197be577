"""The English phrases of how a customer pays."""

from __future__ import annotations

RISK_ENGLISH: dict[str, str] = {
    "risk.average": "{average} late on average",
    "risk.class.high": "high",
    "risk.class.low": "low",
    "risk.class.medium": "medium",
    "risk.class.new": "new customer",
    "risk.few": "too few for a habit: judged like the other customers",
    "risk.improving": "improving: {recent} over the last {count} invoices, {earlier} before",
    "risk.no_history": "nothing settled so far: judged like the other customers",
    "risk.paid_late": "{late} of {settled} invoice(s) paid late",
    "risk.paid_on_time": "{settled} invoice(s) settled, all on time",
    "risk.worsening": "ever later: {recent} over the last {count} invoices, {earlier} before",
}
