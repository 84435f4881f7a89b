"""Slips of several exercises, whatever the right answer is: one not returned, or a list that is filled wrongly."""

from collections.abc import Callable
from typing import Any, NamedTuple

NOTHING, PRINTED = "returns nothing: Python gives None.", "prints its answer and returns nothing."
GIVES_BACK = "`print` shows something to you. What gives it back to the caller?"


class ListSlip(NamedTuple):
    """How a list of gradients goes wrong: what is seen of it, a question, and what becomes of the right list."""

    id: str
    seen: str
    question: str
    change: Callable[[list[float]], Any]
    seen_without_loop: str = ""


LIST_SLIPS = (
    ListSlip(
        "their_sum",
        "Your gradients are one number, the sum.",
        "Each {one} has its own gradient: the exercise asks for a list, one number per {one}.",
        sum,
    ),
    ListSlip(
        "the_first_alone",
        "Your gradients are one number, that of the first {one}.",
        "A `return` inside the loop ends it at once. The exercise asks for a list, one number per {one}.",
        lambda found: found[0],
        "You give the gradient of the first {one} alone. The exercise asks for a list.",
    ),
    ListSlip(
        "the_last_alone",
        "Your gradients are one number, that of the last {one}.",
        "The exercise asks for a list. Which method of a list adds a number at its end?",
        lambda found: found[-1],
    ),
    ListSlip(
        "a_short_list",
        "Your list ends after the gradient of the first {one}.",
        "A `return` inside the loop ends it at once. Which line has to come after the loop?",
        lambda found: found[:1],
        "Your list holds the gradient of the first {one} alone.",
    ),
    ListSlip(
        "a_list_of_the_last",
        "Your list holds the gradient of the last {one} alone.",
        "Is the empty list made inside the loop? Then each time round it starts anew.",
        lambda found: found[-1:],
    ),
    ListSlip(
        "skips_the_first",
        "Your list leaves out the gradient of the first {one}.",
        "Python counts from 0: with which index does your loop begin?",
        lambda found: found[1:],
    ),
    ListSlip(
        "skips_the_last",
        "Your list leaves out the gradient of the last {one}.",
        "`range(n)` stops before n by itself: where does your loop end?",
        lambda found: found[:-1],
    ),
)
