"""Tickets (签号): a number for each inspector at each host, for each household, that nobody can choose or foresee."""

from __future__ import annotations

import hashlib
import json

from cadre_eval.supervision.draw.task import Task

TICKETS = "sha256-40"
"""How tickets are made. Bits: a sum over thousands stays far below 63, and two different draws hardly ever tie."""
BYTES = 5


def hashed(*parts: str | int) -> bytes:
    """SHA-256 of the parts as a JSON list without spaces, in UTF-8."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()).digest()


def ticket(seed: str, digest: str, inspector: str, host: str) -> int:
    """The first 40 bits of the hash of seed, digest of the input, inspector and host."""
    return int.from_bytes(hashed(seed, digest, inspector, host)[:BYTES], "big")


def sampled(task: Task, host: str) -> tuple[int, ...]:
    """The households to ask at a host: of the numbers 1 to n of its register, those with the smallest hashes of seed,
    digest, host and number. All of them where there are no more than the sample.
    """
    draw = task.draw
    if draw.sample is None or draw.seed is None or host not in draw.households:
        return ()
    seed, numbers = draw.seed, range(1, draw.households[host] + 1)
    order = sorted(numbers, key=lambda number: hashed(seed, task.digest, host, number))
    return tuple(sorted(order[: draw.sample]))
