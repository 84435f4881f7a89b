"""Settings for all tests."""

from hypothesis import HealthCheck, settings

# The same examples every time, and no test that fails because the machine is slow. A failure prints how to repeat it.
settings.register_profile(
    "neurons", deadline=None, derandomize=True, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("neurons")
