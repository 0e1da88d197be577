"""The search attributes by which operators find cases; nothing personal."""

from __future__ import annotations

from temporalio.common import SearchAttributeKey

STATUS = SearchAttributeKey.for_keyword("DunningStatus")
LEVEL = SearchAttributeKey.for_int("DunningLevel")
NEXT_ACTION_AT = SearchAttributeKey.for_datetime("DunningNextActionAt")
CUSTOMER = SearchAttributeKey.for_keyword("DunningCustomer")

ALL = (STATUS, LEVEL, NEXT_ACTION_AT, CUSTOMER)
"""All that a namespace must know before the first run."""
