"""The imports between the project's modules, read from the syntax tree, those under TYPE_CHECKING included.

`python -m tests.import_graph` prints modules, arrows and circles, and each room with its floor and whom it knows.
"""

import ast
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parent.parent
APPS = ("governance", "teams", "assessments")
Graph = Mapping[str, set[str]]


@dataclass(frozen=True)
class Imports:
    """Modules by dotted name, and whom each imports; a package stands for its `__init__`."""

    files: Mapping[str, Path]

    @classmethod
    def of(cls, root: Path = ROOT) -> Self:
        """Read every module of the apps but the migrations."""
        found = {}
        for app in APPS:
            for path in sorted((root / app).rglob("*.py")):
                parts = path.relative_to(root).with_suffix("").parts
                if "migrations" not in parts:
                    found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
        return cls(found)

    @cached_property
    def arrows(self) -> Graph:
        """Each module with the modules that it imports."""
        return {module: set(self._imported(module)) - {module} for module in self.files}

    def _imported(self, module: str) -> Iterable[str]:
        for node in ast.walk(ast.parse(self.files[module].read_text())):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                source = self._source(module, node)
                names = [f"{source}.{alias.name}" for alias in node.names]
            else:
                continue
            for name in names:
                while name and name not in self.files:
                    name = name.rpartition(".")[0]
                if name:
                    yield name

    def _source(self, module: str, node: ast.ImportFrom) -> str:
        """The absolute name of what stands behind `from`."""
        if not node.level:
            return node.module or ""
        package = module.split(".")
        if self.files[module].name != "__init__.py":
            package = package[:-1]
        package = package[: len(package) - node.level + 1]
        return ".".join([*package, node.module] if node.module else package)

    def rooms(self) -> Graph:
        """Each room with the rooms that it knows."""
        found: dict[str, set[str]] = defaultdict(set)
        for module, imported in self.arrows.items():
            found[room_of(module)] |= {room_of(name) for name in imported}
        return {room: known - {room} for room, known in found.items()}


def room_of(module: str) -> str:
    """The folder of a module, two levels deep; the module itself where it stands in the app's own folder."""
    return ".".join(module.split(".")[:2])


def circles(graph: Graph) -> list[list[str]]:
    """Groups of nodes that reach each other (strongly connected components of more than one), each sorted."""
    numbers: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    found = []

    def visit(node: str) -> None:
        numbers[node] = lowest[node] = len(numbers)
        path.append(node)
        for target in sorted(graph.get(node, ())):
            if target not in numbers:
                visit(target)
                lowest[node] = min(lowest[node], lowest[target])
            elif target in path:
                lowest[node] = min(lowest[node], numbers[target])
        if lowest[node] == numbers[node]:
            group = path[path.index(node) :]
            del path[path.index(node) :]
            if len(group) > 1:
                found.append(sorted(group))

    for node in sorted(graph):
        if node not in numbers:
            visit(node)
    return found


def floors(graph: Graph) -> dict[str, int]:
    """The floor of each node: one above the highest that it knows, 0 for those that know nobody. No circles."""
    found: dict[str, int] = {}

    def floor(node: str) -> int:
        if node not in found:
            found[node] = max((floor(target) + 1 for target in graph.get(node, ())), default=0)
        return found[node]

    for node in graph:
        floor(node)
    return found


def main() -> None:
    """Print the graph."""
    imports = Imports.of()
    rooms = imports.rooms()
    print(f"{len(imports.files)} modules, {sum(map(len, imports.arrows.values()))} imports between them")
    for name, graph in (("modules", imports.arrows), ("rooms", rooms)):
        rounds = circles(graph)
        print(f"{len(rounds)} circles of {name}" + "".join(f"\n  {' '.join(group)}" for group in rounds))
    print(f"{len(rooms)} rooms, {sum(map(len, rooms.values()))} arrows between them")
    if circles(rooms):
        return
    levels = floors(rooms)
    for room in sorted(rooms, key=lambda name: (-levels[name], name)):
        print(f"{levels[room]:3}  {room:32} {len(rooms[room]):3} rooms known")


if __name__ == "__main__":
    main()
