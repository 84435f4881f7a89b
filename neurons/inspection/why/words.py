"""The words of `why`: calculations that a calculator confirms, and where each factor came from, as text and as HTML."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from html import escape
from math import exp
from typing import Any

from neurons.activations import ACTIVATIONS, sigmoid
from neurons.losses import MSE, BinaryCrossEntropy, SoftmaxCrossEntropy

SHOWN_PATHS = 8  # of more paths, the largest are shown


def write_number(value: float, digits: int = 6, sign: str = "+") -> str:
    """`value` with so many significant digits: +0.221700; without a sign, whole numbers are short."""
    if not sign and abs(value) < 1e6 and value == int(value):
        return str(int(value))
    return f"{value + 0.0:{sign}#.{digits}g}".rstrip(".")  # + 0.0 makes 0 of -0


def agrees(calculated: Decimal, text: str) -> bool:
    """True if `calculated`, rounded as `text` is, is the number in `text`."""
    printed = Decimal(text)
    exponent = printed.as_tuple().exponent
    return abs(calculated - printed) <= Decimal((0, (5,), int(exponent) - 1))


def calculation(
    template: str,
    numbers: Sequence[float],
    calculate: Callable[..., Decimal],
    result: float,
    *,
    digits: int = 4,
    sign: str = "",
) -> tuple[str, str]:
    """`template` filled with `numbers`, and `result`: a calculator that is fed with the one arrives at the other.

    The numbers have six digits and the result four, `digits`, or as many more as that takes. `calculate` does what the
    template says, with decimals. Where they cannot agree, which is for the caller to judge, both results are named.
    """
    for result_digits in (digits, digits + 1, digits + 2, 3, 2):
        result_text = write_number(result, result_digits)
        for factor_digits in range(6, 18):
            texts = [write_number(value, factor_digits, sign) for value in numbers]
            if agrees(calculate(*map(Decimal, texts)), result_text):
                return fill_in(template, texts, sign), result_text
    texts = [write_number(value, 6, sign) for value in numbers]
    calculated = write_number(float(calculate(*map(Decimal, texts))), digits)
    return fill_in(template, texts, sign), f"{calculated}; stored: {write_number(result)}"


def fill_in(template: str, texts: list[str], sign: str) -> str:
    """The template with its numbers; where they go without a plus, those below 0 are in brackets."""
    return template.format(*[f"({text})" if text.startswith("-") and not sign else text for text in texts])


def equation(template: str, numbers: Sequence[float], calculate: Callable[..., Decimal], result: float) -> str:
    """The calculation on one side, its result on the other."""
    return " = ".join(calculation(template, numbers, calculate, result))


def product(*factors: Decimal) -> Decimal:
    """The factors multiplied."""
    result = Decimal(1)
    for factor in factors:
        result *= factor
    return result


def chain_rule_columns(result_name: str, factors: dict[str, float], value: float) -> list[tuple[str, str]]:
    """The chain rule as columns of a name and a number: what is asked for first, then its factors."""
    numbers, result = calculation(" * ".join(["{}"] * len(factors)), list(factors.values()), product, value, sign="+")
    return [(result_name, result), *zip(factors, numbers.split(" * "), strict=True)]


def slope_words(neuron) -> str:
    """How the slope da/dz follows from z and a."""
    act: Any = neuron.activation_function
    a, slope, z = neuron.activation, neuron.activation_gradient, write_number(neuron.linear_activation)
    if type(act) not in map(type, ACTIVATIONS.values()):
        return f"delta_act(z) of {act.name} at z = {z}"
    if act.name == "sigmoid":
        text = equation("{} * {}", [a, 1.0 - a], product, slope)
        return f"sigmoid slope a*(1-a) = {text}"
    if act.name == "tanh":
        text = equation("1 - {} * {}", [a, a], lambda a, again: 1 - a * again, slope)
        return f"tanh slope 1-a*a = {text}"
    if act.name == "identity":
        return "identity: the slope is 1 everywhere"
    lower = "0" if act.name == "relu" else f"{act.slope:g}"
    return f"{act.name} slope: 1 where z is above 0, else {lower}; z = {z}"


def loss_words(loss, outputs, label, output_idx, gradient, name) -> list[str]:
    """How the loss made dL/da of one output; `label` is a list of numbers, or None where it is not known."""
    if label is None or type(loss) not in (MSE, SoftmaxCrossEntropy, BinaryCrossEntropy):
        return [f"came from the loss, {loss!r}"]
    a, y = outputs[output_idx], label[output_idx]
    if type(loss) is MSE:
        if loss.scale == 1.0:
            text = equation("2 * ({} - {})", [a, y], lambda a, y: 2 * (a - y), gradient)
            return [f"from the loss: 2 * (a - y) = {text}"]
        numbers = [loss.scale, a, y]
        text = equation("2 * {} * ({} - {})", numbers, lambda scale, a, y: 2 * scale * (a - y), gradient)
        return [f"from the loss: 2 * scale * (a - y) = {text}"]

    if type(loss) is SoftmaxCrossEntropy:
        largest = max(outputs)
        total = sum(exp(output - largest) for output in outputs)
        p = exp(a - largest) / total
        division = equation("{} / {}", [exp(a - largest), total], lambda e, total: e / total, p)
        what = f"p, the softmax probability of {name}: exp(z - largest z) / their sum = {division}"
    else:
        p = sigmoid.act(a)
        what = f"p, the probability of 1: sigmoid of the logit z = {write_number(a)} is {write_number(p)}"
    text = equation("{} - {}", [p, y], lambda p, y: p - y, gradient)
    return [f"from the loss: p - y = {text}", f"    {what}", f"    y, the label of {name}: {write_number(y, 6, '')}"]


def path_words(paths, factors, input_idx, total) -> list[str]:
    """One line per path, `(name, share)`; `factors` are each path's (dL/dz, weight), None where weights have moved."""
    places = sorted(range(len(paths)), key=lambda place: -abs(paths[place][1]))[:SHOWN_PATHS]
    if len(paths) <= SHOWN_PATHS:
        places.sort()
    shares = [paths[place][1] for place in places]
    if len(paths) > SHOWN_PATHS:
        shares.append(sum(share for place, (_, share) in enumerate(paths) if place not in places))

    for digits in range(4, 18):  # as many as the sum needs
        texts = [write_number(share, digits) for share in shares]
        result_text = write_number(total, 4)
        if agrees(sum(map(Decimal, texts), Decimal(0)), result_text):
            break
    else:
        digits = 6  # wrong, or rounding is all that is left
        result_text = f"{write_number(sum(shares))}; stored: {write_number(total)}"
    lines = []
    for place, share in zip(places, shares):  # noqa: B905 (the rest has no place)
        name = paths[place][0]
        if factors is None:
            lines.append(f"via {name}: {write_number(share, digits)}")
        else:
            numbers, result = calculation("{} * {}", factors[place], product, share, digits=digits, sign="+")
            lines.append(f"via {name}: dL/dz * w[{input_idx}] = {numbers} = {result}")
    if len(paths) > SHOWN_PATHS:
        lines.append(f"... and {len(paths) - SHOWN_PATHS} more: sum {write_number(shares[-1], digits)}")
    return [*lines, f"sum = {result_text}"]


