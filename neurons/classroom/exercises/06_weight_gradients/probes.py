"""How exercise 06 is probed."""

from neurons.classroom.exercises.samples import backward_probes


def probes(student, rng):
    yield from backward_probes(student, rng)


def diagnosis(student, name):
    from neurons.classroom.diagnosis.diagnose import diagnose
    from neurons.classroom.exercises.proxies import PassesProxy, neuron_class

    return diagnose(neuron_class(student, PassesProxy))
