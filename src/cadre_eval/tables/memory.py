"""A limit on memory that is kept: what would pass it fails at once, before the machine begins to swap."""

from __future__ import annotations

import ctypes
import errno
import sys
from contextlib import suppress

import pyarrow as pa

from cadre_eval.errors import Text, UsageError

MIB = 1024 * 1024


def give_back() -> None:
    """Gives memory that is free back to the system, where it can be told to: what one stage needed is not held in the next."""
    pa.default_memory_pool().release_unused()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


MMAP_THRESHOLD = -3
"""The name of the setting in the C library."""


def plain_memory() -> None:
    """Lets Arrow take its memory from the system, and the system take large pieces back as soon as they are free: pools and
    heaps would keep what nobody needs any longer.
    """
    pa.set_memory_pool(pa.system_memory_pool())
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(MMAP_THRESHOLD, MIB)


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
