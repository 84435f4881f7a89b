"""Neurons as cards, as the page draws them: what a neuron has, in one frame, and edges that end at their own line.

One unit of these axes is one point (1/72 inch) on a page of the drawing's own size. Where the axes that are given are
too small for the cards, the drawing says less: first what each neuron calculated goes, then all numbers on the edges.
"""

from typing import Any, NamedTuple

import numpy as np
from matplotlib.patches import Circle, FancyBboxPatch

from neurons.plots.style import FONT, SMALL_FONT, line_style, one_axes, set_title, size_in_points

LINE = 11.5  # from one line of text to the next
LETTER = 0.66 * SMALL_FONT  # the width of a letter, in a font where all have 0.602: a screen rounds it up to pixels
PAD = 7.0  # inside a card
GAP = 12.0  # between cards
MARGIN = 6.0
FAN = 56.0  # between columns, where the edges part
STUB = 12.0  # of a bias's edge, which comes from nowhere
NARROW = 340.0  # axes in which a title in full size would be too long
SMALLEST_SCALE = 0.72  # of the letters, before the drawing says less
CARD, RIM, INK = "white", "#8a8f98", "#1a1f2b"


class Card(NamedTuple):
    """A neuron: the number that styles each of its edges, and the text of each, its bias's last."""

    name: str
    values: list[float]
    rows: list[str]
    facts: list[str]  # at the right: "z     0.8510"; the first says most
    inside: str = ""  # where there is room for one number


class Column(NamedTuple):
    """A layer."""

    cards: list[Card]
    heading: str  # above the rows of the first card
    act: str


class Drawing(NamedTuple):
    """All that is drawn: the inputs, as (name, number), and the layers."""

    inputs: list[tuple[str, str]]
    columns: list[Column]
    legend: str


class Canvas:
    """Empty axes in points, and the scale that makes a drawing fit where the axes are smaller than it."""

    def __init__(self, ax: Any, width: float, height: float, title: str) -> None:
        self.ax = one_axes(ax, (width + 8.0) / 72.0, (height + 34.0) / 72.0)
        self.scale = self.text_scale = title_scale = 1.0
        if ax is not None:
            there = size_in_points(ax)
            self.scale = min(1.0, there[0] / width, there[1] / height)
            self.text_scale = self.scale if self.scale == 1.0 else 0.88 * self.scale  # small letters come out wider
            title_scale = min(title_scale, there[0] / NARROW)
        self.ax.set(xlim=(0.0, width), ylim=(0.0, height), aspect="equal")
        self.ax.set_axis_off()
        set_title(self.ax, title, FONT * max(min(self.scale, title_scale), 0.65))

    def text(self, x: float, y: float, text: str, *, across: str = "center", in_card: bool = True, **style: Any) -> Any:
        """A text whose middle (or left end) is at this point; return it. On a card it is dark in any style."""
        colour = {"color": INK} if in_card else {}
        size = style.pop("size", SMALL_FONT) * self.text_scale
        more = {"family": "DejaVu Sans Mono", "va": "center", "zorder": 4, **colour, **style}
        return self.ax.text(x, y, text, fontsize=size, ha=across, **more)

    def line(self, points: Any, value: float, largest: float, name: str) -> None:
        """An edge through these points, styled by its number; `name` is its gid, under which it can be found."""
        style = line_style(value, largest)
        style["linewidth"] *= self.scale
        xs, ys = zip(*points, strict=True)
        (line,) = self.ax.plot(xs, ys, solid_capstyle="butt", zorder=1, **style)
        line.set_gid(name)

    def box(self, x: float, y: float, width: float, height: float, rounding: float = 6.0) -> None:
        """A card with its lower left corner at (x, y)."""
        shape = f"round,pad=0,rounding_size={rounding}"
        style: dict[str, Any] = {"facecolor": CARD, "edgecolor": RIM, "linewidth": self.scale, "zorder": 3}
        self.ax.add_patch(FancyBboxPatch((x, y), width, height, boxstyle=shape, **style))


