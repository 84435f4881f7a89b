"""Data of ours for a program that has none: four examples, in each of the forms in which programs take them."""

import ast
import random

DATA = {  # what our data is called, and how it is made of rows
    "x_rows": "_array({x})",
    "y_rows": "_array({y})",
    "x_lists": "{x}",
    "y_lists": "{y}",
    "x_vector": "_array({x}[0])",
    "y_vector": "_array({y}[0])",
    "x_list": "{x}[0]",
    "y_list": "{y}[0]",
    "x_columns": "_array({x}).T.copy()",
    "y_columns": "_array({y}).T.copy()",
    "x_column": "_array({x}[:1]).T.copy()",
    "y_column": "_array({y}[:1]).T.copy()",
    "x_stack": "_array({x}).reshape(4, -1, 1)",
    "y_stack": "_array({y}).reshape(4, -1, 1)",
    "y_flat": "_array({y})[:, 0].copy()",
    "y_number": "{y}[0][0]",
    "y_classes": "_array([0, 1, 1, 0])",
    "xy_pairs": "[(list(a), list(b)) for a, b in zip({x}, {y})]",
    "xy_columns": "[(_array(a).reshape(-1, 1), _array(b).reshape(-1, 1)) for a, b in zip({x}, {y})]",
    "sizes_": "[{inputs}, 4, {outputs}]",
    "hidden_": "4",
    "outputs_": "{outputs}",
    "labelled_rows": "[[*a, c] for a, c in zip({x}, [0, 1, 1, 0])]",
}
FORMS = (
    ("x_rows", "y_rows"),
    ("x_lists", "y_lists"),
    ("x_vector", "y_vector"),
    ("x_list", "y_list"),
    ("x_columns", "y_columns"),
    ("x_column", "y_column"),
    ("x_stack", "y_stack"),
    ("x_rows", "y_flat"),
    ("x_vector", "y_number"),
    ("x_list", "y_number"),
    ("x_rows", "y_classes"),
    ("x_columns", "y_classes"),
)
PAIR_FORMS = ("xy_pairs", "xy_columns", "labelled_rows")


def data_text(call: str, inputs: int, outputs: int) -> str:
    """Statements that make the data which a call names: four examples; data of calls before, which it does not, go."""
    rng = random.Random(3)
    rows = [[round(rng.uniform(-1.0, 1.0), 3) for _ in range(inputs)] for _ in range(4)]
    labels = [[round(rng.uniform(0.1, 0.9), 3) for _ in range(outputs)] for _ in range(4)]
    used = {node.id for node in ast.walk(ast.parse(call)) if isinstance(node, ast.Name)}
    lines = [
        f"{name} = {text.format(x=rows, y=labels, inputs=inputs, outputs=outputs)}"
        for name, text in DATA.items()
        if name in used
    ]
    lines.insert(0, f"[globals().pop(name, None) for name in {sorted(DATA.keys() - used)}]")
    if "_array(" in "".join(lines):
        lines.insert(0, "from numpy import array as _array")
    return "\n".join(lines)
