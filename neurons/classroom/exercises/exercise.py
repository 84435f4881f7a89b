"""An exercise: a folder with a task, its solution and how it is probed; and where the exercises of the course are."""

import os
import re
from functools import cached_property, lru_cache
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType

from neurons import NeuronsError
from neurons.classroom.sandbox.student import Limits

BUILT_IN = os.path.dirname(os.path.abspath(__file__))
PARTS = ("stub.py", "solution.py", "lesson.md", "hints.md", "probes.py")


class LeavesNothing(SourceFileLoader):
    """Loads a file without a __pycache__ beside it: a teacher's own exercises lie in the student's folder."""

    def set_data(self, *_: object, **__: object) -> None:
        """Called with the compiled file, to write it down."""


class Exercise:
    """One exercise: a folder with stub.py, solution.py, lesson.md, hints.md (three, parted by ---), probes.py.

    probes.py has a function `probes(student, rng)`, which yields `events`. It runs here, in the parent; `student`
    stands for the student's file. `LIMITS`, if it is there, are the `Limits` of a run; `ONE_RUN = True` says that a
    run takes long: it is made once, with the numbers that the seed draws; `diagnosis(student, name)` returns the
    `Diagnosis` of a wrong answer, where `name` is what differed first. Two files more may be there: slips.py names the
    commonest wrong answers (see `slips`), passed.md says after passing what one has done and what comes next.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.name = os.path.basename(os.path.abspath(folder))  # 06_weight_gradients
        self.number, _, title = self.name.partition("_")
        self.title = title.replace("_", " ")
        self.heading = f"{self.number} {self.title}"
        missing = [part for part in PARTS if not os.path.isfile(os.path.join(folder, part))]
        if missing:
            raise NeuronsError(f"{folder} is not an exercise folder: {', '.join(missing)} is missing")

    def path(self, part: str) -> str:
        """The path of one of its files."""
        return os.path.join(self.folder, part)

    def text(self, part: str) -> str:
        """The text of one of its files."""
        with open(self.path(part), encoding="utf-8") as file:
            return file.read()

    @property
    def passed(self) -> str:
        """What one has done after passing it, and what comes next; empty where passed.md is missing."""
        return self.text("passed.md").strip() if os.path.isfile(self.path("passed.md")) else ""

    @property
    def hints(self) -> list[str]:
        """Three hints: a question, the formula in words, the lines of code."""
        return [hint.strip() for hint in self.text("hints.md").split("\n---\n")]

    @cached_property
    def module(self) -> ModuleType:
        """probes.py, loaded."""
        return self.loaded("probes.py")

    @cached_property
    def slips_module(self) -> ModuleType | None:
        """slips.py, loaded; None where there is none."""
        return self.loaded("slips.py") if os.path.isfile(self.path("slips.py")) else None

    def loaded(self, part: str) -> ModuleType:
        """One of its files as a module."""
        name, path = f"neurons_exercise_{self.name}_{part[:-3]}", self.path(part)
        spec = spec_from_file_location(name, path, loader=LeavesNothing(name, path))
        module = module_from_spec(spec)  # type: ignore[arg-type]
        spec.loader.exec_module(module)  # type: ignore[union-attr]
        return module

    @property
    def takes_long(self) -> bool:
        """True if a run takes long: it is made once, with the numbers that the seed draws."""
        return bool(getattr(self.module, "ONE_RUN", False))

    @property
    def limits(self) -> Limits:
        """What a run may take."""
        limits: Limits = getattr(self.module, "LIMITS", Limits())
        return limits

    def __repr__(self) -> str:
        return f"Exercise {self.name}"


@lru_cache
def exercises(folder: str = BUILT_IN) -> tuple[Exercise, ...]:
    """The exercises in a folder, by their numbers; the seventeen of the course if none is named."""
    names = [name for name in sorted(os.listdir(folder)) if re.match(r"\d+_\w+$", name)]
    return tuple(Exercise(os.path.join(folder, name)) for name in names)
