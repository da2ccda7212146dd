"""How the running system is: its processes, its queues, what money waits for, and since when."""
