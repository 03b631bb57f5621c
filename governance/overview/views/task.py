"""A task's page: its state and goals, and what meetings, orders, problems and showcases say of it."""

from datetime import date

from teams.views.tasks.task import TaskView as OwnTaskView

from ..loop import loop_of_task


class TaskView(OwnTaskView):
    """The page of a task, with the loop between meetings; a past evening shows the task alone."""

    template_name = "overview/task.html"

    def of_today(self, on: date) -> dict[str, object]:
        """Adds the loop as it stands today."""
        return super().of_today(on) | {"loop": loop_of_task(self.task, self.request.user)}
