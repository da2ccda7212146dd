"""Refusals of the machine room: a server that is missing, taken or not able to start."""

from models.rules.errors import SettlementError


class NoService(SettlementError):
    """The database or the broker does not answer."""

    code = "no_service"
    zh = "无法连接{what}，系统没有运行。请先执行 make run 启动系统。"
    en = "No connection to the {what}: the system is not running. Start it with make run."


class AlreadyServing(SettlementError):
    """Another serve holds this VAR_DIR."""

    code = "already_serving"
    zh = "{var_dir} 已由进程 {pid} 启动的系统使用。请先停止它，或用 VAR_DIR 指定另一个目录。"
    en = "{var_dir} is in use by the system of process {pid}; stop it or set another VAR_DIR."


class PortTaken(SettlementError):
    """The port asked for is in use."""

    code = "port_taken"
    zh = "端口 {port} 已被占用。请用 --port 指定另一个端口。"
    en = "Port {port} is taken; choose another with --port."


class ServerNotStarted(SettlementError):
    """An embedded server did not start."""

    code = "server_not_started"
    zh = "{server} 未能启动：{reason}。详情见 {log}。"
    en = "{server} did not start: {reason}. See {log}."


class DataUnreachable(SettlementError):
    """The data of the embedded servers lie where their user cannot reach them."""

    code = "data_unreachable"
    zh = (
        "数据目录 {folder} 无法由用户 {user} 访问。"
        "请把它移到该用户可以进入的位置，或改用另一个 VAR_DIR。"
    )
    en = "{folder} cannot be reached by the user {user}; move it or set another VAR_DIR."


class ServerTooOld(SettlementError):
    """The own server is older than what we need."""

    code = "server_too_old"
    zh = "{server} 的版本为 {version}，至少需要 {needed}。"
    en = "{server} is version {version}; at least {needed} is needed."
