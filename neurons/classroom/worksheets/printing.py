"""The sheets and the teacher's key as pages to print, on A4 and on letter."""

from collections.abc import Callable, Sequence
from html import escape

from neurons.classroom.diagnosis.cases import Network
from neurons.classroom.diagnosis.catalogue import CATALOGUE
from neurons.classroom.worksheets.figure import figure
from neurons.classroom.worksheets.formulas import SheetFormulas
from neurons.classroom.worksheets.key import Group, key_of
from neurons.classroom.worksheets.questions import given_places
from neurons.classroom.worksheets.sheet import Sheet, right_answers
from neurons.classroom.worksheets.table import Row, all_rows, columns, given_rows
from neurons.classroom.worksheets.words import COUNTING, answer_text, definitions, number_text
from neurons.pages import document

STYLE = """\
@page { margin: 8mm 10mm }
* { box-sizing: border-box }
body { font: 10.5pt/1.35 system-ui, "Segoe UI", Arial, sans-serif; color: #000; background: #fff; margin: 0 auto;
       max-width: 196mm; padding: 0 1mm }
section { break-after: page } section:last-of-type { break-after: auto }
header { display: flex; justify-content: space-between; gap: 6mm; border-bottom: 1.5pt solid #000; padding-bottom: 1mm }
header h1 { font-size: 13pt; margin: 0 } header p { margin: 0; text-align: right; overflow-wrap: anywhere }
.line { display: inline-block; width: 55mm; border-bottom: 0.5pt solid #000 }
.task { display: flex; gap: 5mm; align-items: center; margin: 2mm 0; break-inside: avoid }
.task p { margin: 0 0 1.2mm } .task > div { flex: 1 }
svg.network { flex: none; max-width: 92mm; height: auto; max-height: 62mm }
svg line { stroke: #999 } svg circle, svg rect { fill: #fff; stroke: #000 }
svg text { font: 12px system-ui, Arial, sans-serif; text-anchor: middle; paint-order: stroke; stroke: #fff;
           stroke-width: 3px }
table { border-collapse: collapse; width: 100%; break-inside: avoid }
th, td { border: 0.5pt solid #666; padding: 0 1.5mm; font-weight: normal; height: 9mm; text-align: left }
thead th, tbody th { background: #eee } thead th { text-align: center } tbody th { width: 24mm; white-space: nowrap }
td { text-align: right; vertical-align: middle; font-variant-numeric: tabular-nums }
td small { float: left; font-size: 7pt; color: #444; line-height: 9mm } td.none { background: #f4f4f4 }
tr.given td { color: #333 } tr.first th, tr.first td { border-top: 1.5pt solid #000 }
.many th, .many td { height: 7mm; font-size: 9pt } .many td small { line-height: 7mm } .many tbody th { width: 18mm }
.key th, .key td, .key td small { height: 3.5mm; line-height: 1.1; font-size: 8pt } .key td { font-weight: bold }
.key small { font-size: 6pt !important } .key tr.given td { font-weight: normal }
.counting { margin: 0; font-size: 8pt }
.key tbody th { width: 14mm } .wrong { columns: 2; column-gap: 4mm; margin-top: 2mm } .wrong table { margin: 0 0 0.5mm }
.wrong table.mistakes { break-inside: auto } .mistakes tr { break-inside: avoid }
.mistakes tr.right { break-after: avoid }
.mistakes td { height: 0; padding: 0 0.6mm; line-height: 1.05; font-size: 6pt; border: 0; width: 1%;
               border-bottom: 0.3pt solid #bbb; white-space: nowrap; vertical-align: top }
.mistakes td small { font-size: 5pt; line-height: 1.2; float: none; padding-right: 0.8mm }
.mistakes tr.right td { font-weight: bold; background: #eee } .mistakes tr.right small { font-weight: normal }
.mistakes td:last-child { width: auto; padding-left: 2mm; text-align: left; white-space: normal }
@media screen {
  body { padding: 5mm 3mm }
  section + section { margin-top: 12mm; border-top: 0.5pt dashed #666; padding-top: 12mm }
}
@media screen and (max-width: 620px) {
  .task { flex-wrap: wrap } .wrong { columns: 1 } section { overflow-x: auto }
  th, td, .key th, .key td { padding: 0 0.7mm } tbody th, .many tbody th, .key tbody th { width: auto }
  .line { width: 40mm }
}
"""


def sheets_page(sheets: Sequence[Sheet]) -> bytes:
    """All sheets, each on its own page."""
    return document("Backpropagation by hand", STYLE, "\n".join(map(sheet_section, sheets)))


def key_page(sheets: Sequence[Sheet]) -> bytes:
    """The teacher's key, sheet by sheet."""
    counting = f'<p class="counting">{COUNTING} A number that nothing explains costs a point of its own.</p>'
    return document("Backpropagation by hand: the key", STYLE, counting + "\n".join(map(key_section, sheets)))


