"""A limit on memory that is kept: what would pass it fails at once, before the machine begins to swap."""

from __future__ import annotations

import ctypes
import errno
import sys
from contextlib import suppress

import pyarrow as pa

from cadre_eval.errors import Text, UsageError

MIB = 1024 * 1024
TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8
"""The names of settings in the C library."""
HEAPS = {TRIM_THRESHOLD: 64 * MIB, MMAP_THRESHOLD: 16 * MIB, ARENA_MAX: 2}
"""Free memory at the end of a heap that is kept; pieces that are the system's own, given back at once; how many heaps."""


def give_back() -> None:
    """Gives memory that is free back to the system, where it can be told to: what one stage needed is not held in the next."""
    pa.default_memory_pool().release_unused()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def plain_memory() -> None:
    """Lets Arrow take its memory from the system, and threads share what is free: pools and heaps of their own would keep
    what the others need. Columns of a block come and go; taking their pages anew each time costs a third of the run.
    """
    pa.set_memory_pool(pa.system_memory_pool())
    with suppress(OSError, AttributeError):
        for setting, value in HEAPS.items():
            ctypes.CDLL(None).mallopt(setting, value)


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


def lift_limit() -> None:
    """Takes the limit back: a run that has failed needs a little more memory to say so."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))


def is_limited() -> bool:
    """Whether this process may not have all the memory there is."""
    try:
        import resource
    except ImportError:
        return False
    return resource.getrlimit(resource.RLIMIT_DATA)[0] != resource.RLIM_INFINITY


def is_short_of_memory(error: Exception) -> bool:
    """Whether memory was lacking: for an array, a process, or a thread and its stack."""
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    return isinstance(error, MemoryError) or any(word in str(error) for word in ("thread", "bad_alloc"))
