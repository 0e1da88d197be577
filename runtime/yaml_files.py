"""YAML files that people write, read so that each fault can name file, line and field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from runtime.configuration_error import ConfigurationError

CHECKOUT = Path(__file__).resolve().parent.parent
_NULL = "tag:yaml.org,2002:null"

Place = tuple[str | int, ...]
"""The way to a value: keys of mappings and positions in lists."""


@dataclass(frozen=True)
class YamlFile:
    """The content of one file, and the line of each of its values."""

    name: str
    """How errors call the file."""
    data: Any
    """Mappings, lists, strings and None: a figure stays the text that was written, so 2.10 keeps its zero."""
    lines: Mapping[Place, int]
    """First line is 1; of a mapping's value, the line of its key."""

    def fault(self, place: Place, words: str) -> str:
        """One sentence with its place: ``x.yaml, line 12, steps[3].offset: is missing``."""
        known = next(place[:length] for length in range(len(place), -1, -1) if place[:length] in self.lines)
        field = field_name(place)
        return f"{self.name}, line {self.lines[known]}{f', {field}' if field else ''}: {words}"

    def at(self, place: Place) -> Any:
        """The value at a place; None where there is none."""
        data = self.data
        for part in place:
            try:
                data = data[part]
            except (KeyError, IndexError, TypeError):
                return None
        return data


def field_name(place: Place) -> str:
    """Write a place as people do: ``steps[3].offset``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")


def display_name(path: Path) -> str:
    """How errors call a file: its way from the checkout, or its whole path outside of it."""
    absolute = path.resolve()
    return str(absolute.relative_to(CHECKOUT) if absolute.is_relative_to(CHECKOUT) else path)


def read_yaml(path: Path) -> YamlFile:
    """Read one file.

    Raises:
        ConfigurationError: it cannot be read, is no YAML, or is written in a way that cannot be meant.
    """
    name = display_name(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            [f"{name}: is not UTF-8 text (byte {error.start + 1}); save it as UTF-8"]
        ) from error
    except OSError as error:
        raise ConfigurationError([f"{name}: cannot be read: {error.strerror or error}"]) from error
    return parse_yaml(text, name)


def parse_yaml(text: str, name: str) -> YamlFile:
    """Read YAML that stands in a file of this name.

    Raises:
        ConfigurationError: no YAML, nothing in it, a key written twice in one mapping, or an alias.
    """
    try:
        root = YAML(typ="base", pure=True).compose(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = " ".join(filter(None, (error.problem, error.context)))
        raise ConfigurationError([f"{name}, line {line}: is not YAML: {problem}"]) from error
    except YAMLError as error:
        raise ConfigurationError([f"{name}: is not YAML: {' '.join(str(error).split())}"]) from error
    if root is None:
        raise ConfigurationError([f"{name}: is empty"])
    reading = _Reading(name)
    data = reading.value(root, (), root.start_mark.line + 1)
    if reading.faults:
        raise ConfigurationError(reading.faults)
    return YamlFile(name, data, reading.lines)


class _Reading:
    """One walk over a composed document."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Place, int] = {}
        self.faults: list[str] = []
        self._seen: set[int] = set()

    def value(self, node: Node, place: Place, line: int) -> Any:
        self.lines[place] = line
        # An alias brings the same node again, perhaps within itself.
        if id(node) in self._seen:
            self._fault(place, line, "aliases (*name) are not read here: write the value out")
            return None
        self._seen.add(id(node))
        if isinstance(node, MappingNode):
            return dict(self._items(node, place))
        if isinstance(node, SequenceNode):
            return [
                self.value(child, (*place, index), child.start_mark.line + 1)
                for index, child in enumerate(node.value)
            ]
        return None if node.tag == _NULL else node.value

    def _items(self, node: MappingNode, place: Place) -> Iterator[tuple[str, Any]]:
        for key, child in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, ScalarNode):
                self._fault(place, line, "a key must be a word, not a list or mapping")
                continue
            here = (*place, key.value)
            if here in self.lines:
                self._fault(here, line, f"stands here a second time; the first is in line {self.lines[here]}")
                continue
            yield key.value, self.value(child, here, line)

    def _fault(self, place: Place, line: int, words: str) -> None:
        field = field_name(place)
        self.faults.append(f"{self.name}, line {line}{f', {field}' if field else ''}: {words}")
