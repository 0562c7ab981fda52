import openai
from openai.types import CreateEmbeddingResponse
from openai.types.chat import ChatCompletion, ChatCompletionChunk, chat_completion_chunk

import src.engines.crewai.llms.litellm_model  # noqa: F401  # completes them


def test_types_of_answers_are_complete_before_threads_use_them() -> None:
    nested = (chat_completion_chunk.ChoiceDelta, chat_completion_chunk.ChoiceDeltaToolCall)
    for model in (ChatCompletion, ChatCompletionChunk, CreateEmbeddingResponse, *nested):
        # Something else stands there until a model is built.
        assert type(model.__pydantic_core_schema__) is dict


def test_the_package_still_defers_them() -> None:
    assert openai.BaseModel.model_config.get("defer_build"), "ready_types.py is not needed any more"
