"""Seals a secret of the settings, read from stdin, so that a copy of the file opens nothing.

    python -m scripts.seal < password.txt        →  SMTP_PASSWORD=sealed:…

It is opened with SECRET_KEY, which therefore must not stand in the same file.
"""

import sys

from models.rules.errors.api import SecretUnreadable
from models.services import sealing


def main() -> int:
    """Print the sealed secret; exit 1 while there is no SECRET_KEY, 2 when nothing was sent."""
    secret = sys.stdin.readline().rstrip("\r\n")
    if not secret:
        print("请从标准输入给出要密封的口令。 Send the secret on stdin.", file=sys.stderr)
        return 2
    try:
        print(sealing.MARK + sealing.seal(secret, sealing.SMTP))
    except SecretUnreadable as refusal:
        print(refusal.sentence, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
