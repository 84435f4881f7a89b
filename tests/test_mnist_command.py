"""python -m neurons mnist: what it prints is right, its picture is one, and without MNIST it says what to do."""

import os
import re
import subprocess
import sys

import pytest

np = pytest.importorskip("numpy")

from neurons import Model, SoftmaxCrossEntropy, datasets, relu  # noqa: E402
from neurons.__main__ import main  # noqa: E402
from neurons.arrays.batches import Pixels  # noqa: E402
from neurons.commands import mnist as mnist_command  # noqa: E402
from neurons.commands.digit_model import Images  # noqa: E402
from neurons.datasets import Dataset  # noqa: E402


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def run(*arguments, **environment):
    command = [sys.executable, "-W", "error", "-m", "neurons", "mnist", *arguments]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", **environment},
    )


def test_the_digits_are_learned_counted_and_drawn(tmp_path):
    result = run("--digits", "--picture", "digits.png")
    assert (result.returncode, result.stderr) == (0, "")
    shares = [float(share) for share in re.findall(r"^epoch .* right +([\d.]+) %$", result.stdout, re.MULTILINE)]
    assert len(shares) == 15
    assert shares[-1] >= 95.0
    table = re.findall(r"^  (\d)  ((?: +[\d.]+){10}) +([\d.]+) %$", result.stdout, re.MULTILINE)
    counts = [[0 if cell == "." else int(cell) for cell in cells.split()] for _, cells, _ in table]
    labels = datasets.digits().test_labels
    assert [sum(row) for row in counts] == np.bincount(labels).tolist()
    right = sum(counts[digit][digit] for digit in range(10))
    assert f"{100 * right / len(labels):.2f}" == f"{shares[-1]:.2f}"
    for digit, (_, _, share) in enumerate(table):
        assert float(share) == pytest.approx(100 * counts[digit][digit] / sum(counts[digit]), abs=0.051)
    assert (tmp_path / "digits.png").read_bytes().startswith(b"\x89PNG")
    assert "draw.html" in result.stdout
    assert (tmp_path / "draw.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert max(map(len, result.stdout.splitlines())) <= 90


def images_of_nine_pixels():
    """Six images of 3x3 pixels, all labelled 2."""
    pixels = np.random.default_rng(0).integers(1, 256, (6, 9), dtype=np.uint8)
    labels = np.full(6, 2)
    stored = Pixels(pixels)
    return Images(Dataset(stored, labels, stored, labels, image_shape=(3, 3)))


def test_the_wrong_answer_is_explained_by_numbers_that_a_nudge_confirms(capsys):
    images = images_of_nine_pixels()
    model = Model.from_sizes([9, 7, 10], hidden=relu, engine="numpy", loss=SoftmaxCrossEntropy(), seed=3)
    model.layers[0].biases[:] = 0.3
    answers = model.predict(images.test_inputs)
    mnist_command.show_a_wrong_answer(model, images, answers)
    printed = capsys.readouterr().out
    image = int(re.search(r"test image (\d+) shows a 2", printed).group(1))
    answer = int(re.search(r"^Why (\d)\?", printed, re.MULTILINE).group(1))
    assert answer == answers[image].argmax() != 2
    assert answers[image].max() == answers[answers.argmax(axis=1) != 2].max()

    def difference(brightness):
        logits = model.forward(brightness[None, :] * images.scale + images.shift)[0]
        return logits[answer] - logits[2]

    brightness = images.brightness[image].astype(float)
    rows = re.findall(r"^ +(\d) +(\d) +([\d.]+) \* (\S+) = (\S+)$", printed, re.MULTILINE)
    assert len(rows) == mnist_command.STRONGEST
    for row, column, ink, weight, share in rows:
        pixel = 3 * int(row) + int(column)
        up, down = brightness.copy(), brightness.copy()
        up[pixel] += 0.01
        down[pixel] -= 0.01
        slope = (difference(up) - difference(down)) / (0.02 * images.scale)
        assert float(weight) == pytest.approx(slope, abs=6e-4)
        assert float(ink) == pytest.approx(brightness[pixel] / 255, abs=6e-3)
        assert float(share) == pytest.approx(slope * brightness[pixel] / 255, abs=6e-4)
    shares = [float(row[-1]) for row in rows]
    assert shares == sorted(shares, reverse=True)
    *parts, total = [float(part) for part in re.findall(r"^ +([+-][\d.]+)   ", printed, re.MULTILINE)]
    assert len(parts) == 4
    assert sum(parts) == pytest.approx(total, abs=3e-3)
    assert total == pytest.approx(difference(brightness), abs=6e-4)


def test_no_wrong_answer_is_said(capsys):
    images = images_of_nine_pixels()
    answers = np.zeros((6, 10))
    answers[:, 2] = 1.0
    mnist_command.show_a_wrong_answer(None, images, answers)
    assert "every test image right" in capsys.readouterr().out


def test_without_files_and_network_one_sentence_offers_the_digits(tmp_path):
    environment = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    result = run(NEURONS_DATA="", NEURONS_CACHE=str(tmp_path / "cache"), **environment)
    assert (result.returncode, result.stdout) == (2, "")
    (sentence,) = [line for line in result.stderr.splitlines() if not line.startswith("Downloading data from ")]
    assert sentence.startswith("neurons: MNIST is not on this machine and could not be downloaded")
    assert "python -m neurons mnist --digits" in sentence


@pytest.mark.parametrize(
    "arguments, expected",
    [
        (["--epochs", "0"], "epochs"),
        (["--hidden", "0"], "hidden"),
        (["--batch-size", "0"], "batch_size"),
        (["--learning-rate", "-1"], "learning_rate"),
        (["--learning-rate", "1e30"], "learning_rate"),
        (["--seed", "-1"], "seed must be at least 0 but got -1"),
        (["--picture", "picture.txt"], "picture.txt"),
        (["--picture", "nowhere/picture.png"], "nowhere"),
        (["--page", "page.txt"], "page.txt"),
        (["--page", "nowhere/page.html"], "nowhere"),
    ],
)
def test_a_wrong_option_is_named(arguments, expected, capsys):
    assert main(["mnist", "--digits", *arguments]) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith("neurons: ")
    assert expected in printed.err
    assert printed.out == ""  # known before the images are read


def test_a_folder_without_the_images_is_not_passed_over(tmp_path, capsys):
    assert main(["mnist", "--data", str(tmp_path)]) == 2
    expected = (
        f"--data is {tmp_path}, but neither it nor its subfolder mnist holds train-images-idx3-ubyte, train-labels"
    )
    assert expected in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["mnist", "--data", str(tmp_path), "--digits"])
    assert "--digits: not allowed with argument --data" in capsys.readouterr().err


