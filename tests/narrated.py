"""Classes for narrate, with all that Pythons go through line by line in different ways; narrated.txt is what it prints.

Imports nothing but the standard library. Written as students may write: not formatted.
"""
# fmt: off
# ruff: noqa: B007, B904, B905, C416, C417, E701, E702, E731, E741, F841, UP004

import asyncio
import io
import sys
from contextlib import asynccontextmanager, contextmanager, nullcontext, redirect_stdout
from enum import IntEnum
from functools import cached_property, wraps

RATE = 0.5


def logged(function):
    @wraps(function)
    def inner(*arguments):
        return function(*arguments)

    return inner


@contextmanager
def doubled(number):
    yield 2 * number


class Slotted:
    __slots__ = ("weight", "empty")

    def __init__(self, weight):
        self.weight = weight

    def twice(self):
        return self.weight * 2


class Student:
    """Everything."""

    decay = 0.9

    def __init__(self, weights):
        """The docstring has no numbers."""
        self.weights = weights
        self.__secret = 0.25
        self.asked = 0
        self.name = "stüdent"

    @property
    def total(self):
        self.asked += 1
        return sum(self.weights)

    @cached_property
    def largest(self):
        return max(self.weights)

    def properties(self):
        half = self.total / 2
        return half + self.largest * self.__secret

    def loops(self):
        collected = 0.0
        for idx, weight in enumerate(self.weights):
            if weight < 0:
                continue
            collected += weight * RATE
        else:
            collected *= 1 + 1
        while collected > 1:
            collected -= (
                0.5  # a comment
                + self.decay
            )
        while True:
            collected += 1
            if collected > 2:
                break
        for _ in range(2):
            pass
        for idx in range(2): collected -= idx
        while True:
            collected -= idx
            if collected < 0: break
        return collected

    def comprehensions(self):
        scaled = [
            weight * RATE
            for weight in self.weights
            if weight != 0
        ]
        pairs = {idx: weight for idx, weight in enumerate(scaled)}
        largest = max(abs(weight) for weight in scaled)
        return largest + sum(pairs[idx] for idx in range(len(scaled)))

    def several_lines(self, first, second=-2.0):
        result = self.helper(
            first,
            second,
        )
        result = (
            result
            * first
        ) + self.weights[
            1
        ]
        if (
            result > 0
            and first > 0
        ):
            result = -result
        elif result == 0:
            result = 1
        else:
            result += 10
        return max(
            result,
            second,
        )

    @logged
    def helper(self, first, second):
        return first * second if first > second else self.weights[-1] - (first + second)

    def shared_lines(self, z):
        a = z; b = a + 1; c = -b
        if c > 0: return c
        if c < 0: c = 2 * c
        return a * b * c

    def cleaning_up(self, z):
        try:
            with nullcontext(z) as same, doubled(z) as double:
                z = same * double
                for factor in (2, 3):
                    with doubled(factor) as more:
                        if factor == 3:
                            return z * more
                        z += more
        finally:
            self.asked = 0

    def failing(self, z):
        try:
            z = 1 / z
        except ZeroDivisionError as error:
            z = len(error.args)
        try:
            try:
                z += self.weights[7]
            finally:
                z *= 2
        except (IndexError, KeyError):
            z -= 0.5
        return self.raising(z)

    def raising(self, z):
        for weight in self.weights:
            z += weight
            if z > 0:
                raise ValueError(f"z is {z}: too much")
        return z

    def factorial(self, n):
        if n < 2:
            return 1
        return n * self.factorial(n - 1)

    def choosing(self, z):
        match z:
            case 0:
                return 1.5
            case int():
                found = z * 2
            case [first, *_]:
                found = first + 1
            case _:
                found = 3
        return found

    def generating(self, count):
        for idx in range(count):
            received = yield idx * 2
            count += received or 1
        return count

    def assigning(self, z):
        first, (second, *rest) = z, (2.0 * z, 3, 4)
        self.weights[0] = self.weights[1] = first * second
        self.weights[0], self.weights[1] = self.weights[1] - 1, rest[0] ** 2
        number: float = 2 ** -first
        typed: float
        if (typed := number * 2) > 1:
            typed -= first - second
        numbers = {"a": typed, 1: 2.5}
        numbers["a"] *= numbers[1] or 1
        text = f"{typed} and {first}"
        inner = lambda number: number + first
        del numbers[1]
        assert typed != first, text
        global RATE
        return inner(number) + (lambda z: z + typed)(first) - (-z) ** 2

    @staticmethod
    def static(z):
        return z + 1

    @classmethod
    def of_the_class(cls, z):
        return cls.static(z) * cls.decay

    def long_lists(self):
        values = [0.1] * 9
        table = [values, values]
        nested = table[1][2 - 1] * len(values)
        big = 10 ** 400 * 1
        return sum(values), nested, big


