"""Inputs put into another order, and labels that stay where they are: each step is right, for the wrong pair."""

import ast
from collections.abc import Iterator
from typing import Any, NamedTuple

from neurons.classroom.programs.numbers.lines import Line
from neurons.classroom.programs.text.names import INPUTS, LABELS, STEP, is_like
from neurons.classroom.programs.text.one_object import are_one
from neurons.classroom.programs.text.program import Program
from neurons.classroom.programs.text.slices import assigned, is_name, last_part, loaded, nodes_in

STEPS = rf"{STEP}|^_*(fit|train|learn|back)"
ORDERS = "permutation", "permuted"  # what makes a new order
SEEDS = "seed", "set_state", "setstate", "RandomState", "default_rng", "Random"  # what makes it come again
STAYS = (
    "The rows of `{}` are put into another order, and those of `{}` stay where they are. Which label has each"
    " example from then on?"
)
ANOTHER = (
    "The rows of `{}` and those of `{}` are put into new orders, each into one of its own. Which label has each"
    " example from then on?"
)


class Mixed(NamedTuple):
    """What is put into another order, what is used beside it and is not, or into a third, and where."""

    name: str
    other: str
    line: Line
    told: str = STAYS

    @property
    def sentence(self) -> str:
        """What was done with them, in words."""
        return self.told.format(self.name, self.other)


class Moved(NamedTuple):
    """What is put into a new order, in which line; the order, and who draws it."""

    value: Any
    line: int
    order: str
    drawn_by: str


def mixed_up(program: Program) -> Mixed | None:
    """Inputs or labels that are put into another order than the others beside them; or None."""
    trees = {file: ast.parse(text) for file, text in program.texts.items()}
    own, unpacked = own_shuffles(list(trees.values())), training_calls(list(trees.values()))
    for file, plain in trees.items():
        tree = Plainly(own).visit(plain)
        for scope in [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))]:
            gives_pairs = getattr(scope, "name", "") in unpacked
            nodes = [node for node in nodes_in(scope) if gives_pairs or not isinstance(node, ast.Return)]
            orders = orders_in(nodes)
            moved = [part for part in moved_in(nodes, orders) if ast.unparse(part.value) not in orders]
            mixed = beside_what_stays(nodes, orders, moved, file)
            if (
                mixed is not None
                and is_shuffled(nodes, mixed.name)
                and are_one(program, scope, mixed.name, mixed.other)
            ):
                continue
            mixed = mixed or beside_another_order(nodes, orders, moved, file)
            if mixed is not None:
                return mixed
    return None


def beside_what_stays(nodes: list[Any], orders: set[str], moved: list[Moved], file: str) -> Mixed | None:
    """Inputs or labels that are put into another order, where nothing else is, and the others beside them; or None."""
    for own, belongs in ((is_input, is_label), (is_label, is_input)):
        if not moved or not all(own(part.value) for part in moved):
            continue
        value, line, *_ = moved[0]
        if holds_places(nodes, ast.unparse(value)):
            continue
        name = ast.unparse(value)
        names, is_in_place = names_of_moved(nodes, orders, name), is_shuffled(nodes, name)
        if any(at > line for name in names for at, _ in assignments_of(nodes, name)):
            continue  # it may be put back
        for other in used_beside(nodes, name, orders, line):
            made = list(assignments_of(nodes, ast.unparse(other)))
            goes_along = any(
                of is not None and (is_in_place and is_part(of, value) or loaded(of) & orders) for _, of in made
            )
            stays = all(at < line for at, _ in made) and not goes_along and not is_handed(nodes, other, line)
            if belongs(other) and stays:
                return Mixed(name, ast.unparse(other), (file, line))
    return None


def beside_another_order(nodes: list[Any], orders: set[str], moved: list[Moved], file: str) -> Mixed | None:
    """Inputs and labels of which each is put into an order of its own, once, and that are used together; or None."""
    if len(moved) != 2 or not all(any(kind(part.value) for part in moved) for kind in (is_input, is_label)):
        return None
    one, other = sorted(moved, key=lambda part: part.line)
    if one.order == other.order or one.drawn_by != other.drawn_by or may_come_again(nodes, one.line, other.line):
        return None
    first, second = ast.unparse(one.value), ast.unparse(other.value)
    names = names_of_moved(nodes, orders, second)
    together = used_beside(nodes, first, orders, one.line)
    if not any(ast.unparse(part) in names or is_moved(part, second, orders) for part in together):
        return None
    return Mixed(first, second, (file, other.line), ANOTHER)


