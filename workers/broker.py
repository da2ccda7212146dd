"""The courier: Redis carries job numbers to the workers and may lose every one of them."""

import logging
import threading
from collections.abc import Iterable

import dramatiq
import redis
from dramatiq.broker import MessageProxy
from dramatiq.brokers.redis import RedisBroker, _RedisConsumer
from redis.backoff import NoBackoff
from redis.retry import Retry

from workers import courier_address

log = logging.getLogger("zhijie.broker")

NAMESPACE = "zhijie"
#: The relay rings here after it sent something, with the queues' names; nobody has to poll.
BELL_CHANNEL = f"{NAMESPACE}:bell"
#: A worker whose bell stays silent looks this often all the same.
IDLE_SECONDS = 0.5
#: Messages of a dead worker return after the heartbeat timeout only if every command looks.
MAINTENANCE_ALWAYS = 1_000_000
HEARTBEAT_TIMEOUT_MS = 60_000
#: Only numbers of jobs lie in the dead letters: the row tells what happened.
DEAD_MESSAGE_TTL_MS = 3_600_000
#: What is fetched is begun: a message never waits in one worker while another is idle.
PREFETCH = 1
#: dramatiq's own pause between looks; the bell does the waiting.
POLL_MS = 2
RECONNECT_SECONDS = 1.0
SOCKET_SECONDS = 5.0


class BellConsumer(_RedisConsumer):
    """Fetches when the bell rang, when a message was done, and now and then anyway."""

    def __init__(self, broker: "Courier", queue_name: str, bell: threading.Event) -> None:
        super().__init__(broker, queue_name, PREFETCH, POLL_MS)  # type: ignore[no-untyped-call]
        self.bell = bell

    def __next__(self) -> MessageProxy | None:
        """Return the next message, or None after a silence."""
        self.bell.clear()
        message: MessageProxy | None = super().__next__()  # type: ignore[no-untyped-call]
        if message is None:
            self.bell.wait(IDLE_SECONDS)
        return message

    def ack(self, message: MessageProxy) -> None:
        """Confirm a message and look for the next one at once."""
        super().ack(message)  # type: ignore[no-untyped-call]
        self.bell.set()


class Courier(RedisBroker):
    """dramatiq's RedisBroker without delays, retries or any other middleware.

    A message only says "look at row N": attempts, pauses and leases belong to the row.
    """

    def __init__(self, redis_url: str) -> None:
        super().__init__(  # type: ignore[no-untyped-call]
            client=courier_address.client(
                redis_url,
                socket_timeout=SOCKET_SECONDS,
                socket_connect_timeout=SOCKET_SECONDS,
                # Once for a stale socket after a restart; longer waits would hold row locks.
                retry=Retry(NoBackoff(), 1),
            ),
            middleware=[],
            namespace=NAMESPACE,
            maintenance_chance=MAINTENANCE_ALWAYS,
            heartbeat_timeout=HEARTBEAT_TIMEOUT_MS,
            dead_message_ttl=DEAD_MESSAGE_TTL_MS,
        )
        self._redis_url = redis_url
        self.bells: dict[str, threading.Event] = {}

    def declare_queue(self, queue_name: str) -> None:
        """Declare a queue without its twin for delayed messages: we never delay."""
        if queue_name not in self.queues:
            self.queues.add(queue_name)
            self.emit_after("declare_queue", queue_name)

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> BellConsumer:
        """Return a consumer that waits for the bell; both numbers are replaced by ours."""
        del prefetch, timeout
        bell = self.bells.setdefault(queue_name, threading.Event())
        return BellConsumer(self, queue_name, bell)

    def carry(self, name: str, queue: str, job_id: int) -> None:
        """Send the number of one job."""
        self.enqueue(
            dramatiq.Message(
                queue_name=queue, actor_name=name, args=(job_id,), kwargs={}, options={}
            )
        )

    def ring(self, queues: Iterable[str]) -> None:
        """Wake the idle workers of these queues."""
        for queue in queues:
            self.client.publish(BELL_CHANNEL, queue)

    def unfetched_count(self, queue: str) -> int:
        """Return how many messages of the queue no worker has fetched yet."""
        return int(self.client.llen(f"{NAMESPACE}:{queue}"))

    def listen(self, stop: threading.Event) -> None:
        """Wake consumers when the bell rings, until stopped; a lost Redis is waited for."""
        while not stop.is_set():
            try:
                self._listen_once(stop)
            except redis.RedisError as error:
                log.warning("bell.silent reason=%r", str(error))
                stop.wait(RECONNECT_SECONDS)

    def _listen_once(self, stop: threading.Event) -> None:
        client = courier_address.client(self._redis_url, socket_connect_timeout=SOCKET_SECONDS)
        ears = client.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
        with client, ears:
            ears.subscribe(BELL_CHANNEL)
            for bell in self.bells.values():
                bell.set()
            while not stop.is_set():
                heard = ears.get_message(timeout=1.0)
                rung = heard and self.bells.get(heard["data"].decode())
                if rung:
                    rung.set()
