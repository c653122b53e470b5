"""How much the property tests try."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "joint-liability",
    deadline=None,
    max_examples=40 * int(os.environ.get("TRIES", "1")),
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("joint-liability")