def is_handed(nodes: list[Any], data: Any, line: int) -> bool:
    """True if a function is given these data after a line, which may put them into an order, too."""
    calls = [node.value for node in nodes if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)]
    after = [call for call in calls if call.lineno >= line and not is_like(STEPS, last_part(call.func))]
    return any(ast.unparse(data) in map(ast.unparse, call.args) for call in after)


def may_come_again(nodes: list[Any], first: int, last: int) -> bool:
    """True if the same random numbers may come again after the first of two lines."""
    for node in nodes:
        if isinstance(node, ast.Call) and node.lineno >= first and last_part(node.func) in SEEDS:
            return True
        is_between = isinstance(node, ast.Expr) and first < node.lineno < last and isinstance(node.value, ast.Call)
        if is_between or isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and "state" in node.attr:
            return True
    return False


def trains(loop: ast.AST) -> bool:
    """True if something in it is called like a training step, or takes a part off a number: w -= rate * g."""
    for node in ast.walk(loop):
        if isinstance(node, ast.Call) and is_like(STEPS, last_part(node.func)):
            return True
        if isinstance(node, ast.AugAssign) and isinstance(node.op, (ast.Sub, ast.Add)):
            if is_product(node.value):
                return True
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp) and is_product(node.value.right):
            is_sum = isinstance(node.value.op, (ast.Sub, ast.Add))
            if is_sum and ast.unparse(node.targets[0]) == ast.unparse(node.value.left):
                return True
    return False


def is_shuffled(nodes: list[Any], name: str) -> bool:
    """True for data that are put into another order in place."""
    return any((given := shuffled_by(node)) is not None and ast.unparse(given) == name for node in nodes)


def holds_places(nodes: list[Any], name: str) -> bool:
    """True for examples that keep their numbers, as pairs of `enumerate` do: where they go, these find their labels."""
    values = [value for _, value in assignments_of(nodes, name) if value is not None]
    calls = [node for value in values for node in ast.walk(value) if isinstance(node, ast.Call)]
    return any(last_part(call.func) == "enumerate" for call in calls)


def is_product(value: Any) -> bool:
    """True for rate * gradient, and gradient / size."""
    return isinstance(value, ast.BinOp) and isinstance(value.op, (ast.Mult, ast.Div, ast.MatMult))


def is_input(value: Any) -> bool:
    """True for a name of inputs that is none of labels."""
    return is_like(INPUTS, last_part(value)) and not is_like(LABELS, last_part(value))


def is_label(value: Any) -> bool:
    """True for a name of labels that is none of inputs."""
    return is_like(LABELS, last_part(value)) and not is_like(INPUTS, last_part(value))


def is_part(value: Any, moved: Any) -> bool:
    """True for what moves along: the same array, or a part of it, data[:, 2]."""
    whole = value.value if isinstance(value, ast.Subscript) else value
    return whole is not None and ast.unparse(whole) == ast.unparse(moved)


def orders_in(nodes: list[Any]) -> set[str]:
    """The names of new orders and of places in them: order = permutation(n); shuffle(order), for i in order."""
    slices = [part for node in nodes if isinstance(node, ast.Subscript) for part in parts_of(node.slice)]
    places = {ast.unparse(part.value if isinstance(part, ast.Subscript) else part) for part in slices}
    loops = [node for node in nodes if isinstance(node, (ast.For, ast.comprehension))]
    places |= {ast.unparse(loop.iter) for loop in loops}
    found = set[str]()
    for node in nodes:
        if isinstance(node, ast.Assign):
            found |= {ast.unparse(target) for target, value in assigned(node) if is_order(value, set())}
        elif (given := shuffled_by(node)) is not None and ast.unparse(given) in places and not is_input(given):
            found.add(ast.unparse(given))
    return found | {ast.unparse(loop.target) for loop in loops if is_order(loop.iter, found)}


def parts_of(place: Any) -> list[Any]:
    """The parts of a place in an array: of x[i, j], both."""
    return place.elts if isinstance(place, ast.Tuple) else [place]