class Countdown:
    """An iterator that says itself that it is through."""

    def __init__(self, count):
        self.count = count

    def __iter__(self):
        return self

    def __next__(self):
        if not self.count:
            raise StopIteration
        self.count -= 1
        return self.count


class Ways:
    """Ways through a method."""

    name = "ways"

    def endless(self, z):
        while True:
            z += 1
            if z > 3:
                try:
                    break
                finally:
                    z += 10
        while z:
            z -= 7
            z = max(z, 0)
        return z

    def endless_statement(self, z):
        while True:
            z = z + 1 if z < 2 else self.stop(z)

    def endless_in_one_line(self, z):
        while True: z += 1; z = z if z < 3 else self.stop(z)

    def stop(self, z):
        raise ValueError(str(z))

    def with_blocks(self, z):
        with nullcontext() as f: z += 1
        with nullcontext() as f:
            z += 2
        for x in [1, 2]:
            with nullcontext() as f:
                z += x
                continue
        while z < 100:
            with (nullcontext() as f,
                  nullcontext() as g):
                z *= 3
        try:
            with nullcontext():
                z = 1 / 0
        except ZeroDivisionError: z = -1
        else:
            z = 5
        finally:
            z -= 1
        if not z: return 1
        if z < 0:
            z = -z

    def finally_after_return(self, z):
        try:
            return z + 1
        finally:
            z = 3
            for _ in range(2): z += 1

    def finally_twice(self, z):
        try:
            try:
                return self.finally_after_return(z)
            finally:
                z -= 1
        finally:
            if z:
                z = 7

    def many_lines(self, z):
        for i in range(3):
            try:
                if i == 1: continue
                z += i
            except ValueError:
                pass
            finally:
                z += 0.5
        else:
            z += 100
        x = [
            [a * b for a in range(2)]
            for b in range(
                2
            )
        ][1][1]; y = x
        z = (z if
             z > 1000 else
             x +
             y)
        def inner(
            k=z
        ):
            return k
        class Inner(
            object
        ):
            q = 1
        z = inner(
        ) + (
            Inner.
            q
        )
        assert (
            z
            > 1
        ), (
            "no"
        )
        return (
            z
        )

    def generator(self, n):
        yield n
        try:
            m = yield n + 1
            n += m or 0
        finally:
            n = 0

    def delegating(self, n):
        yield from self.generator(n)
        n += 1

    def going_through(self, zs):
        for z in self.generator(1):
            n = z * 2
        for a, (b, c) in zip([1, 2], [(3, 4), (5, 6)]):
            n += a * b * c
        for z in Countdown(2):
            n += z
        n = sum(z for z in self.generator(2))
        n = [*self.generator(3)][0]
        it = iter([1])
        try:
            next(it)
            next(it)
        except StopIteration:
            n = 99
        while (n := n - 40) > 0:
            pass
        return n

    def branches(self, z):
        if z:
            if z > 1:
                z = 2
        elif z < 0:
            pass
        else:
            z = 4

    def chained(self):
        try:
            raise ValueError("a")
        except ValueError as e:
            raise KeyError("b") from e

    def loops_with_else(self, z):
        while z < 3:
            z += 1
        else:
            z = -1
        for _ in range(3):
            if _:
                break
        else:
            z = 7
        lots = {
            "a": z,
            "b": [z,
                  z],
        }
        lots["b"][0] += (
            1
        )
        return lots["b"][0] \
            + z


