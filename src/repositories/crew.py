from src.models.crew import Crew, CrewVersion
from src.repositories.versions import VersionedRepository


class CrewRepository(VersionedRepository[Crew, CrewVersion]):
    model = Crew
    noun = "crew"
    version_model = CrewVersion
    owner = "crew_id"
