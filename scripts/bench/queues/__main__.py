"""Fill a queue, or be its worker."""

import importlib
import sys


def main(arguments: list[str]) -> int:
    """Do what was asked: WHICH fill COUNT PAUSE EVERY, or WHICH serve."""
    which, what, *more = arguments
    queue = importlib.import_module(f"scripts.bench.queues.{which}")
    if what == "serve":
        queue.serve()
    else:
        queue.fill(int(more[0]), float(more[1]), float(more[2]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
