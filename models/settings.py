"""Everything that differs between two installations, read once from the environment."""

import ipaddress
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
#: Addresses of the embedded servers, written by serve and read by every command, under VAR_DIR.
SERVICES_FILE = "services.json"
#: The key made by the first start, under VAR_DIR.
SECRET_KEY_FILE = "secret_key"  # noqa: S105 - the name of a file
#: The journal of released bank files, under VAR_DIR unless RELEASE_JOURNAL names better places.
RELEASES_FOLDER = "released"


@dataclass(frozen=True, repr=False)
class Settings:
    """One installation's addresses, secrets and limits."""

    #: Folder of the installation: embedded servers, key, log, and what may be lost with the host.
    var_dir: Path
    #: postgresql://… of an own PostgreSQL 14 or newer instead of the embedded one.
    database_url: str
    #: redis://…, unix://… or redis+sentinel://… of an own Redis 6.2 or newer, or Valkey.
    redis_url: str
    #: Signs sessions and forms and seals what must be read again; the same on all hosts.
    secret_key: str
    #: Mail server; mails wait visibly on their page while this is empty.
    smtp_host: str
    #: Its port.
    smtp_port: int
    #: Name it asks for; empty: none.
    smtp_user: str
    #: The password that goes with it, or what `python -m scripts.seal` made of it.
    smtp_password: str
    #: How mails travel: `none`, `starttls` or `tls`.
    smtp_security: str
    #: Sender of all mails; reports of bounces come back to it.
    mail_from: str
    #: How links in mails begin; https:// makes cookies secure and asks browsers to stay with it.
    public_url: str
    #: `demo` or `production`: shown in the top bar; production is stricter.
    environment: str
    #: Largest file taken, in bytes.
    upload_bytes_max: int
    #: Folder of the official ISO 20022 schemas; order files in XML are validated where it is set.
    iso20022_xsd_dir: Path | None = None
    #: Mails handed to the server in a second, at most.
    mail_per_second: int = 5
    #: Mails of one run of the sender, which begins every minute.
    mail_per_run: int = 500
    #: Mails for one domain within a minute, whoever sends; 0: no limit.
    mail_per_domain: int = 0
    #: `off`, `offered` or `required` (of whoever moves money or grants rights).
    second_factor: str = "offered"
    #: Characters of a password, at least.
    password_length_min: int = 8
    #: Kinds of characters in it, out of four.
    password_classes_min: int = 3
    #: Last passwords that are not taken again.
    password_history: int = 5
    #: Age in days after which a new password is chosen; 0: none.
    password_days_max: int = 0
    #: A session ends after so long without a click …
    session_idle_minutes: int = 120
    #: … and after so long in any case.
    session_hours_max: int = 12
    #: How long the proof lasts that money acts ask for.
    step_up_minutes: int = 10
    #: Proxies before us whose X-Forwarded-For, -Proto and X-Request-ID are believed.
    proxies: int = 0
    #: Calls a minute of one key of another system; 0: no limit.
    api_rate: int = 600
    #: Writing calls among them.
    api_write_rate: int = 60
    #: Header in which our proxy tells the fingerprint of a client's certificate; empty: none does.
    client_cert_header: str = ""
    #: Networks of our own (CIDR) that webhooks may be sent to, there also without TLS.
    webhook_private_networks: tuple[str, ...] = ()
    #: Folders of the journal of released bank files; each holds all of it. Empty: under var_dir.
    release_journals: tuple[Path, ...] = ()
    #: `text` or `json`: how each line of the log is written.
    log_format: str = "text"
    #: Who says it as a bearer token reads /metrics; empty: nobody by a token.
    metrics_token: str = ""
    #: Networks (CIDR) whose hosts read /metrics without a token.
    metrics_networks: tuple[str, ...] = ()
    #: Address the pages listen on; 0.0.0.0 opens the door to other hosts.
    web_host: str = "127.0.0.1"
    #: Port of the pages when the web process is started by itself.
    port: int = 8000
    #: Web processes of one host, each with eight threads.
    web_concurrency: int = 2
    #: How events of the trail are hashed from now on: sha256, or sm3 (GB/T 32905).
    audit_hash: str = "sha256"
    #: File, best on another machine's disk, to which each nightly proof adds the trail's last hash.
    audit_anchor_file: Path | None = None

    @property
    def journals(self) -> tuple[Path, ...]:
        """Return where released bank files are written down before they leave."""
        return self.release_journals or (self.var_dir / RELEASES_FOLDER,)

    def __repr__(self) -> str:
        """Say which installation this is; secrets and addresses with passwords stay untold."""
        return f"Settings({self.environment!r}, var_dir={str(self.var_dir)!r})"

    @property
    def production(self) -> bool:
        """Return whether real money moves here."""
        return self.environment == "production"


