"""python -m neurons worksheet: backpropagation by hand, on paper and online, with answers that name the mistake."""

from neurons import NeuronsError
from neurons.commands.options import add_number
from neurons.text import show

DESCRIPTION = """\
Write worksheets on one training step, to do by hand. Each student gets other
numbers. The key says which mistake is behind which wrong number.

The command puts sheets.html and key.html into DIR (open them in a browser and
print them), and answers.csv, a table for the students' answers. Fill it in, and

    python -m neurons worksheet check DIR/answers.csv

says what each answer is: right, right except for an earlier wrong number, or
wrong, and by which mistake. Each mistake costs one point, even if it is made on
every weight."""

EPILOG = """\
examples, from easy to hard:
  python -m neurons worksheet --out sheets --copies 30 --sizes 2,1
  python -m neurons worksheet --out sheets --copies 30 --hidden relu --output identity
  python -m neurons worksheet --out sheets --students names.csv --page --moodle
  python -m neurons worksheet --out sheets --copies 30 --sizes 2,2,3 --loss ce

The exit code is 0, or 2 if an option is wrong or a file cannot be read or written."""


def add_options(command):
    """The options, explained for a teacher."""
    name = command.prog
    command.usage = (
        f"{name} --out DIR (--students FILE | --copies N)\n           [options]\n       {name} check DIR/answers.csv"
    )
    actions = command.add_subparsers(
        title="later", metavar="check", dest="action", prog=name, help="check the answers in a filled-in answers.csv"
    )
    check = actions.add_parser("check")
    check.add_argument("answers", metavar="DIR/answers.csv", help="the table; worksheet.json lies beside it")
    command.add_argument("--out", metavar="DIR", help="the folder for the sheets")
    command.add_argument(
        "--students", metavar="FILE", help='a .csv file with a column "name", or a text file with a name per line'
    )
    command.add_argument("--copies", type=int, metavar="N", help="instead of names: sheets with a line for the name")
    command.add_argument("--sizes", metavar="SIZES", default="2,2,1", help="inputs and neurons (default 2,2,1)")
    command.add_argument("--hidden", metavar="ACT", default="sigmoid", help="sigmoid (the default), tanh, relu, ...")
    command.add_argument("--output", metavar="ACT", help="sigmoid (the default), identity, ...; softmax with --loss ce")
    command.add_argument(
        "--loss", metavar="LOSS", default="mse", help="mse (the default), bce or ce, the cross-entropy of a softmax"
    )
    command.add_argument(
        "--questions",
        metavar="PARTS",
        default="forward,loss,backward,step",
        help="what is asked (default forward,loss,backward,step); the numbers of earlier parts are printed",
    )
    add_number(command, "--seed", "N", 0, "chooses the numbers: the same seed and name give the same sheet")
    add_number(command, "--decimals", "N", 4, "decimals of each answer")
    command.add_argument("--page", action="store_true", help="also a page on which students check their own answers")
    command.add_argument("--moodle", action="store_true", help="also a quiz for Moodle's question bank")


def run(options):
    """Write the sheets, or judge the answers; the exit code is 0."""
    if options.action == "check":
        from neurons.classroom.worksheets.checking import check_worksheet

        print(check_worksheet(options.answers))
        return 0
    from neurons.classroom.worksheets.worksheet import worksheet

    if not options.out:
        raise NeuronsError("say where the sheets go: --out DIR")
    if options.students is None and options.copies is None:
        raise NeuronsError("say for whom: --students names.csv, or --copies 30")
    written = worksheet(
        options.out,
        options.students,
        copies=options.copies,
        sizes=whole_numbers(options.sizes),
        hidden=options.hidden,
        output=options.output,
        loss=options.loss,
        questions=options.questions.replace(" ", "").split(","),
        seed=options.seed,
        decimals=options.decimals,
        page=options.page,
        moodle=options.moodle,
    )
    print(written)
    return 0


def whole_numbers(text):
    """2,2,1 as numbers."""
    try:
        return [int(word) for word in text.split(",")]
    except ValueError:
        raise NeuronsError(f"--sizes must be numbers such as 2,2,1 but got {show(text)}") from None