def as_text(title: str, columns: list[tuple[str, str]], lines: list[str]) -> str:
    """The explanation for a terminal."""
    parts = [title, ""]
    if columns:
        widths = [max(len(name), len(text)) for name, text in columns]
        for row in (0, 1):
            cells = [column[row].ljust(width) for column, width in zip(columns, widths, strict=True)]
            parts.append(f"  {cells[0]} = {' * '.join(cells[1:])}".rstrip())
        parts.append("")
    return "\n".join(parts + [f"  {line}" for line in lines])


def as_html(title: str, columns: list[tuple[str, str]], lines: list[str]) -> str:
    """The explanation for a notebook: the derivatives as fractions (MathML), which needs no network."""
    parts = [f"<p><b>{with_fractions(title)}</b></p>"]
    if columns:
        parts.append("<table>")
        for row in (0, 1):
            cells = [with_fractions(column[row]) for column in columns]
            signs = ["=", *["×"] * (len(cells) - 2), ""]
            row_cells = [f"<td>{cell}</td><td>{sign}</td>" for cell, sign in zip(cells, signs, strict=True)]
            parts.append(f"<tr>{''.join(row_cells)}</tr>")
        parts.append("</table>")
    for line in lines:
        indent = (len(line) - len(line.lstrip())) / 2
        content = with_fractions(line.strip())
        height = 2.6 if "<math" in content else 1.6
        parts.append(f'<div style="margin-left: {indent:g}em; line-height: {height}">{content}</div>')
    return "\n".join(parts)


def with_fractions(line: str) -> str:
    """A line of text as HTML, each dL/dw[0] in it as a fraction."""
    # JupyterLab takes the mathematics out of a notebook that it does not trust yet: the slash, else hidden, is for that
    fraction = (
        r"<math displaystyle='true'><mfrac><mrow><mo>∂</mo><mi>\1</mi><mo style='display: none'>/</mo></mrow>"
        r"<mrow><mo>∂</mo><mtext>\2</mtext></mrow>"
    )
    line = re.sub(r"\bd([Laz])/d ?((?:\S+\.)?[wbxaz](?:\[\d+\])?)", fraction + "</mfrac></math>", escape(line))
    return line.replace(" * ", " × ").replace("   ", "\u2003")  # a browser would make one space of three
