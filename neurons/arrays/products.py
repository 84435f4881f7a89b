"""Matrix products that write into existing arrays.

Each function decides once which BLAS routine is to be called, and which way round, and returns the call: at batch size
1 that saves as much time as the product itself takes.

The routines come from SciPy. Where it is missing, as in a browser's Python, NumPy multiplies, and the gradients are
made before they are added: one example at a time then takes 2.4 times as long, batches of 32 or 64 about as long
(measured on 784-64-10 and 784-128-10). Where threadpoolctl is missing, BLAS takes as many threads as it likes.
"""

from contextlib import contextmanager
from functools import cache, partial
from math import prod
from threading import Lock

import numpy as np

try:
    from scipy.linalg import blas
except ImportError:
    blas = None
try:
    from threadpoolctl import ThreadpoolController
except ImportError:
    ThreadpoolController = None


def empty_array(shape, dtype):
    """An empty array that begins with a cache line, 64 bytes: gemv and ger then take a sixth less time."""
    num_bytes = prod(shape) * np.dtype(dtype).itemsize
    room = np.empty(num_bytes + 64, np.uint8)
    return np.ndarray(shape, dtype, room, -room.ctypes.data % 64)


def product(left, right, out):
    """A call that writes left (m, k) · right (k, n) to `out` (m, n)."""
    if len(left) > 1 or blas is None:
        return partial(np.matmul, left, right, out=out)  # (m, n)
    # One example: a vector times a matrix. BLAS counts in columns: it computes outᵀ = rightᵀ · leftᵀ.
    gemv = blas.sgemv if out.dtype == np.float32 else blas.dgemv
    matrix, transposed = (right.T, 0) if right.flags.c_contiguous else (right, 1)
    vector, result = without_gaps(left)[0], without_gaps(out)[0]  # (k,), (n,)
    return partial(gemv, 1.0, without_gaps(matrix), vector, 0.0, result, 0, 1, 0, 1, transposed, 1)


def scaled_product_added(scale, left, right, out):
    """A call that adds scale · left (m, k) · right (k, n) to `out` (m, n)."""
    if blas is None:
        return partial(add_scaled_product, scale, left, right, out)
    left, right, result = without_gaps(left), without_gaps(right), without_gaps(out).T  # outᵀ += rightᵀ · leftᵀ  (n, m)
    if left.shape[1] == 1:  # one example: the outer product of two vectors
        ger = blas.sger if out.dtype == np.float32 else blas.dger
        return partial(ger, scale, right[0], left[:, 0], 1, 1, result, 1, 1, 1)
    gemm = blas.sgemm if out.dtype == np.float32 else blas.dgemm
    first, first_transposed = (right.T, 0) if right.flags.c_contiguous else (right, 1)
    second, second_transposed = (left.T, 0) if left.flags.c_contiguous else (left, 1)
    return partial(gemm, scale, first, second, 1.0, result, first_transposed, second_transposed, 1)


def add_scaled_product(scale, left, right, out):
    """Add scale · left (m, k) · right (k, n) to `out` (m, n), by NumPy alone."""
    gradients = np.outer(left[:, 0], right[0]) if len(right) == 1 else np.matmul(left, right)  # (m, n)
    np.multiply(gradients, out.dtype.type(scale), out=gradients)
    np.add(out, gradients, out=out)


def without_gaps(array):
    """`array`, if it lies in memory in one piece: BLAS would silently write to a copy of another one."""
    if not (array.flags.c_contiguous or array.flags.f_contiguous):
        raise AssertionError("BLAS would work on a copy of this array")
    return array


@cache
def libraries():
    """The BLAS libraries of this process."""
    return ThreadpoolController()


limits: list = []  # one for each `one_thread` that was entered and not yet left, by any thread of the program
lock = Lock()


@contextmanager
def one_thread():
    """A context in which BLAS works with one thread; where several overlap, the last to be left gives the others back.

    The products of small batches are too small to share: on a machine where others work as well, two threads that wait
    for each other were measured to take fifty times as long as one. Nor do the numbers depend on how many there are.
    """
    if ThreadpoolController is None:
        yield
        return
    with lock:
        limits.append(libraries().limit(limits=1, user_api="blas"))
    try:
        yield
    finally:
        with lock:
            last = limits.pop()
            if not limits:  # then it was the first as well, and knows how many there were
                last.restore_original_limits()
