"""系统状态: the processes, queues, timetable, disks and releases, and what needs somebody."""

from datetime import datetime
from typing import ClassVar

from flask_admin import expose
from flask_babel import lazy_gettext

from models.rules.job_names import JobName
from models.services.status import figures, judging, ticking
from models.services.status.judging import Level
from web import status_words
from web.admin import job_words
from web.admin.screen import Screen
from web.permissions import Page

#: Lines of the timetable that share a job with another line are called after it.
_SECOND = {"risks_week": JobName.RISKS.value}


class StatusView(Screen):
    """One page that is read when something seems wrong, and every morning."""

    page: ClassVar[Page] = Page.STATUS
    counted: ClassVar[bool] = False

    @expose("/")
    def index(self) -> str:
        """Show the signs, then what they were read from."""
        found = figures.read()
        signs = judging.signs(found)
        return self.render(
            "zhijie/work/status.html",
            found=found,
            signs=[status_words.worded(sign) for sign in signs],
            worst=signs[0].level,
            L=Level,
            tones=status_words.TONES,
            levels=status_words.LEVELS,
            queue_name=status_words.queue_name,
            kinds=status_words.KINDS,
            size_of=status_words.size,
            ticks=ticking.last_ticks(),
            task_name=_task_name,
            instant=datetime.fromisoformat,
        )


def _task_name(ticked: ticking.Ticked) -> str:
    return str(job_words.label(ticked.name or _SECOND.get(ticked.task, ticked.task)))


def views() -> list[Screen]:
    """Return the page."""
    return [StatusView(lazy_gettext("系统状态"), endpoint="status", url="/status")]
