"""A task's page: its state and goals, and what meetings, orders, problems and showcases say of it."""

from teams.tasks.standing import TaskStanding
from teams.views.tasks.task import TaskView as OwnTaskView

from ..loop import loop_of_task
from ..task_chart import task_chart


class TaskView(OwnTaskView):
    """The page of a task, with its chart and the loop between meetings; a past evening shows the task alone."""

    template_name = "overview/task.html"

    def of_today(self, standing: TaskStanding) -> dict[str, object]:
        """Adds the loop and the progress as they stand today."""
        user = self.request.user
        return super().of_today(standing) | {
            "loop": loop_of_task(self.task, user),
            "chart": task_chart(standing, user),
        }