def load(environ: "os._Environ[str] | dict[str, str] | None" = None) -> Settings:
    """Read the settings from the environment (or from a mapping, in tests)."""
    env = os.environ if environ is None else environ
    var_dir = Path(env.get("VAR_DIR") or ROOT / "var").absolute()
    embedded = embedded_services(var_dir)
    return Settings(
        var_dir=var_dir,
        database_url=env.get("DATABASE_URL") or embedded.get("database_url", ""),
        redis_url=env.get("REDIS_URL") or embedded.get("redis_url", ""),
        secret_key=env.get("SECRET_KEY") or _kept(var_dir / SECRET_KEY_FILE),
        smtp_host=env.get("SMTP_HOST", ""),
        smtp_port=int(env.get("SMTP_PORT") or 25),
        smtp_user=env.get("SMTP_USER", ""),
        smtp_password=env.get("SMTP_PASSWORD", ""),
        smtp_security=env.get("SMTP_SECURITY") or "starttls",
        mail_from=env.get("MAIL_FROM") or "zhijie@localhost",
        public_url=(env.get("PUBLIC_URL") or "http://127.0.0.1:8000").rstrip("/"),
        environment=env.get("ZHIJIE_ENVIRONMENT") or "demo",
        upload_bytes_max=int(env.get("UPLOAD_BYTES_MAX") or 2 << 30),
        mail_per_second=max(1, int(env.get("MAIL_PER_SECOND") or 5)),
        mail_per_run=max(1, int(env.get("MAIL_PER_RUN") or 500)),
        mail_per_domain=max(0, int(env.get("MAIL_PER_DOMAIN") or 0)),
        iso20022_xsd_dir=Path(env["ISO20022_XSD_DIR"]) if env.get("ISO20022_XSD_DIR") else None,
        **_entrance(env),
        **_interface(env),
        **_running(env),
        **_trail(env),
    )


def _entrance(env: "os._Environ[str] | dict[str, str]") -> dict[str, Any]:
    """Return who is let in and for how long; production is stricter where nothing is said."""
    production = env.get("ZHIJIE_ENVIRONMENT") == "production"
    rule = env.get("SECOND_FACTOR") or ("required" if production else "offered")
    if rule not in {"off", "offered", "required"}:
        raise ValueError(f"SECOND_FACTOR is off, offered or required, not {rule!r}")
    days_max = env.get("PASSWORD_DAYS_MAX") or (90 if production else 0)
    idle = env.get("SESSION_IDLE_MINUTES") or (30 if production else 120)
    return {
        "second_factor": rule,
        "password_length_min": max(8, int(env.get("PASSWORD_LENGTH_MIN") or 8)),
        "password_classes_min": min(4, max(1, int(env.get("PASSWORD_CLASSES_MIN") or 3))),
        "password_history": max(0, int(env.get("PASSWORD_HISTORY") or 5)),
        "password_days_max": max(0, int(days_max)),
        "session_idle_minutes": max(1, int(idle)),
        "session_hours_max": max(1, int(env.get("SESSION_HOURS_MAX") or 12)),
        "step_up_minutes": max(1, int(env.get("STEP_UP_MINUTES") or 10)),
        "proxies": max(0, int(env.get("PROXIES") or 0)),
    }


def _interface(env: "os._Environ[str] | dict[str, str]") -> dict[str, Any]:
    """Return what other systems may do; a network that is none stops the start."""
    own = env.get("WEBHOOK_PRIVATE_NETWORKS", "").replace(",", " ").split()
    return {
        "api_rate": max(0, int(env.get("API_RATE") or 600)),
        "api_write_rate": max(0, int(env.get("API_WRITE_RATE") or 60)),
        "client_cert_header": env.get("CLIENT_CERT_HEADER", ""),
        "webhook_private_networks": tuple(str(ipaddress.ip_network(one)) for one in own),
        "release_journals": tuple(
            Path(one).absolute() for one in env.get("RELEASE_JOURNAL", "").split(os.pathsep) if one
        ),
    }


def _trail(env: "os._Environ[str] | dict[str, str]") -> dict[str, Any]:
    """Return how the trail is kept; an unknown way of hashing stops the start."""
    method = env.get("AUDIT_HASH") or "sha256"
    if method not in {"sha256", "sm3"}:
        raise ValueError(f"AUDIT_HASH is sha256 or sm3, not {method!r}")
    anchors = env.get("AUDIT_ANCHOR_FILE")
    return {"audit_hash": method, "audit_anchor_file": Path(anchors) if anchors else None}


def _running(env: "os._Environ[str] | dict[str, str]") -> dict[str, Any]:
    """Return how the processes are served and watched; figures are closed in production."""
    log_format = env.get("LOG_FORMAT") or "text"
    if log_format not in {"text", "json"}:
        raise ValueError(f"LOG_FORMAT is text or json, not {log_format!r}")
    production = env.get("ZHIJIE_ENVIRONMENT") == "production"
    networks = env.get("METRICS_NETWORKS") or ("" if production else "127.0.0.0/8 ::1/128")
    return {
        "log_format": log_format,
        "metrics_token": env.get("METRICS_TOKEN", ""),
        "metrics_networks": tuple(
            str(ipaddress.ip_network(one)) for one in networks.replace(",", " ").split()
        ),
        "web_host": env.get("WEB_HOST") or "127.0.0.1",
        "port": int(env.get("PORT") or 8000),
        "web_concurrency": max(1, int(env.get("WEB_CONCURRENCY") or 2)),
    }


def embedded_services(var_dir: Path) -> dict[str, str]:
    """Return database_url and redis_url of the servers that serve started; empty when none run."""
    try:
        told = json.loads((var_dir / SERVICES_FILE).read_text())
    except (OSError, ValueError):
        return {}
    return {name: str(url) for name, url in told.items()}


def own_servers(environ: "os._Environ[str] | dict[str, str] | None" = None) -> tuple[str, str]:
    """Return DATABASE_URL and REDIS_URL as the environment states them; empty: embedded."""
    env = os.environ if environ is None else environ
    return env.get("DATABASE_URL", ""), env.get("REDIS_URL", "")


def _kept(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
