"""A case and its arithmetic as text: in two columns, yours and correct, for terminals and for notebooks."""

from html import escape

from neurons.checks import how_many
from neurons.classroom.diagnosis.arithmetic import Line
from neurons.classroom.diagnosis.cases import Case
from neurons.classroom.numbers import number_text, numbers_text


def case_text(case: Case) -> str:
    """The numbers of a case in a line or a few."""
    network = case.network
    many = case.batch > 1
    sizes = "-".join(map(str, network.sizes))
    acts = network.output if network.num_layers == 1 else f"{network.hidden} and {network.output}"
    alone = network.num_layers == 1 and network.sizes[-1] == 1
    layer = f"a layer of {how_many(network.sizes[-1], 'neuron')}" if network.is_one_layer else f"a network {sizes}"
    parts = [f"The smallest case: {'one neuron' if alone else layer}, {acts}"]
    for layer_idx, (W, b) in enumerate(case.parameters):
        who = "" if alone or network.is_one_layer else f"{network.layer_name(layer_idx)}: "
        weights = numbers_text(W if len(W) > 1 else W[0])
        parts.append(
            f"  {who}weights = {weights}"
            + (f", bias = {numbers_text(b) if len(b) > 1 else number_text(b[0])}" if network.biases else "")
        )
    what = "label" if network.loss is not None else "output_gradient" if alone else "output_gradients"
    inputs, labels = (case.inputs, case.labels) if many else (case.inputs[0], case.labels[0])
    labels = labels if many or not alone else labels[0]
    parts.append(f"  inputs = {numbers_text(inputs)}, {what} = {numbers_text(labels)}")
    return "\n".join(parts)


def cells(arithmetic: list[Line]) -> list[tuple[str, str, str, str, str]]:
    """Each line as (name, formula, yours, correct, mark)."""
    rows = []
    for line in arithmetic:
        mark = "" if not line.differs else "<- differs" if line.yours != line.before else "<- did not move"
        rows.append((line.name, line.formula, number_text(line.yours), number_text(line.correct), mark))
    return rows


def text_table(arithmetic: list[Line]) -> list[str]:
    """Two columns of numbers, yours and correct, with what they are in front."""
    rows = [("", "", "yours", "correct", ""), *cells(arithmetic)]
    names = [f"{name} = {formula}" if name else "" for name, formula, *_ in rows]
    width = max(map(len, names))
    numbers = [max(len(row[column]) for row in rows) for column in (2, 3)]
    return [
        f"  {name:<{width}}  {row[2]:>{numbers[0]}}  {row[3]:>{numbers[1]}}  {row[4]}".rstrip()
        for name, row in zip(names, rows, strict=True)
    ]


def paragraph(text: str) -> str:
    """Text of several lines in a notebook."""
    return f"<p>{escape(text).replace(chr(10), '<br>')}</p>"


def html_table(arithmetic: list[Line]) -> str:
    """The same in a notebook."""
    rows = ["<tr><th></th><th>yours</th><th>correct</th><th></th></tr>"]
    for name, formula, yours, correct, mark in cells(arithmetic):
        style = ' style="font-weight: bold"' if mark else ""
        rows.append(
            f"<tr{style}><td style='text-align: left'>{escape(name)} = {escape(formula)}</td>"
            f"<td style='text-align: right'>{escape(yours)}</td><td style='text-align: right'>{escape(correct)}</td>"
            f"<td>{escape(mark)}</td></tr>"
        )
    return f"<table>{''.join(rows)}</table>"
