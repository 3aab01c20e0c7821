#!/usr/bin/env python3
"""Processor time, which other programs of a shared machine change less than the clock on the wall.

As a program it runs a command and prints the milliseconds that the command and everything it started have used.
"""

import ctypes
import os
import resource
import subprocess
import sys
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


def of_command(command, **options):
    """Milliseconds of a command with its children; it runs in a process that waits for all of them."""
    run = subprocess.run([sys.executable, __file__, *command], capture_output=True, text=True, check=False, **options)
    if run.returncode:
        raise SystemExit(f"a benchmark's command failed: {' '.join(map(str, command))}\n{run.stderr}")
    return float(run.stdout)


def of_server(pid):
    """Milliseconds that a process has used since it started, with its children, also those that have ended."""
    ticks = 0
    for one in [str(pid), *children(pid)]:
        try:
            behind_the_name = Path(f"/proc/{one}/stat").read_text().rsplit(") ", 1)[1].split()
        except FileNotFoundError:
            continue
        # utime, stime, cutime and cstime are the fields 14 to 17; the first one here is the third.
        ticks += sum(map(int, behind_the_name[11:15]))
    return ticks * TICK_MS


def children(pid):
    return subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True).stdout.split()


def main():
    # A worker that outlives its parent becomes a child of this process and is counted all the same.
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1)
    command = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print((used.ru_utime + used.ru_stime) * 1000)
    # 1 is a submission that did not reach every point.
    sys.exit(command.returncode if command.returncode > 1 else 0)


if __name__ == "__main__":
    main()