class Changing:
    """Numbers that change while a statement runs: one that was read before is not shown as the one that was used."""

    def __init__(self):
        self.count, self.items = 1.0, [1.0, 2.0]

    def more(self):
        self.count *= 4
        return self.count

    @property
    def fewer(self):
        self.count -= 1
        return self.count

    def by_a_call(self, z):
        def inner():
            nonlocal z
            z += 1
            return z

        first = self.count + self.more()
        second = self.more() + self.count
        third = self.fewer - self.count
        fourth = self.count * 2 if self.more() > self.count else 0
        fifth = self.items.pop() * self.items[-1] + len(self.items) * first
        sixth = inner() + z
        z = self.more() / z
        return self.more() / (self.count - self.count), second + third + fourth + fifth + sixth

    def by_itself(self, z):
        if z > 0: z -= 1; z *= 2
        text = f"""{z}
            {z}""" + str(
            z * 2
        ) + "two  spaces"
        kind = len(text) if type(z) is float and isinstance(self.count, float) else type(text)
        return kind + self.with_a_length_of_its_own(text, lambda text: 0)

    def with_a_length_of_its_own(self, text, len):
        return len(text)

    @property
    def doubled(self):
        return self.count

    @doubled.setter
    def doubled(self, count):
        self.count = count * 2

    def through_properties(self):
        self.doubled = 2.0
        self.doubled += 1
        self.doubled = self.doubled * self.doubled
        return -self.doubled

    def sent_to(self, z):
        while True:
            z += yield z

    async def waiting(self, z):
        y = await self.other(z)
        y = await asyncio.sleep(0, y * 2)
        async with around(y) as x:
            y += x
        async for x in counting(2):
            y -= x
        return await self.other(y)

    async def other(self, z):
        return z + 1


class Kind(IntEnum):
    ONE = 1

    def twice(self):
        return self * 2


@asynccontextmanager
async def around(z):
    yield z * 2


async def counting(count):
    for idx in range(count):
        yield idx


def sending():
    generator = Changing().sent_to(1)
    next(generator), generator.send(2.5), generator.close()


def calls():
    """(title, call) for each thing to narrate."""
    student = Student([0.5, -1.25, 3.0])
    yield "properties", student.properties
    yield "loops", student.loops
    yield "comprehensions", student.comprehensions
    yield "several_lines", lambda: student.several_lines(1.5)
    yield "shared_lines", lambda: student.shared_lines(0.5)
    yield "cleaning_up", lambda: student.cleaning_up(1.5)
    yield "failing", lambda: student.failing(0)
    yield "factorial", lambda: student.factorial(3)
    yield "choosing", lambda: [student.choosing(z) for z in (0, 4, [0.5, 2], None)]
    yield "generating", lambda: list(student.generating(2))
    yield "assigning", lambda: student.assigning(0.75)
    yield "static", lambda: (Student.static(1), Student.of_the_class(2.0))
    yield "slotted", lambda: Slotted(1.5).twice() + Slotted(2.5).twice()
    yield "long_lists", student.long_lists
    yield "building", lambda: Student([1.0]) and None

    ways = Ways()
    yield "endless", lambda: ways.endless(0)
    yield "endless_statement", lambda: ways.endless_statement(0)
    yield "endless_in_one_line", lambda: ways.endless_in_one_line(0)
    yield "with_blocks", lambda: ways.with_blocks(0)
    yield "finally_after_return", lambda: ways.finally_after_return(1)
    yield "finally_twice", lambda: ways.finally_twice(1)
    yield "many_lines", lambda: ways.many_lines(1)
    yield "generator", lambda: list(ways.generator(1))
    yield "delegating", lambda: list(ways.delegating(1))
    yield "going_through", lambda: ways.going_through(1)
    yield "branches", lambda: [ways.branches(z) for z in (2, 0)]
    yield "chained", ways.chained
    yield "loops_with_else", lambda: ways.loops_with_else(0)

    yield "by_a_call", lambda: Changing().by_a_call(1)
    yield "by_itself", lambda: Changing().by_itself(1.5)
    yield "through_properties", lambda: Changing().through_properties()
    yield "sent_to", sending
    yield "waiting", lambda: asyncio.run(Changing().waiting(1.5))
    yield "enum", lambda: Kind(1).twice()


def narrated():
    """What narrate prints for all of them."""
    from neurons import narrate

    text = io.StringIO()
    with redirect_stdout(text):
        for title, call in calls():
            print(f"--- {title}")
            try:
                narrate(call, Student, Slotted, Ways, Changing, Kind)
            except (ValueError, KeyError, ZeroDivisionError) as error:
                print(f"--- {title} raised {error!r}")
    return text.getvalue()


if __name__ == "__main__":
    sys.stdout.buffer.write(narrated().encode())
