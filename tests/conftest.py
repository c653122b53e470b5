"""How much the property tests try (``HYPOTHESIS_PROFILE=long`` looks harder); nobody's own language settings."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

for _variable in ("CADRE_EVAL_LANG", "CADRE_EVAL_DEBUG"):
    os.environ.pop(_variable, None)  # the command looks at them when it is first imported

_PHASES = [Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink]
_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]

settings.register_profile("default", deadline=None, phases=_PHASES, max_examples=60, suppress_health_check=_SLOW)
settings.register_profile(
    "ci", deadline=None, phases=_PHASES, max_examples=60, derandomize=True, suppress_health_check=_SLOW
)
settings.register_profile("long", deadline=None, phases=_PHASES, max_examples=1500, suppress_health_check=_SLOW)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "default"))
