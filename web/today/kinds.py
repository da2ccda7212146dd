"""The kinds of tasks: whom each waits for, what is counted, and the page where it is done."""

from web.today.kinds_confirming import CONFIRMING
from web.today.kinds_interface import INTERFACE
from web.today.kinds_master import MASTER
from web.today.kinds_oversight import OVERSIGHT
from web.today.kinds_papers import PAPERS
from web.today.kinds_payment import PAYMENT
from web.today.kinds_prepaid import PREPAID
from web.today.kinds_problems import PROBLEMS
from web.today.kinds_reporting import REPORTING
from web.today.kinds_retention import RETENTION
from web.today.kinds_risks import RISKS
from web.today.kinds_scope import SCOPE
from web.today.kinds_settlement import SETTLEMENT
from web.today.kinds_system import SYSTEM
from web.today.kinds_turnover import TURNOVER

#: In the order in which tasks of one deadline are listed.
KINDS = (
    *PAYMENT,
    *SETTLEMENT,
    *CONFIRMING,
    *PREPAID,
    *TURNOVER,
    *SCOPE,
    *MASTER,
    *OVERSIGHT,
    *REPORTING,
    *PAPERS,
    *RISKS,
    *RETENTION,
    *INTERFACE,
    *PROBLEMS,
    *SYSTEM,
)
