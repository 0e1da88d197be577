"""Files of claims for the tests of `claim`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

BASE = {
    "invoice": "F-1",
    "kind": "business",
    "amount": "1200.00",
    "issue_date": "2025-05-01",
    "due_date": "2025-05-31",
}
PAID_IN_AUGUST = {"payments": [{"date": "2025-08-15", "amount": "1200.00"}]}
AUGUST = ("--as-of", "2025-08-15")
HEADER = (
    "number;customer_id;customer_name;customer_kind;amount;currency;issue_date;due_date;paid;settled_date;"
    "credited_number"
)


def claim_file(folder: Path, content: Any) -> Path:
    """A JSON file of this content; text is written as it stands."""
    path = folder / "claim.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def portfolio(folder: Path, *rows: str) -> Path:
    """A CSV of these rows."""
    path = folder / "invoices.csv"
    path.write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8")
    return path
