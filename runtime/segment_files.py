"""Reading the segment table, every fault with its line."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from dunning.segments import Segment, SegmentTable
from runtime.configuration_error import ConfigurationError
from runtime.yaml_files import YamlFile, read_yaml
from runtime.yaml_models import unknown, validated

SEGMENT_FILE = "segments.yaml"
"""Name of the table, in a folder of policies."""


def load_segments(path: Path, policies: Collection[str]) -> SegmentTable:
    """Read a segment table.

    Args:
        path: the file.
        policies: names of the policies that there are.

    Raises:
        ConfigurationError: with every fault, each with file, line and field; also where a row names a
            policy that does not exist, or two rows have one name.
    """
    file = read_yaml(path)
    table = validated(SegmentTable, file)
    faults = list(_faults(file, table.segments, policies))
    if faults:
        raise ConfigurationError(faults)
    return table


def _faults(file: YamlFile, rows: tuple[Segment, ...], policies: Collection[str]) -> Iterator[str]:
    seen: set[str] = set()
    for index, row in enumerate(rows):
        if row.segment in seen:
            yield file.fault(("segments", index, "segment"), f"{row.segment!r} is the name of a row above")
        seen.add(row.segment)
        if row.policy not in policies:
            words = f"{row.policy!r} {unknown(row.policy, sorted(policies), 'policy')}"
            yield file.fault(("segments", index, "policy"), words)
