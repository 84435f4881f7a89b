"""Ten digits as somebody draws them: strokes of points, in a box from 0 to 1 across and down."""

from math import cos, pi, sin


def arc(x, y, across, down, start, end, count=8):
    """Points on an ellipse around (x, y); angles in half turns from the right, clockwise as the page's y goes down."""
    angles = [pi * (start + (end - start) * i / count) for i in range(count + 1)]
    return [(x + across * cos(angle), y + down * sin(angle)) for angle in angles]


DIGITS = {
    0: [arc(0.5, 0.5, 0.32, 0.5, -0.5, 1.5, 16)],
    1: [[(0.5, 0.0), (0.5, 1.0)]],
    2: [[*arc(0.5, 0.28, 0.32, 0.28, -1.0, 0.2), (0.15, 1.0), (0.85, 1.0)]],
    3: [[*arc(0.45, 0.25, 0.3, 0.25, -0.85, 0.5, 14), *arc(0.45, 0.75, 0.35, 0.25, -0.5, 0.85, 14)]],
    4: [[(0.3, 0.0), (0.15, 0.55), (0.85, 0.55)], [(0.7, 0.05), (0.65, 1.0)]],
    5: [[(0.25, 0.0), (0.2, 0.45), *arc(0.45, 0.7, 0.35, 0.3, -0.6, 0.8)], [(0.25, 0.0), (0.8, 0.0)]],
    6: [[(0.65, 0.0), (0.35, 0.3), *arc(0.5, 0.72, 0.28, 0.28, -1.0, 1.0, 14)]],
    7: [[(0.15, 0.05), (0.85, 0.05), (0.4, 1.0)]],
    8: [
        [
            *arc(0.5, 0.25, 0.25, 0.25, 0.5, -1.5, 12),
            *arc(0.5, 0.75, 0.3, 0.25, -0.5, 1.5, 12),
        ]
    ],
    9: [[*arc(0.45, 0.3, 0.28, 0.3, 0.0, -2.0, 14), (0.73, 0.35), (0.65, 1.0)]],
}

# Where in a pad from 0 to 1: (left, top, width, height) of the box.
PLACES = [
    (0.2, 0.14, 0.6, 0.72),  # large, in the middle
    (0.06, 0.05, 0.36, 0.45),  # upper left
    (0.62, 0.55, 0.3, 0.38),  # small, lower right
    (0.35, 0.04, 0.5, 0.6),
]


def strokes_of(digit, place):
    """The strokes of a digit in a pad from 0 to 1."""
    left, top, width, height = place
    return [[(left + width * x, top + height * y) for x, y in stroke] for stroke in DIGITS[digit]]
