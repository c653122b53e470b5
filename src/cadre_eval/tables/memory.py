"""A limit on memory that is kept: what would pass it fails at once, before the machine begins to swap."""

from __future__ import annotations

import sys

from cadre_eval.errors import Text, UsageError

MIB = 1024 * 1024


def limit_memory(mib: int) -> None:
    """Limits the data of this process, and of those it starts.

    Raises:
        UsageError: the system has no such limits.
    """
    try:
        import resource
    except ImportError:
        raise UsageError(Text("这个系统不能限制内存", "this system cannot limit memory")) from None
    if sys.platform == "darwin":
        raise UsageError(Text("macOS 不能限制内存", "macOS cannot limit memory"))
    resource.setrlimit(resource.RLIMIT_DATA, (mib * MIB, resource.getrlimit(resource.RLIMIT_DATA)[1]))
