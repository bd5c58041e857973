"""What the figures were measured on."""

from __future__ import annotations

import datetime as dt
import os
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

#: Packages whose release decides a figure.
_PACKAGES: Final = ("numpy", "faiss-cpu", "jieba", "rank-bm25", "bm25s", "scikit-learn")
#: Load average from which the machine was shared with other work.
BUSY: Final = 1.5


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine, the day and the load average (one minute) when measuring began."""

    day: str
    processor: str
    cores: int
    memory_gb: float
    python: str
    packages: dict[str, str]
    load: float


def this_machine() -> Machine:
    """Describe the machine at hand."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return Machine(
        day=dt.datetime.now().astimezone().date().isoformat(),
        processor=_processor(),
        cores=os.cpu_count() or 1,
        memory_gb=round(pages / 1024**3, 1),
        python=platform.python_version(),
        packages={name: version(name) for name in _PACKAGES},
        load=round(os.getloadavg()[0], 2),
    )


def _processor() -> str:
    """The processor's model name, where the system tells it."""
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()
