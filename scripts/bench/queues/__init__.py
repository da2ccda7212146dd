"""One queue a module, ours and its peers: `fill` asks for jobs, `serve` is one worker.

Each job does the same work: one row, committed. Run as `python -m scripts.bench.queues WHICH fill
COUNT PAUSE EVERY` or `… WHICH serve`; addresses come from the environment.
"""
