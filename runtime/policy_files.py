"""Reading the policies of a deployment: the user's own folder before ours, every fault with its line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from dunning.policy import Policy
from dunning.registers import PolicyRegister
from dunning.segments import SegmentTable
from runtime.configuration_error import ConfigurationError
from runtime.segment_files import SEGMENT_FILE, load_segments
from runtime.yaml_files import CHECKOUT, display_name, read_yaml
from runtime.yaml_models import unknown, validated

POLICY_FOLDER = CHECKOUT / "policies"
SCHEMA_FILE = POLICY_FOLDER / "policy.schema.json"
_ENDINGS = {".yaml", ".yml"}


def load_policies(folders: Sequence[Path], default: str) -> PolicyRegister:
    """Read every policy of the folders, and the segment table of the own folder if it has one.

    The table in our own folder is an example: it chooses nothing until it is copied into a folder of yours.

    Args:
        folders: in the order of their say: a policy of the first replaces one of the same name further on.
        default: name of the policy that applies where nothing else says so.

    Raises:
        ConfigurationError: with every fault of every file, each with file, line and field; also where
            a folder does not exist or the default policy is in none of them.
    """
    policies: dict[str, Policy] = {}
    faults: list[str] = []
    for folder in folders:
        # Within one folder a name stands once, because it is that of the file.
        for path in _files(folder, faults):
            try:
                policy = load_policy(path)
            except ConfigurationError as error:
                faults += error.faults
            else:
                policies.setdefault(policy.name, policy)
    if faults:
        raise ConfigurationError(faults)
    if default not in policies:
        raise ConfigurationError([_no_default(folders, default, policies)])
    return PolicyRegister(policies, default, _segments(folders, policies))


def load_policy(path: Path) -> Policy:
    """Read one policy.

    Raises:
        ConfigurationError: with every fault of the file, each with line and field.
    """
    file = read_yaml(path)
    policy = validated(Policy, file)
    if policy.name != path.stem:
        words = f"must be that of the file, {path.stem!r}, not {policy.name!r}"
        raise ConfigurationError([file.fault(("name",), words)])
    return policy


def policy_schema() -> dict[str, Any]:
    """The JSON Schema of a policy file, by which editors complete and check it while it is written."""
    schema = Policy.model_json_schema(mode="validation")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "Dunning policy",
    }


def _segments(folders: Sequence[Path], policies: dict[str, Policy]) -> SegmentTable | None:
    own = (folder for folder in folders if folder.resolve() != POLICY_FOLDER.resolve())
    tables = (folder / SEGMENT_FILE for folder in own)
    table = next((path for path in tables if path.is_file()), None)
    return load_segments(table, policies) if table else None


def _files(folder: Path, faults: list[str]) -> Iterator[Path]:
    if not folder.is_dir():
        faults.append(f"{display_name(folder)}: there is no such folder of policies")
        return
    found: dict[str, Path] = {}
    candidates = (path for path in folder.iterdir() if path.suffix in _ENDINGS and path.name != SEGMENT_FILE)
    for path in sorted(candidates):
        if path.stem in found:
            faults.append(f"{display_name(path)}: {found[path.stem].name} has the same name; keep one")
        found[path.stem] = path
        yield path


def _no_default(folders: Sequence[Path], default: str, policies: dict[str, Policy]) -> str:
    searched = ", ".join(display_name(folder) for folder in folders)
    if not policies:
        return f"default policy {default!r}: there is no policy at all in {searched or 'any folder'}"
    return f"default policy: {default!r} {unknown(default, sorted(policies), f'policy in {searched}')}"
