# The one __init__ with content: whatever of this package is imported first, crewai is told to be quiet before.
from src.engines.crewai import quiet as quiet
