"""How much the property tests try.

``TRIES=20`` looks twenty times harder; ``SHRINK=no`` reports the first failure as found, at once. In CI the examples are
the same every time.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

from strategies import TRIES

_PHASES = [Phase.explicit, Phase.reuse, Phase.generate]

settings.register_profile(
    "house",
    deadline=None,
    max_examples=25 * TRIES,
    derandomize=bool(os.environ.get("CI")),
    phases=_PHASES if os.environ.get("SHRINK") == "no" else [*_PHASES, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
settings.load_profile("house")
