"""Numbers of seven or of three digits, made to have sixteen: rounding must not look like a wrong gradient."""

import ast

NARROW = "float32", "float16", "single", "half"  # as NumPy calls their types
WHOLE = "float64"


class Precise(ast.NodeTransformer):
    """Lets the program's arrays hold numbers of full precision."""

    def visit_Attribute(self, node):
        self.generic_visit(node)
        if node.attr in NARROW and isinstance(node.value, ast.Name) and isinstance(node.ctx, ast.Load):
            node.attr = WHOLE
        return node

    def visit_ImportFrom(self, node):
        for name in node.names if node.module == "numpy" else ():
            if name.name in NARROW:
                name.name, name.asname = WHOLE, name.asname or name.name
        return node

    def visit_Constant(self, node):
        if node.value in NARROW[:2]:
            node.value = WHOLE
        return node
