"""Refusals about queued work: nobody to do it, given up, or not possible in its state."""

from models.rules.errors import SettlementError


class NoWorker(SettlementError):
    """No live worker (or relay) serves the queue; the job was withdrawn."""

    code = "no_worker"
    zh = "后台没有工作进程在处理“{queue}”队列，任务已撤回。请运行 scripts.serve 后重试。"
    en = (
        "No worker serves the queue {queue}; the job was withdrawn. Start scripts.serve (make run)."
    )


class JobBroke(SettlementError):
    """An attempt broke; another one follows by itself."""

    code = "job_broke"
    zh = "任务第 {attempt} 次运行出错（{reason}），{seconds} 秒后自动重试。"
    en = "Attempt {attempt} of the job broke ({reason}); it is tried again in {seconds} s."


class JobGaveUp(SettlementError):
    """Every attempt broke; the reason is the last one's."""

    code = "job_gave_up"
    zh = "任务第 {attempt} 次运行出错（{reason}），不再自动重试。请联系管理员查看日志后重新运行。"
    en = "Attempt {attempt} of the job broke ({reason}); it is not tried again by itself."


class JobWorkerDied(SettlementError):
    """The worker died or fell silent in every attempt (memory, crash, power)."""

    code = "job_worker_died"
    zh = "处理该任务的工作进程在第 {attempt} 次运行中意外终止，任务已停止。请检查数据和内存。"
    en = "The worker died in attempt {attempt} of this job too; the job was stopped."


class JobCancelled(SettlementError):
    """A person cancelled the job; its work was rolled back."""

    code = "job_cancelled"
    zh = "任务 {job_id} 已取消，未做任何改动。"
    en = "Job {job_id} was cancelled; nothing was changed."


class JobTooLate(SettlementError):
    """The job is no longer in a state the move starts from."""

    code = "job_too_late"
    zh = "任务 {job_id} 当前为“{state}”，不能{action}。"
    en = "Job {job_id} is {state}; it cannot be moved by {action}."


class UnknownJob(SettlementError):
    """There is no such job."""

    code = "unknown_job"
    zh = "没有编号为 {job_id} 的任务。"
    en = "There is no job {job_id}."


class JobArgsRefused(SettlementError):
    """The arguments of a job do not fit its schema."""

    code = "job_args_refused"
    zh = "任务“{name}”的参数不正确：{problems}。"
    en = "The arguments of job {name} do not fit: {problems}."


class JobTimedOut(SettlementError):
    """The command stopped waiting; the job itself goes on."""

    code = "job_timed_out"
    zh = "任务 {job_id} 在 {seconds} 秒内未完成，仍在后台继续运行，可在“后台任务”页面查看。"
    en = "Job {job_id} did not end within {seconds} s; it goes on and is shown on the jobs page."
