"""What Python's commonest errors mean in an exercise: a sentence and a question for each."""

from typing import NamedTuple


class PythonError(NamedTuple):
    """An error by its type and its message, and what a student reads beside Python's own words.

    In the words, {0}, {1} are what the groups of the patterns have found, {list} is a list of the exercise, and
    {signature} the `def` line that the student was given: where there is none, a row that needs it does not count.
    """

    id: str
    kind: str
    pattern: str  # of the message
    words: str
    line: str = ""  # a pattern of the line that raises it; its groups come after those of the message
    text: str = ""  # a pattern of any line of the file


DECIMAL_COMMA = r"(?:=|return)\s*-?\d+,\d+\s*$"
FUNCTION_TYPES = r"\b(?:function|builtin_function_or_method|method)\b"
NOT_CALLED = (
    "A function stands here without its brackets. To use it, call it: its name, then in round brackets what it takes."
)
KEYWORDS = "Def|Class|If|For|While|Return|Else|Elif|Import|From|Raise|Print"


ERRORS = (
    PythonError(
        "own_number_without_self",
        "NameError",
        r"name '(weights|bias|gradients|bias_gradient|input_activation|linear_activation|activation)' is not defined",
        "That number belongs to the neuron. Inside a method it is called self.{0}.",
    ),
    PythonError(
        "method_without_self",
        "NameError",
        r"name '(self)' is not defined",
        "A method gets the neuron as its first parameter. Does its `def` line begin with `self`?",
    ),
    PythonError(
        "not_imported",
        "NameError",
        r"name '(math|random)' is not defined",
        "Write `import {0}` at the top of the file.",
    ),
    PythonError(
        "not_imported",
        "NameError",
        r"name '(np|numpy)' is not defined",
        "Write `import numpy as np` at the top of the file. (Before exercise 16 you need no NumPy: a loop will do.)",
    ),
    PythonError(
        "number_e",
        "NameError",
        r"name '(e)' is not defined",
        "Python has no `e`: e to the power of -z is exp(-z).",
    ),
    PythonError(
        "function_not_imported",
        "NameError",
        r"name '(exp|sqrt|log|tanh)' is not defined",
        "Write `from math import {0}` at the top of the file.",
    ),
    PythonError(
        "formula_on_paper",
        "NameError",
        r"name '(dL|dz|da)' is not defined",
        "`{0}` is from the formula on paper. In the program each factor has its own name: dL/da is output_gradient.",
    ),
    PythonError(
        "used_before_set",
        "UnboundLocalError",
        r".*'(\w+)'",
        "`{0}` is used before it has a value. What should it be before the loop begins?",
    ),
    PythonError(
        "function_not_called",
        "TypeError",
        r".*" + FUNCTION_TYPES,
        NOT_CALLED,
    ),
    PythonError(
        "function_not_called",
        "AttributeError",
        r"'" + FUNCTION_TYPES,
        NOT_CALLED,
    ),
    PythonError(
        "dots_of_a_formula",
        "TypeError",
        r".*ellipsis",
        '`...` means "and so on" on paper. In Python a loop says it.',
    ),
    PythonError(
        "decimal_comma",
        "TypeError",
        r".*tuple",
        "Python writes 0.0 with a point: a comma makes two numbers of it.",
        text=DECIMAL_COMMA,
    ),
    PythonError(
        "decimal_comma",
        "TypeError",
        r".*(?:takes|expected) .*(?:2 given|got 2)",
        "Python writes 0.5 with a point: a comma makes two numbers of it.",
        line=r"\d,\d",
    ),
    PythonError(
        "pair_as_number",
        "TypeError",
        r".*tuple",
        "Several numbers stand here together, as a tuple. (`zip` gives pairs: `for a, b in zip(...)` parts them.)",
    ),
    PythonError(
        "list_times_number",
        "TypeError",
        r"can't multiply sequence by non-int of type '(list|float)'",
        "You multiply a whole list, but Python multiplies one number at a time. Which loop takes the numbers out?",
    ),
    PythonError(
        "caret_for_power",
        "TypeError",
        r"unsupported operand type\(s\) for \^",
        '`^` is something else in Python. "To the power of" is `**`.',
    ),
    PythonError(
        "nothing_in_a_sum",
        "TypeError",
        r"unsupported operand type\(s\) for (\S+): .*'NoneType'",
        "One side of `{0}` is None. Did you forget `return` in a function, or did you never set this name?",
    ),
    PythonError(
        "lists_as_numbers",
        "TypeError",
        r"unsupported operand type\(s\) for (\S+): .*'list'",
        "`{0}` needs numbers, but one side is a list. Which number of the list do you mean? `{list}[i]` is one.",
    ),
    PythonError(
        "list_plus_number",
        "TypeError",
        r"can only concatenate list \(not \"(\w+)\"\) to list",
        "`+` joins two lists. To add numbers, take them out of the list first: `{list}[i]` is one.",
    ),
    PythonError(
        "number_in_a_loop",
        "TypeError",
        r"'(int|float)' object is not iterable",
        "A loop goes through a list, and this is one number. `range(len({list}))` goes through the indices.",
    ),
    PythonError(
        "nothing_in_a_loop",
        "TypeError",
        r"'NoneType' object is not (iterable|subscriptable)",
        "This is None where a list should be. Did you forget `return` in a function, or did you never set this name?",
    ),
    PythonError(
        "range_of_a_list",
        "TypeError",
        r"'(list|float)' object cannot be interpreted as an integer",
        "`range` takes a whole number: how often the loop runs. `len(...)` counts what is in a list.",
    ),
    PythonError(
        "number_with_index",
        "TypeError",
        r"'(int|float)' object is not subscriptable",
        "Square brackets take a number out of a list, and this is one number already. Did the loop take it out?",
    ),
    PythonError(
        "item_of_a_number",
        "TypeError",
        r"'(int|float)' object does not support item assignment",
        "This is one number, not a list. Did an earlier line put a number where the list was?",
    ),
    PythonError(
        "length_of_a_number",
        "TypeError",
        r"object of type '(int|float)' has no len\(\)",
        "`len` counts what is in a list, and this is one number.",
    ),
    PythonError(
        "index_not_whole",
        "TypeError",
        r"list indices must be integers or slices, not (\w+)",
        "An index counts places: 0, 1, 2. `for i in {list}` gives the numbers; `range(len({list}))` counts them.",
    ),
    PythonError(
        "list_for_a_number",
        "TypeError",
        r"must be real number, not (\w+)",
        "This function takes one number but got a {0}. Take the numbers out one at a time, in a loop.",
    ),
    PythonError(
        "number_called",
        "TypeError",
        r"'(int|float|list)' object is not callable",
        "Round brackets after a name call a function, and this is a {0}. Is a `*` missing, or do you need square ones?",
    ),
    PythonError(
        "init_missing",
        "TypeError",
        r"(\w+)\(\) takes no arguments",
        "Your {0} has no `__init__`. Is it spelt so, with two underlines on each side, and indented?",
    ),
    PythonError(
        "parameters",
        "TypeError",
        r"\S+ (?:takes \d+|missing \d+ required) positional arguments?",
        "You were given `{signature}`. Keep these parameters, and hand over a value for each of them in every call"
        " (but not for self: Python does).",
    ),
    PythonError(
        "parameters",
        "TypeError",
        r"\S+ (?:takes \d+|missing \d+ required) positional arguments?",
        "Does the call hand over as many values as the `def` line has names in its brackets?",
    ),
    PythonError(
        "place_not_there_yet",
        "IndexError",
        r"list assignment index out of range",
        "The list has no such place yet. `append` adds one at the end; `[0.0] * n` makes a list with n places.",
    ),
    PythonError(
        "index_by_hand",
        "IndexError",
        r"list index out of range",
        "The list has no `{0}` in this case: how many numbers there are changes from case to case. Write a loop, which"
        " works for any length.",
        line=r"([\w.]+\[[1-9]\d*\])",
    ),
    PythonError(
        "index_too_large",
        "IndexError",
        r"list index out of range",
        "Python counts from 0: the last of n numbers has the index n - 1. Does your loop go one too far, or is a list"
        " shorter than you think?",
    ),
    PythonError(
        "too_large_for_exp",
        "OverflowError",
        r".*",
        "The number is too large for Python: exp(1000) has 435 digits. What is the largest number that your exp sees?",
    ),
    PythonError(
        "divided_by_zero",
        "ZeroDivisionError",
        r".*",
        "You divide by 0 here. Can that happen in the formula?",
    ),
    PythonError(
        "append_gives_nothing",
        "AttributeError",
        r"'NoneType' object has no attribute '(\w+)'",
        "This is None, and None has no `{0}`. (`numbers = numbers.append(x)` does that: append changes the list and"
        " returns None.)",
    ),
    PythonError(
        "append_to_a_number",
        "AttributeError",
        r"'(?:float|int)' object has no attribute '(\w+)'",
        "`{0}` belongs to a list, and this is one number.",
    ),
    PythonError(
        "no_such_method",
        "AttributeError",
        r"'?(list|tuple|str|dict)'? object has no attribute '(\w+)'",
        "A {0} has no `{1}`. (`append` adds a number at the end of a list.)",
    ),
    PythonError(
        "no_such_method",
        "AttributeError",
        r"'?(\w+)'? object has no attribute '(\w+)'",
        "The class {0} in this file has no method `{1}`. Is it spelt right? Or is what you need on self already?",
        line=r"\.{1}\(",
    ),
    PythonError(
        "attribute_not_set",
        "AttributeError",
        r"'?(\w+)'? object has no attribute '(\w+)'",
        "`self.{1}` has no value yet. Do you set it before this line, and spell it in the same way? (A list that you"
        " fill has to begin empty, or with zeros.)",
    ),
    PythonError(
        "lengths_in_zip",
        "ValueError",
        r"zip\(\) argument \d+ is (?:shorter|longer) than",
        "`zip(..., strict=True)` goes through two lists, and here they differ in length. Which of them is too short?",
    ),
    PythonError(
        "module_not_there",
        "ModuleNotFoundError",
        r"No module named '([\w.]+)'",
        "Your file is checked alone: it sees Python's own library and NumPy. No exercise needs `{0}`: leave it out.",
    ),
    PythonError(
        "nobody_types",
        "EOFError",
        r"EOF when reading",
        "`input` waits for somebody to type, and nobody types while the file is checked. The numbers come in as"
        " parameters.",
    ),
    PythonError(
        "ended_too_early",
        "SystemExit",
        r".*",
        "This line ends your program before the check has asked it everything. Leave it out: a file ends by itself.",
    ),
    PythonError(
        "no_block",
        "IndentationError",
        r"expected an indented block",
        "After a line that ends with a colon, the next lines begin further to the right.",
    ),
    PythonError(
        "indentation",
        "IndentationError",
        r".*",
        "The lines of a block begin at the same place. Is one a space too far to the left or to the right?",
    ),
    PythonError(
        "tabs",
        "TabError",
        r".*",
        "Some lines begin with tabs and some with spaces: they look alike, but they are different. Use only spaces.",
    ),
    PythonError(
        "one_equals_sign",
        "SyntaxError",
        r".*'==' (?:or|instead)",
        "`=` gives a name a value; `==` asks whether two are equal.",
    ),
    PythonError(
        "typographic_quotes",
        "SyntaxError",
        r"invalid character '([“”„‘’‚«»])'",
        "`{0}` is a typographic quote, which Python does not know. Type a straight one yourself: \" or '.",
    ),
    PythonError(
        "sign_of_print",
        "SyntaxError",
        r"invalid (?:non-printable )?character",
        "Python does not know a sign in this line. Was it copied from a text? Type the line yourself.",
    ),
    PythonError(
        "decimal_comma",
        "SyntaxError",
        r".*",
        "Python writes 0.5 with a point: a comma makes two numbers of it.",
        line=r"[<>=]\s*-?\d+,\d+\s*:",
    ),
    PythonError(
        "capital_letters",
        "SyntaxError",
        r".*",
        "`{0}` begins with a small letter in Python.",
        line=rf"^\s*({KEYWORDS})\b",
    ),
    PythonError(
        "no_colon",
        "SyntaxError",
        r"expected ':'",
        "A line that begins a block (`def`, `if`, `for`, `else`) ends with a colon.",
    ),
    PythonError(
        "not_closed",
        "SyntaxError",
        r"'(.)' was never closed",
        "Count the brackets: you open a `{0}` and never close it.",
    ),
    PythonError(
        "return_outside",
        "SyntaxError",
        r"'return' outside function",
        "This `return` begins too far to the left: it is outside the function.",
    ),
    PythonError(
        "not_python",
        "SyntaxError",
        r".*",
        "Python stops in this line, or at the end of the one before. Is a sign missing, or written the wrong way round"
        " (`!=`, `==`, `<=`)? Is a bracket still open?",
    ),
)