def moved_in(nodes: list[Any], orders: set[str]) -> Iterator[Moved]:
    """All that is put into a new order: x[order], x[order[i]], x[:, order], shuffle(x), sample(x, len(x))."""
    for node in nodes:
        if isinstance(node, ast.Subscript):
            places: list[Any] = [part for part in ast.walk(node.slice) if is_order(part, orders)]
            for place in places[:1]:
                is_call = isinstance(place, ast.Call)
                made = [at for at, _ in assignments_of(nodes, ast.unparse(place)) if at <= node.lineno]
                order = drawn_in(node) if is_call else f"{ast.unparse(place)} of line {max(made, default=0)}"
                yield Moved(node.value, node.lineno, order, ast.unparse(place.func) if is_call else "")
        elif (given := shuffled_by(node)) is not None or (given := copied_by(node)) is not None:
            yield Moved(given, node.lineno, drawn_in(node), ast.unparse(node.func))


def drawn_in(node: Any) -> str:
    """The name of an order that is drawn here: each has its own."""
    return f"line {node.lineno}, column {node.col_offset}"


def is_moved(node: Any, name: str, orders: set[str]) -> bool:
    """True for data in a new order that is made where they are used: zip(x[order], y), zip(sample(x, len(x)), y)."""
    if isinstance(node, ast.Subscript):
        return ast.unparse(node.value) == name and is_order(parts_of(node.slice)[0], orders)
    return (given := copied_by(node)) is not None and ast.unparse(given) == name


def names_of_moved(nodes: list[Any], orders: set[str], name: str) -> dict[str, bool]:
    """What these data are called in their new order, and whether it is one of columns."""
    found: dict[str, bool] = {}
    for node in nodes:
        if (given := shuffled_by(node)) is not None:
            found[ast.unparse(given)] = False
        for target, value in assigned(node) if isinstance(node, ast.Assign) else ():
            if (given := copied_by(value)) is not None and ast.unparse(given) == name:
                found[ast.unparse(target)] = False
            if isinstance(value, ast.Subscript) and ast.unparse(value.value) == name:
                places = [is_order(part, orders) for part in parts_of(value.slice)]
                found |= {ast.unparse(target): not places[0]} if any(places) else {}
    return found


def shuffled_by(call: Any) -> Any:
    """The variable that a call shuffles in place; None for all others."""
    is_shuffle = isinstance(call, ast.Call) and last_part(call.func) == "shuffle" and len(call.args) == 1
    return call.args[0] if is_shuffle and isinstance(call.args[0], (ast.Name, ast.Attribute)) else None


def copied_by(call: Any) -> Any:
    """The data of which a call makes a copy in a new order, sample(x, len(x)); None for all others."""
    if not isinstance(call, ast.Call) or not call.args or not is_name(call.args[0]):
        return None
    given, name = call.args[0], last_part(call.func)
    if name in ORDERS and len(call.args) == 1 and not call.keywords:
        is_copy = is_input(given) or is_label(given)
    elif name == "sample" and len(call.args) == 2:
        is_copy = ast.unparse(call.args[1]) == f"len({ast.unparse(given)})"
    else:
        is_copy = name == "sorted" and any("random" in ast.unparse(word.value) for word in call.keywords)
    return given if is_copy else None


def is_order(node: Any, orders: set[str]) -> bool:
    """True for one of these names, and for permutation(n)."""
    if isinstance(node, ast.Call):
        return last_part(node.func) in ORDERS and copied_by(node) is None and not node.keywords
    return is_name(node) and ast.unparse(node) in orders


def used_beside(nodes: list[Any], name: str, orders: set[str], line: int) -> list[Any]:
    """What a loop that trains uses with data in a new order, from this line on.

    That is in one zip, training step or result, at the same place, x[order[i]] and y[i], or all at once, x @ w, o - y.
    """
    moved = names_of_moved(nodes, orders, name)

    def has_moved(parts: list[Any]) -> bool:
        return any(moved.get(ast.unparse(part)) is False or is_moved(part, name, orders) for part in parts)

    results = [node.value.elts for node in nodes if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple)]
    loops = [node for node in nodes if isinstance(node, (ast.For, ast.While)) and trains(node)]
    nodes = [node for loop in loops for node in ast.walk(loop) if getattr(node, "lineno", 0) >= line]
    items = [node for node in nodes if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load)]
    places = set[str]()
    for item in items:
        of_columns = moved.get(ast.unparse(item.value))
        if of_columns is False or of_columns and ast.unparse(parts_of(item.slice)[0]) == ":":
            places.add(ast.unparse(item.slice))
    places |= {ast.unparse(item.slice) for item in items if ast.unparse(item.value) in orders}
    beside = [item.value for item in items if ast.unparse(item.slice) in places]
    for node in nodes:
        if isinstance(node, ast.Call) and has_moved(node.args):
            is_zip, is_step = last_part(node.func) == "zip", is_like(STEPS, last_part(node.func))
            beside += node.args if is_zip or is_step and is_one_pair(node.args) else []
    return beside + [part for parts in (used_whole(nodes), *results) if has_moved(parts) for part in parts]


