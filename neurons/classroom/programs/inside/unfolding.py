"""Training that is written as an expression: losses = [train(x, y) for x, y in pairs]. It becomes a loop."""

import ast
import re
from typing import Any

TRAINS = re.compile(
    r"train|learn|fit|teach|step|update|optim|descen|batch|epoch|iterat|backprop|entren|lern|trein|apren|addestr|egit",
    re.IGNORECASE,
)
KEPT = "kept_"


def unfolded(tree):
    """The tree with loops for such statements; most programs, and nearly all texts tried in one, have none."""
    has_any = any(isinstance(node, (ast.ListComp, ast.GeneratorExp)) for node in ast.walk(tree))
    return Unfolded(tree).visit(tree) if has_any else tree


class Unfolded(ast.NodeTransformer):
    """Puts a loop before a statement that has a comprehension in which a function of the program trains."""

    def __init__(self, tree: Any) -> None:
        self.own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        outside = [part for part in tree.body if not isinstance(part, (ast.FunctionDef, ast.ClassDef))]
        self.scopes = [[node for part in outside for node in ast.walk(part)]]

    def visit_FunctionDef(self, node):
        self.scopes.append(list(ast.walk(node)))
        self.generic_visit(node)
        self.scopes.pop()
        return node

    def visit_statement(self, node):
        found = None if node.value is None else self.training_in(node.value)
        if found is None:
            return node
        self.rename(found, f"_{KEPT}{node.lineno}")
        kept, part = f"{KEPT}{node.lineno}", found.generators[0]
        append = ast.Attribute(ast.Name(kept, ast.Load()), "append", ast.Load())
        body: list[Any] = [ast.Expr(ast.Call(append, [found.elt], []))]
        for test in reversed(part.ifs):
            body = [ast.If(test, body, [])]
        begin = ast.Assign([ast.Name(kept, ast.Store())], ast.List([], ast.Load()))
        loop = ast.For(part.target, part.iter, body, [])
        node.value = Replaced(found, ast.Name(kept, ast.Load())).visit(node.value)
        new = [ast.copy_location(begin, node), ast.copy_location(loop, node), node]
        for one in [*body, append.value]:
            ast.copy_location(one, found)
        return [ast.fix_missing_locations(one) for one in new]

    visit_Assign = visit_AugAssign = visit_Expr = visit_Return = visit_statement

    def training_in(self, value):
        """The comprehension that is a value, or an argument in it, and in which a function of the program trains."""
        arguments = [part for node in ast.walk(value) if isinstance(node, ast.Call) for part in node.args]
        for found in [value, *arguments]:
            if not isinstance(found, (ast.ListComp, ast.GeneratorExp)) or len(found.generators) > 1:
                continue
            called = [node.func for node in ast.walk(found.elt) if isinstance(node, ast.Call)]
            names = [getattr(function, "attr", getattr(function, "id", "")) for function in called]
            if any(name in self.own and TRAINS.search(name) for name in names):
                return found
        return None

    def rename(self, found, ending):
        """Give those of its variables other names that mean something else around it."""
        inside = list(ast.walk(found))
        own = {node.id for node in ast.walk(found.generators[0].target) if isinstance(node, ast.Name)}
        within = {id(node) for node in inside}
        others = {getattr(node, "id", getattr(node, "arg", "")) for node in self.scopes[-1] if id(node) not in within}
        for node in inside:
            if isinstance(node, ast.Name) and node.id in own & others:
                node.id += ending


class Replaced(ast.NodeTransformer):
    """Puts one part of a tree in the place of another."""

    def __init__(self, old: Any, new: Any) -> None:
        self.old, self.new = old, new

    def visit(self, node):
        return self.new if node is self.old else self.generic_visit(node)
