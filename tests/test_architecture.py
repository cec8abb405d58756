"""The house: every module lives in a room, and imports run one way (docs/architecture.md)."""

import ast
import importlib
import pkgutil
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from types import ModuleType

import pytest

import artlib

PACKAGE = Path(artlib.__file__).parent
LOOSE = {"__init__", "__main__", "_version", "errors"}
STAGES = ("collect", "sort", "training", "evaluation", "prediction", "tracing", "doctor")
# a room may import those of the floors below it, and its own modules
FLOORS = [
    ("_version", "errors"),
    ("images", "similarity"),
    ("workspace",),
    ("answers", "indexing"),
    ("backbones",),
    ("inference",),
    ("statistics",),
    ("recogniser",),
    ("plots",),
    ("pages",),
    STAGES,
    ("__init__",),
    ("cli",),
    ("__main__",),
]
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
ALLOWED_BESIDE = {("prediction", "tracing")}  # a verdict's first door is whether the picture is a copy


def name_of(file: Path) -> str:
    """The module in a file, without the leading "artlib." """
    return ".".join(file.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")


MODULES = {name_of(file): file for file in PACKAGE.rglob("*.py")}
PACKAGES = [name for name, file in MODULES.items() if file.name == "__init__.py"]


def room_of(module: str) -> str:
    return module.partition(".")[0]


def imports_of(module: str) -> set[str]:
    """The modules of artlib that a module imports anywhere, in functions and for type checking too."""
    found = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    inside = {name.removeprefix("artlib.") if name != "artlib" else "__init__" for name in found if is_own(name)}
    return {resolved(name) for name in inside}


def is_own(name: str) -> bool:
    return name.partition(".")[0] == "artlib"


def resolved(name: str) -> str:
    """The module that an imported name is, or stands in; of a name in artlib itself the package."""
    while name not in MODULES:
        name = name.rpartition(".")[0] or "__init__"
    return name


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_run_one_way(module: str) -> None:
    here = room_of(module)
    climbing = [
        other
        for other in imports_of(module)
        if room_of(other) != here
        and FLOOR[room_of(other)] >= FLOOR[here]
        and (here, room_of(other)) not in ALLOWED_BESIDE
    ]
    assert climbing == []


@pytest.mark.parametrize("module", [module for module in sorted(MODULES) if room_of(module) in STAGES])
def test_no_stage_imports_another(module: str) -> None:
    others = {room_of(other) for other in imports_of(module)} & set(STAGES) - {room_of(module)}
    assert {(room_of(module), other) for other in others} <= ALLOWED_BESIDE


def test_no_circle() -> None:
    # a package's __init__ only hands out names of its modules: who imports such a name imports the module
    graph = {module: imports_of(module) - {module} for module in MODULES if module not in PACKAGES}
    graph |= {package: {name for name in imports_of(package) if name != package} for package in PACKAGES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"modules import each other in a circle: {error.args[1]}")


def test_every_module_has_a_room() -> None:
    assert {module for module in MODULES if "." not in module and module not in PACKAGES} | {"__init__"} == LOOSE


def test_every_room_has_a_floor() -> None:
    assert {room_of(module) for module in MODULES} <= set(FLOOR)


@pytest.mark.parametrize("package", ["", *[name for name in PACKAGES if name != "__init__"]])
def test_no_function_hides_a_module_of_its_name(package: str) -> None:
    imported = importlib.import_module(f"artlib.{package}".rstrip("."))
    for module in pkgutil.iter_modules(imported.__path__):
        if module.name != "__main__":
            importlib.import_module(f"{imported.__name__}.{module.name}")
            assert isinstance(getattr(imported, module.name), ModuleType), module.name


@pytest.mark.parametrize("module", sorted(MODULES))
def test_no_module_is_longer_than_250_lines(module: str) -> None:
    assert len(MODULES[module].read_text(encoding="utf-8").splitlines()) <= 250