def is_one_pair(parts: list[Any]) -> bool:
    """True for data of which one alone is inputs, at most, and one labels."""
    return sum(map(is_input, parts)) < 2 and sum(map(is_label, parts)) < 2


def used_whole(nodes: list[Any]) -> list[Any]:
    """The inputs that are multiplied with weights and the labels that are taken off outputs; none if there are more."""
    sums = [node for node in nodes if isinstance(node, ast.BinOp)]
    sides = [(node.op, side) for node in sums for side in map(turned_back, (node.left, node.right))]
    inputs = {ast.unparse(side): side for op, side in sides if isinstance(op, ast.MatMult) and is_input(side)}
    labels = {ast.unparse(side): side for op, side in sides if isinstance(op, ast.Sub) and is_label(side)}
    return [*inputs.values(), *labels.values()] if len(inputs) == len(labels) == 1 else []


def turned_back(value: Any) -> Any:
    """x of x.T."""
    return value.value if isinstance(value, ast.Attribute) and value.attr == "T" else value


def training_calls(trees: list[ast.Module]) -> set[str]:
    """The functions whose results a loop that trains unpacks: x, y = mixed(x, y)."""
    loops = [node for tree in trees for node in ast.walk(tree) if isinstance(node, (ast.For, ast.While))]
    return {
        last_part(node.value.func)
        for loop in loops
        if trains(loop)
        for node in ast.walk(loop)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and isinstance(node.targets[0], ast.Tuple)
    }


class Plainly(ast.NodeTransformer):
    """Calls of the program's own functions for what they do: shuffle(x) is permutation(x) where it makes a copy."""

    def __init__(self, own: dict[str, str]) -> None:
        self.own = own

    def visit_Call(self, node: ast.Call) -> Any:
        """Another name for a function of the program's own."""
        self.generic_visit(node)
        is_own = isinstance(node.func, ast.Name) or getattr(getattr(node.func, "value", None), "id", "") == "self"
        if is_own and last_part(node.func) in self.own and len(node.args) == 1 and not node.keywords:
            node.func = ast.copy_location(ast.Name(self.own[last_part(node.func)], ast.Load()), node.func)
        return node


def own_shuffles(trees: list[ast.Module]) -> dict[str, str]:
    """What the program's own functions of one argument do: give it in a new order, or in the same one each time."""
    found = {}
    for function in (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        nodes, names = list(nodes_in(function)), [argument.arg for argument in function.args.args]
        names = names[1:] if names[:1] == ["self"] else names
        given = [node.value for node in nodes if isinstance(node, ast.Return)]
        if len(names) == len(given) == 1 and given[0] is not None:
            if any(isinstance(node, ast.Call) and last_part(node.func) in SEEDS for node in nodes):
                found[function.name] = "in_an_order_that_comes_again"
            elif gives_moved(nodes, given[0], names[0]):
                found[function.name] = "permutation"
    return found


def gives_moved(nodes: list[Any], given: Any, name: str) -> bool:
    """True for a result that is a new order of the data with this name, or of a copy of them, as a copy."""
    orders = orders_in(nodes)
    values = [value for _, value in assignments_of(nodes, ast.unparse(given)) if value is not None]
    return any(
        is_moved(value, name, orders)
        or isinstance(value, ast.Call)
        and last_part(value.func) in ORDERS
        and [ast.unparse(part) for part in value.args] == [name]
        or isinstance(value, ast.ListComp)
        and is_moved(value.elt, name, orders)
        for value in (given, *values)
    )


def assignments_of(nodes: list[Any], name: str) -> Iterator[tuple[int, Any]]:
    """(line, value) wherever it gets another value; None for one that is not written out."""
    for node in nodes:
        if isinstance(node, ast.Assign):
            pairs = list(assigned(node))
        else:
            pairs = [(node.target, None)] if hasattr(node, "target") else []
        for target, value in pairs:
            stored: list[Any] = list(ast.walk(target))
            yield from ((part.lineno, value) for part in stored if is_name(part) and ast.unparse(part) == name)