def test_training_that_blows_up_names_the_epoch_that_was_seen(capsys, monkeypatch):
    seen = []

    def accuracy(model, inputs, labels):
        seen.append(model)
        if len(seen) == 2:
            model.layers[0].weights[:] = 1e38
        return 0.5

    monkeypatch.setattr(Model, "accuracy", accuracy)
    assert main(["mnist", "--digits"]) == 2
    assert "training stopped in epoch 3 at learning_rate" in capsys.readouterr().err


def test_quiet_prints_nothing_and_saves_only_what_is_named(tmp_path, capsys):
    assert main(["mnist", "--digits", "--quiet", "--epochs", "1", "--hidden", "2"]) == 0
    assert list(tmp_path.iterdir()) == []
    assert main(["mnist", "--digits", "--quiet", "--epochs", "1", "--hidden", "2", "--picture", "p.png"]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["p.png"]
    assert main(["mnist", "--digits", "--quiet", "--epochs", "1", "--hidden", "2", "--page", "p.html"]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["p.html", "p.png"]
    assert capsys.readouterr() == ("", "")


def test_the_help_fits_80_columns(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit) as stop:
        main(["mnist", "--help"])
    assert stop.value.code == 0
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80


@pytest.mark.skipif(not os.environ.get("NEURONS_DATA"), reason="NEURONS_DATA does not name a folder with MNIST's files")
def test_three_epochs_of_mnist():
    result = run("--epochs", "3")
    assert (result.returncode, result.stderr) == (0, "")
    assert float(re.findall(r"right +([\d.]+) %", result.stdout)[2]) >= 97.0
