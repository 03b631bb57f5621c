"""The verbs that a page offers for a task now, given the permissions and the task's state."""

from collections.abc import Iterable
from datetime import date

from governance.people.models import User
from governance.people.permissions import may

from ..models import Extension, Task
from ..states import EDITABLE_TASK_STATES, EXTENSIBLE_TASK_STATES, TASK_MOVES, TaskState


def offered(user: User, task: Task, *, on: date, extensions: Iterable[Extension] = ()) -> frozenset[str]:
    """Names of the verbs that `user` may run on `task` on the day `on`; the verbs check again themselves.

    `extensions` are those of the task that the person may read: while one is pending no other can be requested.
    """
    moves = TASK_MOVES[TaskState(task.state)]
    pending = any(extension.verdict is None for extension in extensions)
    left_open = {
        "acknowledge_task": TaskState.ACKNOWLEDGED in moves,
        "edit_task": task.state in EDITABLE_TASK_STATES,
        "ask_extension": task.state in EXTENSIBLE_TASK_STATES
        and task.due_on is not None
        and on <= task.due_on
        and not pending,
        "ask_close_out": TaskState.CLOSE_OUT_REQUESTED in moves,
        "suspend_task": TaskState.SUSPENDED in moves,
        "resume_task": task.state == TaskState.SUSPENDED,
        "cancel_task": TaskState.CANCELLED in moves,
        "plan_milestones": task.state in EDITABLE_TASK_STATES,
        "complete_milestone": task.state in EDITABLE_TASK_STATES,
        "share_out": task.state in EDITABLE_TASK_STATES,
        "count_shares": task.state in EDITABLE_TASK_STATES and task.target is not None,
    }
    return frozenset(name for name, is_open in left_open.items() if is_open and may(user, name, task))
