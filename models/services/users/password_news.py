"""A person is told by mail that the password changed: whoever did not do it can say so at once."""

from models import clock
from models.records.access import User
from models.records.entrance import PasswordUsed
from models.rules.job_names import JobName
from models.services import jobs, link_numbers, notifications
from models.services.notifications import Notice, Renderer

KIND = "password_changed"


def tell(name: str, *, by: str, render: Renderer) -> bool:
    """Mail a user that the password changed, in the transaction that changed it.

    A first password is no news, and who has no address is not told. Returns whether a mail waits.
    """
    user: User = User.get_by_id(name)
    was_there = PasswordUsed.select().where(PasswordUsed.user_name == name).exists()
    if not user.email or not was_there or user.password_set_at is None:
        return False
    at = user.password_set_at.astimezone(clock.SHANGHAI)
    author: User | None = None if by == name else User.get_or_none(User.name == by)
    notice = Notice(
        kind=KIND,
        party_kind=link_numbers.PARTY_KIND,
        party_code=name,
        to_address=str(user.email),
        business_on=clock.today(),
        dedupe_key=f"{KIND}:{name}:{at.isoformat()}",
        language=str(user.language or ""),
        facts={
            "name": name,
            "full_name": user.full_name,
            "at": at.strftime("%Y-%m-%d %H:%M"),
            "by": "" if by == name else author.full_name if author else by,
            "path": "forgotten",
        },
    )
    notifications.record(notice, render, by=by)
    jobs.enqueue(JobName.SEND_MAIL, {"on": clock.today()}, by=by, dedupe_key=JobName.SEND_MAIL)
    return True
