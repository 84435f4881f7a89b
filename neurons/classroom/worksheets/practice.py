"""The page on which students check their own answers: one file for a class, which needs no network."""

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from neurons.classroom.diagnosis.catalogue import CATALOGUE
from neurons.classroom.worksheets.figure import figure
from neurons.classroom.worksheets.formulas import SheetFormulas
from neurons.classroom.worksheets.printing import conditions, table_html
from neurons.classroom.worksheets.sheet import Sheet, names_in
from neurons.classroom.worksheets.table import all_rows
from neurons.classroom.worksheets.words import MOST_NAMED, SENTENCES
from neurons.pages import data, filled, head, joined, source_hash

PAGE = Path(__file__).parent / "page"
MODULES = ("judge.js", "practice.js")  # in the order in which they need each other


def practice_page(sheets: Sequence[Sheet]) -> bytes:
    """page.html: the student chooses a sheet, types answers, and reads what each of them is."""
    formulas, network = sheets[0].formulas, sheets[0].formulas.network
    style, script = part("practice.css"), script_of(sheets)
    sources = f"style-src {source_hash(style)}", f"script-src {source_hash(script)}"
    contents = {
        "HEAD": head("Backpropagation by hand: check your answers", style, *sources),
        "FIGURE": figure(network, lambda place: f'<tspan data-v="{place}"></tspan>'),
        "DECIMALS": str(sheets[0].decimals),
        "CONDITIONS": conditions(network, number),
        "TABLE": table_html(formulas, all_rows(formulas, number), lambda k: field(formulas, k), "answers"),
        "SCRIPT": script,
    }
    return filled(part("practice.html"), contents).encode("utf-8", "replace")


def part(name: str) -> str:
    """The text of one of the files that the page is made of."""
    return (PAGE / name).read_text(encoding="utf-8")


def number(place: int) -> str:
    """Where the script writes a given number."""
    return f'<span data-v="{place}"></span>'


def field(formulas: SheetFormulas, k: int) -> str:
    """The field for an answer, or the place of a number that is printed."""
    if not formulas.asks(k):
        return f'<small>{k + 1}</small><span data-printed="{k}"></span>'
    label = escape(formulas.questions[k].label(formulas.network))
    return (
        f'<small aria-hidden="true">{k + 1}</small><input data-k="{k}" aria-label="{k + 1}: {label}" inputmode="text"'
        ' autocomplete="off" spellcheck="false"><span class="sign" aria-hidden="true"></span>'
    )


def script_of(sheets: Sequence[Sheet]) -> str:
    """The modules one after the other, the formulas, and the sheets."""
    modules = joined(PAGE / name for name in MODULES)
    facts = data(page_data(sheets))
    return f'"use strict";\n{modules}\n{formulas_script(sheets[0].formulas)}\nstart({facts}, formulas);\n'


def page_data(sheets: Sequence[Sheet]) -> dict[str, Any]:
    """What the page says, and every sheet's given numbers."""
    formulas = sheets[0].formulas
    used = dict.fromkeys(wrong_way.id for wrong_way in formulas.wrong_ways)
    rows = [CATALOGUE[mistake_id] for mistake_id in used]
    return {
        "sheets": [{"number": s.number, "name": s.name, "given": s.given} for s in sheets],
        "decimals": sheets[0].decimals,
        "labels": [formulas.label(k) for k in range(len(formulas.questions))],
        "mistakes": [{"id": row.id, "name": row.name, "question": row.question} for row in rows],
        "sentences": SENTENCES,
        "mostNamed": MOST_NAMED,
        "printed": [k for k in range(len(formulas.questions)) if not formulas.asks(k)],
    }


def formulas_script(formulas: SheetFormulas) -> str:
    """The formulas as JavaScript: the texts are the same in both languages."""

    def way(text: str) -> str:
        return f"{{compute: (v) => {text}, uses: {list(names_in(text))}}}"

    wrong_ways = []
    for wrong_way in formulas.wrong_ways:
        texts = ", ".join(f"[{k}, (v) => {text}]" for k, text in wrong_way.texts.items())
        wrong_ways.append(f'{{id: "{wrong_way.id}", texts: new Map([{texts}])}}')
    asks = json.dumps([formulas.asks(k) for k in range(len(formulas.questions))])
    others = ", ".join(f"[{k}, {way(text)}]" for k, text in formulas.others.items())
    return (
        "const { exp, log, tanh, abs, max } = Math;\n"
        "const where = (condition, one, other) => (condition ? one : other);\n"
        f"const formulas = {{\nfirst: {formulas.first}, asks: {asks},\n"
        f"right: [\n{', '.join(map(way, formulas.right))}],\nothers: new Map([{others}]),\n"
        f"wrongWays: [\n{', '.join(wrong_ways)}],\n}};"
    )
