from src.models.task import Task
from src.repositories.task import TaskRepository
from src.schemas.task import TaskCreate, TaskRead, TaskUpdate
from src.services.definitions.noun import NounService


class TaskService(NounService[Task, TaskCreate, TaskUpdate, TaskRead]):
    repository = TaskRepository
    read = TaskRead
