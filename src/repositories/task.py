from src.models.task import Task
from src.repositories.base import GroupRepository


class TaskRepository(GroupRepository[Task]):
    model = Task
    noun = "task"
