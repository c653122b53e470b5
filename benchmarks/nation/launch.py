"""Runs Python with some arguments and tells what it cost, as JSON on a pipe: ``launch.py PIPE ARGUMENTS``.

The peak memory of a process counts what its parent held when it was started. So this parent holds next to nothing.
"""

import json
import os
import sys
import time

pipe, arguments = int(sys.argv[1]), [sys.executable, *sys.argv[2:]]
start = time.perf_counter()
pid = os.posix_spawn(sys.executable, arguments, os.environ)
_, status, usage = os.wait4(pid, 0)
wall = time.perf_counter() - start
unit = 1 if sys.platform == "darwin" else 1024
cost = {
    "code": os.waitstatus_to_exitcode(status),
    "seconds": round(wall, 4),
    "cpu": round(usage.ru_utime + usage.ru_stime, 4),
    "mb": round(usage.ru_maxrss * unit / 1e6, 1),
}
os.write(pipe, json.dumps(cost).encode())
