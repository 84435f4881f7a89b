"""The network as a drawing, with its weights on the wires: SVG in black on white, made for paper."""

from collections.abc import Callable

from neurons.classroom.diagnosis.cases import Network
from neurons.classroom.worksheets.questions import given_places

COLUMN, ROW, RADIUS, MARGIN = 165, 96, 21, 46


def figure(network: Network, shown: Callable[[int], str]) -> str:
    """An SVG of the network: inputs on the left, each wire with its weight near its beginning, each neuron's bias.

    `shown` gives the number at a place of v as SVG.
    """
    given = given_places(network)
    tallest = max(network.sizes)
    height, width = ROW * (tallest - 1) + 2 * MARGIN, COLUMN * network.num_layers + 2 * MARGIN
    places = [
        [(MARGIN + COLUMN * column, MARGIN + ROW * ((tallest - count) / 2 + row)) for row in range(count)]
        for column, count in enumerate(network.sizes)
    ]
    wires, labels, circles = [], [], []
    for column, (W, b) in enumerate(zip(given.weights, given.biases, strict=True)):
        # How far along a wire its weight stands: the labels of a column share the height between its inputs.
        share = 1.0 / (max(len(W), network.sizes[column]) + 1) if len(W) > 1 else 0.4
        for j, (x2, y2) in enumerate(places[column + 1]):
            circles.append(f'<circle cx="{x2}" cy="{y2:g}" r="{RADIUS}"/>')
            circles.append(text(x2, y2 - RADIUS - 5, f"{network.layer_name(column)}[{j}]"))
            circles.append(text(x2, y2 + RADIUS + 14, f"b = {shown(b[j])}"))
            for i, (x1, y1) in enumerate(places[column]):
                wires.append(f'<line x1="{x1}" y1="{y1:g}" x2="{x2}" y2="{y2:g}"/>')
                x = x1 + RADIUS + (COLUMN - 2 * RADIUS) * share
                labels.append(text(x, y1 + (y2 - y1) * share - 3, shown(W[j][i])))
    for i, (x, y) in enumerate(places[0]):
        circles.append(f'<rect x="{x - 21}" y="{y - 15:g}" width="42" height="30"/>')
        circles.append(text(x, y - RADIUS - 5, f"x[{i}]") + text(x, y + 4, shown(given.inputs[i])))
    words = f"A drawing of the network, {'-'.join(map(str, network.sizes))}. All its numbers are in the text."
    return (
        f'<svg class="network" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img"'
        f' aria-label="{words}"><g>{"".join(wires)}</g>{"".join(circles)}<g>{"".join(labels)}</g></svg>'
    )


def text(x: float, y: float, words: str) -> str:
    """Words, centred on x."""
    return f'<text x="{x:g}" y="{y:g}">{words}</text>'