def curve(start: tuple[float, float], end: tuple[float, float]) -> Any:
    """Points of an edge that leaves and arrives level: (point, 2)."""
    t = np.linspace(0.0, 1.0, 25)[:, None]  # (point, 1)
    middle = (start[0] + end[0]) / 2.0
    corners = np.array([start, (middle, start[1]), (middle, end[1]), end])  # (corner, 2)
    weights = np.hstack([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3])  # (point, corner)
    return weights @ corners


def width_of(texts: list[str]) -> float:
    """How wide the longest of these is."""
    return LETTER * max(map(len, texts), default=0)


def card_size(card: Card) -> tuple[float, float]:
    """The width and height of a card."""
    rows = width_of([card.name, *card.rows])
    facts = width_of(card.facts)
    num_lines = max(1 + len(card.rows), len(card.facts))
    return rows + (14.0 + facts if facts else 0.0) + 2 * PAD, num_lines * LINE + 2 * PAD


def pill_text(name: str, number: str) -> str:
    """An input: its name, and its number if there has been a pass."""
    return f"{name}  {number}" if number else name


def draw_network(ax: Any, network: Drawing, title: str) -> Any:
    """The network in the largest form that fits `ax`; on its own page with everything."""
    if ax is not None:
        width, height = size_in_points(one_axes(ax, 1.0, 1.0))
        for form in (network, without_facts(network)):
            size = size_of(form)
            if min(width / size[0], height / size[1]) >= SMALLEST_SCALE:
                return draw_cards(ax, form, title)
        return draw_dots(ax, network, title, width, height)
    return draw_cards(ax, network, title)


def without_facts(network: Drawing) -> Drawing:
    """The network with the edges' numbers alone."""
    columns = [column._replace(cards=[card._replace(facts=[]) for card in column.cards]) for column in network.columns]
    return network._replace(columns=columns)


def column_sizes(network: Drawing) -> list[tuple[float, float]]:
    """(width, height) of each column, the inputs first."""
    pills = [pill_text(*pair) for pair in network.inputs]
    sizes = [(width_of(pills) + 2 * PAD, len(pills) * (LINE + PAD + GAP) - GAP)]
    for column in network.columns:
        cards = [card_size(card) for card in column.cards]
        heading = width_of([f"{column.heading}   {column.act}"]) + 2 * PAD
        width = max(heading, *(width for width, _ in cards))
        sizes.append((width, sum(height + GAP for _, height in cards) - GAP + 1.4 * LINE))
    return sizes


def size_of(network: Drawing) -> tuple[float, float]:
    """The width and height of a drawing of cards."""
    sizes = column_sizes(network)
    width = sum(width for width, _ in sizes) + FAN * len(network.columns) + 2 * MARGIN
    return max(width, width_of([network.legend]) + 2 * MARGIN), max(height for _, height in sizes) + 2.2 * LINE


def draw_cards(ax: Any, network: Drawing, title: str) -> Any:
    """Each neuron as a card, each edge from the card before to the line that says its number."""
    width, height = size_of(network)
    sheet = Canvas(ax, width, height, title)
    sizes = column_sizes(network)
    middle = (height + 1.6 * LINE) / 2.0
    x = MARGIN
    ports = draw_pills(sheet, x, middle, sizes[0], network.inputs)
    x += sizes[0][0]
    for column, size in zip(network.columns, sizes[1:], strict=True):
        x += FAN
        ports = draw_column(sheet, x, middle, size, column, ports)
        x += size[0]
    sheet.text(MARGIN, 0.6 * LINE, network.legend, across="left", in_card=False, size=SMALL_FONT - 1.0)
    return sheet.ax


