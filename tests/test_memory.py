"""Training on MNIST takes at most 350 MiB: two float copies of its images alone would take 359."""

import os
import sys

import pytest
from benchmarks import mnist_memory

pytest.importorskip("numpy")


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the other systems count pages in other ways")
def test_sixty_thousand_float_images_are_never_copied():
    """Random ones of MNIST's size, so that it runs everywhere."""
    peak, _ = mnist_memory.peak_of(mnist_memory.MADE_UP)
    assert 180 < peak <= mnist_memory.LIMIT  # the images alone are 179


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the other systems count pages in other ways")
@pytest.mark.skipif(not os.environ.get("NEURONS_DATA"), reason="NEURONS_DATA does not name a folder with MNIST's files")
@pytest.mark.parametrize("words", ["neurons, images as bytes", "neurons, images as float32"])
def test_mnist_is_read_and_learnt(words):
    peak, right = mnist_memory.peak_of(mnist_memory.SCRIPTS[words][0])
    assert right >= 0.96
    assert peak <= mnist_memory.LIMIT
