"""python -m neurons course: start, list, check, hint, watch, reset, submit, new."""

DESCRIPTION = """\
Seventeen exercises, from one weighted sum to handwritten digits. Each is one
small file with one thing to write. Start with

    python -m neurons course start my_course
    cd my_course
    python -m neurons course watch

then edit 01_weighted_sum.py in any editor. Each time you save, it is checked."""

EPILOG = """\
The exit code of check is 0 for a right answer, 1 for a wrong one, and 2 if
something is wrong with the command."""


def add_options(command):
    """The course's own commands."""
    verbs = command.add_subparsers(title="what to do", metavar="VERB", dest="verb")
    start = verbs.add_parser("start", help="put the exercises into a folder")
    start.add_argument("folder", metavar="DIR", help="a new folder, or one with a course: no file is overwritten")
    verbs.add_parser("list", help="the exercises and how far you are")
    for verb, text in (
        ("check", "check an exercise: is it right? If not, what is wrong?"),
        ("hint", "a hint: a question, then the formula in words, then the lines of code"),
        ("lesson", "what the exercise is about"),
    ):
        one = verbs.add_parser(verb, help=text)
        one.add_argument("exercise", metavar="NN", nargs="?", help="its number (default: the next one to do)")
    verbs.add_parser("watch", help="check an exercise each time its file is saved; keys: n, b, h, r, l, q")
    reset = verbs.add_parser(
        "reset", help="go back to the file as it was at the start; yours is kept under another name"
    )
    reset.add_argument("exercise", metavar="NN", help="its number")
    verbs.add_parser("submit", help="pack your files into submission.zip, to hand in")
    new = verbs.add_parser("new", help="for teachers: an exercise of your own, and the proof that it can be solved")
    new.add_argument(
        "name", metavar="NAME", help="two digits and words, such as 18_momentum; it goes into exercises/NAME"
    )


def run(options):
    """Do what the verb says; return the exit code."""
    from neurons.classroom.course.course import Course
    from neurons.classroom.course.screen import Screen

    if options.verb == "start":
        return start(options.folder)
    if options.verb == "new":
        return new(options.name)
    course = Course.find()
    screen = Screen()
    if options.verb == "list":
        screen.write(str(course))
        return 0
    if options.verb == "watch":
        return watch(course, screen)
    if options.verb == "submit":
        path, count, passed = course.submit()
        print(f"{path} has {count} exercises, {passed} of them passed. Hand in this file.")
        return 0
    exercise = course.exercise(options.exercise)
    if options.verb == "check":
        return check(course, exercise, screen)
    if options.verb == "hint":
        screen.write(course.hint(exercise))
    elif options.verb == "lesson":
        screen.write_lesson(exercise.text("lesson.md"))
    else:
        kept = course.reset(exercise)
        yours = f" Your old file is now {kept}." if kept else ""
        screen.write(f"{course.path(exercise)} is back as it was at the start.{yours}")
    return 0


def start(folder):
    """Lay the exercises out and say how to go on."""
    from neurons.classroom.course.course import Course, is_course
    from neurons.classroom.sandbox.source import shown_path

    was_there = is_course(folder)
    course = Course.start(folder)
    folder = shown_path(folder)
    count = len(course.exercises)
    if was_there:
        print(f"{folder} is here already: {len(course.passed())} of {count} passed, nothing changed. Go on with\n")
    else:
        print(f"{count} exercises are ready in {folder}. Go on with\n")
    quoted = f'"{folder}"' if " " in folder else folder
    print(f"  cd {quoted}\n  python -m neurons course watch\n")
    print(f"and open {course.current().name}.py in your editor.")
    return 0


def new(name):
    """Make an exercise and say whether it can be solved."""
    from neurons.classroom.course.new_exercise import new_exercise, problems_of

    exercise = new_exercise(name)
    problems = problems_of(exercise)
    print(f"{exercise.folder}: " + ("the stub fails and the solution passes." if not problems else "not yet."))
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def check(course, exercise, screen):
    """Check an exercise and say which one is next."""
    result = course.check(exercise)
    screen.write_result(result)
    if result.passed:
        left = course.left()
        next_file = f"Next: edit {course.path(left[0])}." if left else "All exercises are passed."
        screen.write(f"\n{next_file}")
    return 0 if result.passed else 1


def watch(course, screen):
    """Until q or Ctrl-C."""
    from neurons.classroom.course.keyboard import keys
    from neurons.classroom.course.watch import Watch

    try:
        with keys() as key:
            Watch(course, key, screen).run()
    except KeyboardInterrupt:
        pass
    screen.write("\n" + str(course))
    screen.write("\n`python -m neurons course watch` goes on from here.")
    return 0
