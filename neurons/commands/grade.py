"""python -m neurons grade: a whole class, without trusting a line of what was handed in."""

DESCRIPTION = """\
Grade what students handed in: zips (as `course submit` makes them), folders,
notebooks or single files, one per student. The zip in which Moodle, Canvas or
Blackboard hands out the work of a class can stay as it is: each student in it is
graded under the name that the platform gives. Every file runs in a sandbox where
it can only compute; it cannot see the right answers.

Writes grades.csv, a page per student, a page on the class, and result files for
Gradescope and GitHub Classroom. If you stop it half-way, the same command goes on."""

EPILOG = """\
The exit code is 0 if everything could be read and graded, 1 if something could
not (it is listed at the end, and the next run tries it again), 2 if something is
wrong with the command, 130 if you stopped it with Ctrl-C."""


def add_options(command):
    """The options, explained for a teacher."""
    command.add_argument(
        "submissions",
        metavar="SUBMISSIONS",
        help="a folder with one zip, folder or file per student, or a platform's zip of the class",
    )
    command.add_argument("--out", metavar="DIR", required=True, help="the folder for the grades")
    command.add_argument("--jobs", type=int, metavar="N", help="how many at a time (default: as many as processors)")
    command.add_argument(
        "--exercises", metavar="DIR", help="a folder with exercises of your own, graded with the others"
    )
    command.add_argument(
        "--join",
        action="store_true",
        help="single files that begin with the same name belong to one student: bob_01_weighted_sum.py and"
        " bob_02_activations.py are bob's (without this, each file is a submission of its own)",
    )
    command.add_argument(
        "--trust",
        action="store_true",
        help="grade even if this machine has neither bubblewrap nor Landlock: only if you trust the files",
    )


def run(options):
    """Grade and print the result; return the exit code."""
    import os
    from functools import partial

    from neurons import NeuronsError
    from neurons.checks import checked_count
    from neurons.classroom.course.course import all_exercises
    from neurons.classroom.grading.grading import grade

    if options.exercises and not os.path.isdir(options.exercises):
        raise NeuronsError(f"--exercises: there is no folder {options.exercises}")
    jobs = checked_count(options.jobs, "--jobs") if options.jobs is not None else os.cpu_count() or 1
    try:
        report = grade(
            options.submissions,
            options.out,
            exercises=all_exercises(options.exercises),
            jobs=jobs,
            trust=options.trust,
            join=options.join,
            say=partial(print, flush=True),
        )
    except KeyboardInterrupt:
        print("\nStopped. What is graded is kept: the same command goes on from here.")
        return 130
    print(report)
    return 0 if report.complete else 1