def heading(sheet: Sheet, title: str) -> str:
    """The title, the name and the number of the sheet."""
    name = f"<bdi>{escape(sheet.name)}</bdi>" if sheet.name else '<span class="line">&nbsp;</span>'
    return f"<header><h1>{title}</h1><p>Name: {name}<br>Sheet {sheet.number}</p></header>"


def shown_on(sheet: Sheet) -> Callable[[int], str]:
    """How a given number is printed."""
    return lambda place: number_text(sheet.given[place])


def sheet_section(sheet: Sheet) -> str:
    """One student's sheet: the network, the task, the table to fill in."""
    network, shown = sheet.formulas.network, shown_on(sheet)
    task = f"<p>Work through one training step of this network. Give {sheet.decimals} decimals.</p>"
    return (
        f'<section class="sheet">{heading(sheet, "Backpropagation by hand")}<div class="task">'
        f"{figure(network, shown)}<div>{task}{conditions(network, shown)}</div></div>{table(sheet, False)}</section>"
    )


def conditions(network: Network, shown: Callable[[int], str]) -> str:
    """The functions, the label and the learning rate."""
    given = given_places(network)
    label = ", ".join(map(shown, given.labels))
    lines = [
        *definitions(network),
        f"label y = {label if len(given.labels) == 1 else f'({label})'}",
        f"learning rate = {shown(given.learning_rate)}",
    ]
    return "".join(f"<p>{line}</p>" for line in lines)


def table_of_numbers(sheet: Sheet) -> str:
    """All that is given, without a drawing: for a quiz."""
    network, shown = sheet.formulas.network, shown_on(sheet)
    inputs = "".join(f"<p>x[{i}] = {shown(place)}</p>" for i, place in enumerate(given_places(network).inputs))
    head = "".join(f"<th>{name}</th>" for name in columns(network))
    rows = []
    for row in given_rows(network, shown):
        cells = "".join(f"<td>{number or ''}</td>" for number in row.cells)
        rows.append(f"<tr><th>{row.symbol}</th>{cells}</tr>")
    return f"{inputs}{conditions(network, shown)}<table><tr><th></th>{head}</tr>{''.join(rows)}</table>"


def table(sheet: Sheet, filled: bool) -> str:
    """The table, empty or with the right numbers. Numbers of parts that are not asked are always there."""
    formulas = sheet.formulas
    v = right_answers(formulas, sheet.given)

    def answer(k: int) -> str:
        shown = filled or not formulas.asks(k)
        number = answer_text(v[formulas.first + k], sheet.decimals) if shown else ""
        return f"<small>{k + 1}</small>{number}"

    rows = all_rows(formulas, shown_on(sheet))
    many = len(columns(formulas.network)) > 4 or len(rows) > 17
    return table_html(formulas, rows, answer, f"{'key' if filled else 'answers'}{' many' if many else ''}")


def table_html(formulas: SheetFormulas, rows: Sequence[Row], answer: Callable[[int], str], kind: str) -> str:
    """The table as HTML; `answer` makes the content of a question's cell."""
    names = columns(formulas.network)
    lines = []
    for before, row in zip([None, *rows], rows, strict=False):
        first = " first" if before is not None and before.part != row.part else ""
        wide = f' colspan="{len(names)}"' if len(row.cells) < len(names) else ""
        cells = ""
        for content in row.cells:
            inside = answer(content) if isinstance(content, int) else content or ""
            none = ' class="none"' if content is None else ""
            cells += f"<td{wide}{none}>{inside}</td>"
        lines.append(f'<tr class="{row.part}{first}"><th scope="row">{row.symbol}</th>{cells}</tr>')
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    return f'<table class="{kind}"><thead><tr><th></th>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table>'


def key_section(sheet: Sheet) -> str:
    """One sheet's right numbers, and what its wrong ones mean."""
    groups = "".join(wrong_table(sheet.formulas, group) for group in key_of(sheet) if group.wrong)
    right = table(sheet, True)
    is_narrow = len(columns(sheet.formulas.network)) <= 4
    both = f'<div class="wrong">{right}{groups}</div>' if is_narrow else f'{right}<div class="wrong">{groups}</div>'
    return f'<section class="sheet">{heading(sheet, "Key")}{both}</section>'


def wrong_table(formulas: SheetFormulas, group: Group) -> str:
    """The wrong numbers of a group of questions, a row per mistake."""
    question = formulas.questions[group.questions[0]]
    what = escape(question.label(formulas.network)) + (" …" if len(group.questions) > 1 else "")
    rights = zip(group.questions, group.right, strict=True)
    right = "".join(f"<td><small>{k + 1}</small>{number}</td>" for k, number in rights)
    rows = [f'<tr class="right">{right}<td>{what}</td></tr>']
    for wrong in group.wrong:
        numbers = "".join(f"<td>{number}</td>" for number in wrong.numbers)
        meaning = "; or ".join(f"{i} {CATALOGUE[i].name}" for i in wrong.ids)
        rows.append(f"<tr>{numbers}<td>{escape(meaning)}</td></tr>")
    return f'<table class="mistakes">{"".join(rows)}</table>'