def draw_pills(sheet, x, middle, size, inputs):
    """The inputs; return where their edges begin."""
    width, height = size
    ports = []
    y = middle + height / 2.0
    for name, number in inputs:
        y -= LINE + PAD
        sheet.box(x, y, width, LINE + PAD, (LINE + PAD) / 2.0)
        sheet.text(x + width / 2.0, y + (LINE + PAD) / 2.0, pill_text(name, number))
        ports.append((x + width, y + (LINE + PAD) / 2.0))
        y -= GAP
    return ports


def draw_column(sheet, x, middle, size, column, ports):
    """The cards of a layer and the edges into them; return where the edges of the next layer begin."""
    width, height = size
    y = middle + height / 2.0 - 1.4 * LINE
    style = {"across": "left", "in_card": False, "size": SMALL_FONT - 1.0}
    sheet.text(x + PAD, y + 0.7 * LINE, column.heading, **style)
    sheet.text(x + width - PAD, y + 0.7 * LINE, column.act, **style | {"across": "right"})
    largest = max(abs(value) for card in column.cards for value in card.values)
    ends = []
    for card in column.cards:
        card_height = card_size(card)[1]
        draw_card(sheet, x, y, width, card_height, card)
        for i, value in enumerate(card.values):
            end = (x, y - PAD - LINE * (i + 1.5))
            points = curve(ports[i], end) if i < len(ports) else [(x - STUB, end[1]), end]
            name = "b" if i == len(card.values) - 1 else f"w[{i}]"
            sheet.line(points, value, largest, f"{card.name}.{name}")
        ends.append((x + width, y - card_height / 2.0))
        y -= card_height + GAP
    return ends


def draw_card(sheet, x, top, width, height, card):
    """One card, its upper left corner at (x, top)."""
    sheet.box(x, top - height, width, height)
    sheet.text(x + PAD, top - PAD - 0.5 * LINE, card.name, across="left", weight="bold")
    for i, row in enumerate(card.rows):
        sheet.text(x + PAD, top - PAD - LINE * (i + 1.5), row, across="left")
    left = x + width - PAD - width_of(card.facts)
    for i, fact in enumerate(card.facts):
        sheet.text(left, top - PAD - LINE * (i + 0.5), fact, across="left")


def draw_dots(ax: Any, network: Drawing, title: str, width: float, height: float) -> Any:
    """Small axes: a circle for each neuron, in it one number, and edges without words."""
    sheet = Canvas(ax, width, height, title)
    layers = [[(name, number) for name, number in network.inputs]]
    layers += [[(card.name, card.inside) for card in column.cards] for column in network.columns]
    pitch = (height - 8.0) / max(map(len, layers))
    radius = max(2.5, min(15.0, 0.34 * pitch, width / (5.0 * len(layers))))
    has_names = pitch > 2.0 * radius + 11.0
    has_numbers = radius > 11.0
    room = max(radius, 0.5 * width_of([name for layer in layers for name, _ in layer]) if has_names else 0.0) + 2.0
    ports: list[tuple[float, float]] = []
    for layer_idx, layer in enumerate(layers):
        x = room + (width - 2.0 * room) * layer_idx / (len(layers) - 1)
        places = [
            (x, height / 2.0 + pitch * ((len(layer) - 1) / 2.0 - j) - (4.0 if has_names else 0.0))
            for j in range(len(layer))
        ]
        if layer_idx:
            cards = network.columns[layer_idx - 1].cards
            largest = max(abs(value) for card in cards for value in card.values)
            for card, end in zip(cards, places, strict=True):
                for i, start in enumerate(ports):
                    points = curve((start[0] + radius, start[1]), (end[0] - radius, end[1]))
                    sheet.line(points, card.values[i], largest, f"{card.name}.w[{i}]")
        for (name, number), (_, y) in zip(layer, places, strict=True):
            sheet.ax.add_patch(Circle((x, y), radius, facecolor=CARD, edgecolor=RIM, zorder=3))
            if has_names:
                sheet.text(x, y + radius + 5.0, name, in_card=False)
            if has_numbers:
                sheet.text(x, y, number, size=SMALL_FONT - 1.5)
        ports = places
    return sheet.ax
