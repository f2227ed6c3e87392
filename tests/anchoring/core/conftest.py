"""Hypothesis, for a machine that runs other things as well."""

from hypothesis import HealthCheck, settings

# A busy machine is no reason to fail; the first example also waits for Hypothesis to write down
# all of Unicode.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")
