"""Refusals around backups, restoring, and bank files that left before a restore."""

from models.rules.errors import SettlementError


class BackupDamaged(SettlementError):
    """The bytes of a backup are not what was written, or do not open."""

    code = "backup_damaged"
    zh = "备份 {name} 不完整或已损坏：{reason}。没有改动任何数据。"
    en = "The backup {name} is damaged: {reason_en}. Nothing was changed."


class BackupLocked(SettlementError):
    """The backup is encrypted and the passphrase is missing or another."""

    code = "backup_locked"
    zh = "备份 {name} 已加密，没有给出口令或口令不对。"
    en = "The backup {name} is encrypted; its passphrase is missing or another."


class BackupFailed(SettlementError):
    """A program of the database did not write or read the backup."""

    code = "backup_failed"
    zh = "{program} 没有完成：{reason}"
    en = "{program} did not end well: {reason}"


class DatabaseNotEmpty(SettlementError):
    """The database that a backup goes into has tables."""

    code = "database_not_empty"
    zh = (
        "目标数据库中已有数据。确认要用备份替换时加上 --replace："
        "现有数据会改名保留在 {kept} 模式中。"
    )
    en = "The database holds data; --replace keeps them aside in the schema {kept}."


class DatabaseInUse(SettlementError):
    """Programs are connected to the database that a backup goes into."""

    code = "database_in_use"
    zh = "还有 {count} 个程序连接着目标数据库。请先停止网页、任务进程和定时进程。"
    en = "{count} programs are connected to the database; stop web, workers and schedule first."


class JournalNotWritten(SettlementError):
    """The journal of released bank files cannot be written: no file may leave."""

    code = "journal_not_written"
    zh = "银行文件没有发出：外发登记 {folder} 无法写入（{reason}）。请恢复该位置后重试。"
    en = "No bank file left: the journal of released files {folder} cannot be written ({reason})."


class JournalBroken(SettlementError):
    """A line of the journal of released files was changed or removed."""

    code = "journal_broken"
    zh = "外发登记 {file} 在第 {line} 行处被改动或缺失，请先查明原因。"
    en = "The journal {file} was changed at line {line}; find out why first."


class SentBeforeRestore(SettlementError):
    """What is to be paid stands in a bank file that left before the database was restored."""

    code = "sent_before_restore"
    zh = (
        "{hospital} 的付款在数据库恢复之前已随银行文件 {batch_no} 发出，"
        "处理完该文件之前不能再次付款。"
    )
    en = (
        "{hospital} was paid by the bank file {batch_no} that left before the database was "
        "restored; settle that file first."
    )


class UnknownLostFile(SettlementError):
    """No such bank file is missing in this database."""

    code = "unknown_lost_file"
    zh = "没有批次号为 {batch_no} 的待处理恢复文件。"
    en = "There is no lost bank file of the batch {batch_no} to decide."


class LostFileNotAsked(SettlementError):
    """A second person decides only what a first one proposed."""

    code = "lost_file_not_asked"
    zh = "恢复文件 {batch_no} 还没有人提出处理意见。"
    en = "Nobody proposed yet what becomes of the lost bank file {batch_no}."


class LostFileSamePerson(SettlementError):
    """Who proposed may not decide."""

    code = "lost_file_same_person"
    zh = "恢复文件 {batch_no} 的处理意见由您提出，须由另一人核定。"
    en = "You proposed what becomes of {batch_no}; somebody else decides."


class LostFileDiffers(SettlementError):
    """A lost file cannot be recorded as sent: what it pays is not approved as it was."""

    code = "lost_file_differs"
    zh = (
        "恢复文件 {batch_no} 不能补记：{what} 现在不是已审批的同一金额。"
        "请先把结算和审批做到发出时的样子。"
    )
    en = (
        "The lost file {batch_no} cannot be recorded: {what} is not approved with the same sum. "
        "Settle and approve it as it was first."
    )


class LostFileReasonMissing(SettlementError):
    """Why a lost file is recorded or withdrawn must be told."""

    code = "lost_file_reason_missing"
    zh = "请写明依据，例如开户行的答复编号、答复人和日期。"
    en = "Say on what ground: number, name and date of the bank's answer."
