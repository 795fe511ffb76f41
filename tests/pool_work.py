"""What workers of a pool do in tests; a module that a new process finds."""

import os
import signal
import time


def slow_first(number):
    time.sleep(0.3 if number == 0 else 0)
    return number, os.getpid(), os.environ.get("OMP_NUM_THREADS")


def ended(number):
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def refused(number):
    raise ValueError(f"number {number}")


def deaf(number):
    """Return whether Ctrl-C was blocked when this process began, and is ignored since."""
    blocked = signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])
    return blocked and signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def first_alone(number):
    time.sleep(60 if number else 0)
    return number
