"""Everything that differs between two installations, read once from the environment."""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """One installation's addresses, secrets and limits."""

    #: Folder of the embedded services and of what may be lost with the host.
    var_dir: Path
    #: postgresql://… of an own server; empty: the embedded one under var_dir.
    database_url: str
    #: redis://… or unix://… of an own server; empty: the embedded one under var_dir.
    redis_url: str
    #: Signs sessions and forms; empty: made once and kept in var_dir.
    secret_key: str
    #: Mails wait visibly in the outbox page while this is empty.
    smtp_host: str
    smtp_port: int
    smtp_user: str
    smtp_password: str
    #: none, starttls or tls.
    smtp_security: str
    mail_from: str
    #: How links in mails begin.
    public_url: str
    #: Tag in the top bar: demo or production.
    environment: str
    #: Largest file taken by an import, in bytes.
    upload_bytes_max: int


def load(environ: "os._Environ[str] | dict[str, str] | None" = None) -> Settings:
    """Read the settings from the environment (or from a mapping, in tests)."""
    env = os.environ if environ is None else environ
    return Settings(
        var_dir=Path(env.get("VAR_DIR") or ROOT / "var").absolute(),
        database_url=env.get("DATABASE_URL", ""),
        redis_url=env.get("REDIS_URL", ""),
        secret_key=env.get("SECRET_KEY", ""),
        smtp_host=env.get("SMTP_HOST", ""),
        smtp_port=int(env.get("SMTP_PORT") or 25),
        smtp_user=env.get("SMTP_USER", ""),
        smtp_password=env.get("SMTP_PASSWORD", ""),
        smtp_security=env.get("SMTP_SECURITY") or "starttls",
        mail_from=env.get("MAIL_FROM") or "zhijie@localhost",
        public_url=(env.get("PUBLIC_URL") or "http://127.0.0.1:8000").rstrip("/"),
        environment=env.get("ZHIJIE_ENVIRONMENT") or "demo",
        upload_bytes_max=int(env.get("UPLOAD_BYTES_MAX") or 2 << 30),
    )
