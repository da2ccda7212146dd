"""Encryption of a backup as a stream: pieces of fixed size, in order, none missing.

Each piece is sealed by AES-256-GCM under a nonce made of a random start, the piece's number and
whether it is the last one, so that a cut, swapped or repeated piece does not open (the STREAM
construction). The key comes from the passphrase by scrypt.
"""

import json
import os
from collections.abc import Iterable, Iterator
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from models.rules.errors.recovery import BackupDamaged, BackupLocked

MAGIC = b"zhijie-backup-1\n"
PIECE_BYTES = 1 << 20
TAG_BYTES = 16
#: 64 MB and about a quarter of a second for each guess of a passphrase.
COST = {"n": 1 << 16, "r": 8, "p": 1}
HEADER_BYTES_MAX = 1_000


def sealed(chunks: Iterable[bytes], passphrase: str) -> Iterator[bytes]:
    """Yield the encrypted bytes of a stream; memory stays at two pieces."""
    salt, start = os.urandom(16), os.urandom(7)
    told = {"salt": salt.hex(), "start": start.hex(), "piece": PIECE_BYTES, **COST}
    header = MAGIC + json.dumps(told, sort_keys=True).encode() + b"\n"
    box = AESGCM(_key(passphrase, salt, **COST))
    yield header
    number, held = 0, bytearray()
    for chunk in chunks:
        held += chunk
        while len(held) > PIECE_BYTES:
            yield box.encrypt(_nonce(start, number, last=False), bytes(held[:PIECE_BYTES]), header)
            del held[:PIECE_BYTES]
            number += 1
    yield box.encrypt(_nonce(start, number, last=True), bytes(held), header)


def opened(source: IO[bytes], passphrase: str, name: str) -> Iterator[bytes]:
    """Yield the bytes that were sealed; raises BackupLocked, BackupDamaged."""
    header = source.readline(len(MAGIC)) + source.readline(HEADER_BYTES_MAX)
    try:
        told = json.loads(header.removeprefix(MAGIC))
        start, size = bytes.fromhex(told["start"]), int(told["piece"])
        key = _key(passphrase, bytes.fromhex(told["salt"]), told["n"], told["r"], told["p"])
    except (ValueError, KeyError, TypeError) as error:
        raise BackupDamaged(
            name=name, reason="文件头无法识别", reason_en="its head is unknown"
        ) from error
    box, number = AESGCM(key), 0
    piece = source.read(size + TAG_BYTES)
    while True:
        after = source.read(size + TAG_BYTES)
        try:
            yield box.decrypt(_nonce(start, number, last=not after), piece, header)
        except InvalidTag as error:
            if number == 0:
                raise BackupLocked(name=name) from error
            raise BackupDamaged(
                name=name,
                reason=f"第 {number + 1} 段与写入时不同",
                reason_en=f"piece {number + 1} is not what was written",
            ) from error
        if not after:
            return
        piece, number = after, number + 1


def _key(passphrase: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=n, r=r, p=p).derive(passphrase.encode())


def _nonce(start: bytes, number: int, *, last: bool) -> bytes:
    return start + number.to_bytes(4, "big") + (b"\1" if last else b"\0")
