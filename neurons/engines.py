"""Which engine runs which layers: "loops", "unrolled" and "numpy" by name, and what "auto" means."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from neurons.errors import NeuronsError
from neurons.layer import Layer
from neurons.text import show

if TYPE_CHECKING:
    from neurons.training.engine import Engine

LOOPS_UP_TO = 1000  # parameters: one example takes the loops about 0.3 ms there
ENGINES = ("loops", "numpy", "unrolled")


def chosen_engine(engine: str, dtype: Any, sizes: list[int], can_use_arrays: bool) -> tuple[str, Any]:
    """(engine, dtype) for a model of these sizes: "auto" takes arrays for a large one that can use them."""
    if engine not in ("auto", *ENGINES):
        raise NeuronsError(f'engine must be "auto", "loops", "unrolled" or "numpy" but got {show(engine)}')
    if engine == "auto":
        num_parameters = sum((sizes[i] + 1) * sizes[i + 1] for i in range(len(sizes) - 1))
        on_arrays = num_parameters > LOOPS_UP_TO and can_use_arrays
        engine, dtype = ("numpy", dtype or "float32") if on_arrays else ("loops", dtype)
    if engine != "numpy" and dtype is not None:
        raise NeuronsError(f"dtype is for models on arrays; these have Python's floats, but got dtype {show(dtype)}")
    return engine, dtype


def layer_maker(engine: str, dtype: Any) -> Callable[..., Any]:
    """What makes the layers that this engine runs."""
    if engine != "numpy":
        return Layer
    from neurons.arrays.layer import VectorLayer

    return partial(VectorLayer, dtype=dtype or "float64")


def engine_for(layers: list[Any], engine: str) -> "Engine":
    """The `Engine` of this name; `NeuronsError` where it cannot run these layers."""
    check_engine_fits(layers, engine)
    if engine == "numpy":
        from neurons.arrays.engine import ARRAYS

        return ARRAYS
    if engine == "unrolled":
        from neurons.unrolled.engine import UNROLLED

        return UNROLLED
    from neurons.training.loops import LOOPS

    return LOOPS


def check_engine_fits(layers: list[Any], engine: str) -> None:
    """Raise unless this engine is for layers of this kind, of neurons or of arrays."""
    if engine not in ENGINES:
        raise NeuronsError(f'engine must be "loops", "unrolled" or "numpy" but got {show(engine)}')
    if (engine == "numpy") != is_of_arrays(layers[0]):
        other = (
            "model.vectorised() makes one of arrays" if engine == "numpy" else "model.as_neurons() makes one of neurons"
        )
        raise NeuronsError(f'engine="{engine}" cannot run a {type(layers[0]).__name__}: {other}')


def is_layer(layer: Any) -> bool:
    """True for a layer of neurons or of arrays."""
    return isinstance(layer, Layer) or is_of_arrays(layer)


def is_of_arrays(layer: Any) -> bool:
    """True for a `VectorLayer`, asked without importing NumPy."""
    return any(kind.__module__ == "neurons.arrays.layer" for kind in type(layer).__mro__)
