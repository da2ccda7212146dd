"""Cases for people: closed with a reason, or their evidence admitted by two (异常处理).

Late or doubtful evidence never moves money by itself. One person asks that it be taken as said
about one order, a second agrees, and then the same moves and postings follow as if it had come
clear and in time.
"""

from models.services.exceptions.asking import ask, decline, withdraw
from models.services.exceptions.closing import close
from models.services.exceptions.deciding import agree, refuse
from models.services.exceptions.together import ask_together

__all__ = ["agree", "ask", "ask_together", "close", "decline", "refuse", "withdraw"]
