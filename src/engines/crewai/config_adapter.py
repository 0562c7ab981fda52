"""Turns what a canvas or a YAML file says into a validated, frozen CrewPlan.

Runs in the API process, so it never imports crewai. Whatever cannot run is an error here, with a JSON
pointer: nothing falls back silently later.
"""

import re
from collections.abc import Callable
from typing import Any, Literal

import jsonschema

from src.core.errors import NotAvailable
from src.core.providers import DEMO_MODEL, PROVIDERS
from src.engines.base import (
    AgentPlan,
    Catalogue,
    CrewPlan,
    GuardrailPlan,
    ModelPlan,
    RunRequest,
    TaskPlan,
    ToolPlan,
)
from src.engines.crewai.canvas import NamedConfigs, read_canvas
from src.engines.crewai.problems import Problems, did_you_mean, escape
from src.schemas.crew_config import (
    AgentConfig,
    CrewDefinition,
    LlmGuardrail,
    Process,
    TaskConfig,
)

_PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_\-]*)\}")


def plan_crew(definition: CrewDefinition, request: RunRequest, catalogue: Catalogue) -> CrewPlan:
    """Raises Invalid with every problem found, or NotAvailable for what Kasal cannot do yet."""
    return _Planner(definition, request, catalogue).plan()


class _Planner:
    def __init__(
        self, definition: CrewDefinition, request: RunRequest, catalogue: Catalogue
    ) -> None:
        self._definition = definition
        self._request = request
        self._catalogue = catalogue
        self._problems = Problems()
        self._used_tools: dict[str, ToolPlan] = {}
        self._warnings: list[str] = []

    def plan(self) -> CrewPlan:
        named = self._named_configs()
        self._problems.raise_if_any()
        if not named.agents:
            self._problems.add("/agents_yaml", "no-agents", "a crew needs at least one agent")
        if not named.tasks:
            self._problems.add("/tasks_yaml", "no-tasks", "a crew needs at least one task")
        agents = tuple(self._plan_agent(key, named) for key in named.agents if key != named.manager)
        tasks = tuple(self._plan_task(key, index, named) for index, key in enumerate(named.tasks))
        self._check_trailing_async(named)
        manager = self._manager_model(named)
        planning = self._planning_model()
        if self._definition.memory or any(agent.memory for agent in named.agents.values()):
            self._warnings.append(
                "memory is on in this crew, but this version of Kasal keeps no memory yet: "
                "nothing is recalled and nothing is stored"
            )
        self._problems.raise_if_any()
        return CrewPlan(
            name=self._request.name,
            process=_process(self._definition.process),
            agents=agents,
            tasks=tasks,
            tools=tuple(self._used_tools.values()),
            planning_model=planning,
            manager_model=manager,
            budget=self._request.budget,
            inputs=self._request.inputs,
            warnings=tuple(self._warnings),
        )

    def _named_configs(self) -> NamedConfigs:
        given = self._definition
        if given.agents_yaml is not None and given.tasks_yaml is not None:
            return NamedConfigs(
                agents=given.agents_yaml,
                tasks=given.tasks_yaml,
                agent_pointers={key: f"/agents_yaml/{escape(key)}" for key in given.agents_yaml},
                task_pointers={key: f"/tasks_yaml/{escape(key)}" for key in given.tasks_yaml},
            )
        if given.nodes is not None:
            return read_canvas(given.nodes, given.edges or [], self._problems)
        message = "give agents_yaml and tasks_yaml, or a canvas of nodes and edges"
        self._problems.add("", "no-crew", message)
        return NamedConfigs({}, {}, {}, {})

    def _plan_agent(self, key: str, named: NamedConfigs) -> AgentPlan:
        config, pointer = named.agents[key], named.agent_pointers[key]
        model_pointer = f"{pointer}/llm" if config.llm else "/model"
        return AgentPlan(
            key=key,
            role=self._fill(config.role, f"{pointer}/role"),
            goal=self._fill(config.goal, f"{pointer}/goal"),
            backstory=self._fill(config.backstory, f"{pointer}/backstory"),
            model=self._model(config.llm, model_pointer),
            tools=self._tools(config.tools, f"{pointer}/tools"),
            max_execution_time_s=config.max_execution_time,
            **_same_fields(config),
        )

    def _plan_task(self, key: str, index: int, named: NamedConfigs) -> TaskPlan:
        config, pointer = named.tasks[key], named.task_pointers[key]
        if config.human_input:
            raise NotAvailable(
                f"the task {key!r} asks for human_input, which this version of Kasal cannot do yet; "
                "set it to false"
            )
        self._check_agent(key, config, pointer, named)
        kind, schema = self._output_schema(config, pointer)
        return TaskPlan(
            key=key,
            index=index,
            name=self._fill(config.name or key, f"{pointer}/name"),
            description=self._fill(config.description, f"{pointer}/description"),
            expected_output=self._fill(config.expected_output, f"{pointer}/expected_output"),
            agent=config.agent,
            tools=self._tools(config.tools, f"{pointer}/tools"),
            context=self._context(key, config, pointer, named),
            async_execution=config.async_execution,
            output_kind=kind,
            output_schema=schema,
            guardrails=self._guardrails(config, pointer),
            guardrail_max_retries=config.guardrail_max_retries,
            markdown=config.markdown,
        )

    def _check_agent(self, key: str, config: TaskConfig, pointer: str, named: NamedConfigs) -> None:
        if config.agent is None:
            if self._definition.process is Process.SEQUENTIAL:
                message = (
                    f"the task {key!r} has no agent; name one, or use the hierarchical process"
                )
                self._problems.add(f"{pointer}/agent", "no-agent", message)
        elif config.agent not in named.agents:
            message = (
                f"there is no agent {config.agent!r}; {did_you_mean(config.agent, named.agents)}"
            )
            self._problems.add(f"{pointer}/agent", "unknown-agent", message)

    def _context(
        self, key: str, config: TaskConfig, pointer: str, named: NamedConfigs
    ) -> tuple[str, ...]:
        order = list(named.tasks)
        position = order.index(key)
        if config.context is None:
            # An async task runs beside its neighbours: it reads only what ended before the group began.
            return tuple(self._outputs_before(position, named))
        for index, name in enumerate(config.context):
            at = f"{pointer}/context/{index}"
            if name not in named.tasks:
                message = f"there is no task {name!r}; {did_you_mean(name, named.tasks)}"
                self._problems.add(at, "unknown-task", message)
            elif name == key or self._reaches(name, key, named):
                message = (
                    f"{key!r} and {name!r} wait for each other; remove one of the two contexts"
                )
                self._problems.add(at, "cyclic-context", message)
            elif order.index(name) > position:
                message = f"{name!r} comes after {key!r}; context can only name earlier tasks"
                self._problems.add(at, "later-context", message)
        return tuple(dict.fromkeys(config.context))

    def _outputs_before(self, position: int, named: NamedConfigs) -> list[str]:
        order = list(named.tasks)
        start = position
        if named.tasks[order[position]].async_execution:
            while start > 0 and named.tasks[order[start - 1]].async_execution:
                start -= 1
        return order[:start]

    def _reaches(self, start: str, goal: str, named: NamedConfigs) -> bool:
        seen: set[str] = set()
        stack = [start]
        while stack:
            name = stack.pop()
            if name in seen or name not in named.tasks:
                continue
            seen.add(name)
            follow = named.tasks[name].context or []
            if goal in follow:
                return True
            stack.extend(follow)
        return False

    def _check_trailing_async(self, named: NamedConfigs) -> None:
        keys = list(named.tasks)[-2:]
        if len(keys) == 2 and all(named.tasks[key].async_execution for key in keys):
            message = (
                "a crew can end with at most one async task; let a last task collect the others"
            )
            pointer = f"{named.task_pointers[keys[-1]]}/async_execution"
            self._problems.add(pointer, "trailing-async", message)

    def _manager_model(self, named: NamedConfigs) -> ModelPlan | None:
        chosen = self._definition.manager_llm
        if self._definition.process is Process.SEQUENTIAL:
            if chosen is not None:
                message = (
                    "manager_llm is for the hierarchical process; remove it or set the process"
                )
                self._problems.add("/manager_llm", "needless-manager", message)
            return None
        if chosen is None and named.manager is not None:
            chosen = named.agents[named.manager].llm
        if chosen is None:
            message = "the hierarchical process needs manager_llm: the model that assigns the tasks"
            self._problems.add("/manager_llm", "no-manager", message)
            return None
        return self._model(chosen, "/manager_llm")

    def _planning_model(self) -> ModelPlan | None:
        if not self._definition.planning:
            return None
        name = self._definition.planning_llm
        return self._model(name, "/planning_llm" if name else "/model")

    def _model(self, name: str | None, pointer: str) -> ModelPlan:
        wanted = name or self._definition.model or self._catalogue.default_model
        plan = self._catalogue.models.get(wanted) or _model_by_path(wanted)
        if plan is None:
            message = f"there is no model {wanted!r}; {self._model_hint(wanted)}"
            self._problems.add(pointer, "unknown-model", message)
            return ModelPlan(key=wanted, provider="demo", name="demo")
        if wanted in self._catalogue.disabled_models:
            message = f"the model {wanted!r} is disabled; enable it under /api/v1/models"
            self._problems.add(pointer, "disabled-model", message)
        self._check_provider(plan, pointer)
        return plan

    def _model_hint(self, wanted: str) -> str:
        providers = ", ".join(f"{name}/…" for name in PROVIDERS)
        return f"{did_you_mean(wanted, self._catalogue.models)}; or write provider/name with {providers}"

    def _check_provider(self, plan: ModelPlan, pointer: str) -> None:
        provider = PROVIDERS[plan.provider]
        if provider.key_name is not None and provider.key_name not in self._catalogue.key_names:
            message = (
                f"the model {plan.key!r} needs {provider.key_name}; add it with POST /api/v1/api-keys "
                f"or set the environment variable {provider.key_name} for the whole server"
            )
            self._problems.add(pointer, "no-key", message)
        needs_address = plan.provider in ("databricks", "ollama", "hosted_vllm")
        if needs_address and not (plan.base_url or self._catalogue.base_urls.get(plan.provider)):
            setting = {
                "databricks": "DATABRICKS_HOST",
                "ollama": "OLLAMA_API_BASE",
                "hosted_vllm": "HOSTED_VLLM_API_BASE",
            }[plan.provider]
            message = (
                f"the model {plan.key!r} needs an address; set {setting} or the model's base_url"
            )
            self._problems.add(pointer, "no-address", message)

    def _tools(self, keys: list[str], pointer: str) -> tuple[str, ...]:
        for index, key in enumerate(keys):
            plan = self._catalogue.tools.get(key)
            if plan is not None:
                self._used_tools[key] = plan
            elif key in self._catalogue.disabled_tools:
                message = (
                    f"the tool {key!r} is disabled in this group; enable it under /api/v1/tools"
                )
                self._problems.add(f"{pointer}/{index}", "disabled-tool", message)
            else:
                message = f"there is no tool {key!r}; {did_you_mean(key, self._catalogue.tools)}"
                self._problems.add(f"{pointer}/{index}", "unknown-tool", message)
        return tuple(dict.fromkeys(keys))

    def _output_schema(
        self, config: TaskConfig, pointer: str
    ) -> tuple[Literal["json", "pydantic"] | None, dict[str, Any] | None]:
        if config.output_json is not None and config.output_pydantic is not None:
            message = "choose one of output_json and output_pydantic"
            self._problems.add(f"{pointer}/output_pydantic", "two-outputs", message)
        kind: Literal["json", "pydantic"]
        if config.output_json is not None:
            kind, wanted = "json", config.output_json
        elif config.output_pydantic is not None:
            kind, wanted = "pydantic", config.output_pydantic
        else:
            return None, None
        at = f"{pointer}/output_{kind}"
        if isinstance(wanted, str):
            named = self._catalogue.output_schemas.get(wanted)
            if named is None:
                hint = did_you_mean(wanted, self._catalogue.output_schemas)
                self._problems.add(at, "unknown-schema", f"there is no schema {wanted!r}; {hint}")
            return kind, named
        self._check_json_schema(wanted, at)
        return kind, wanted

    def _check_json_schema(self, schema: dict[str, Any], at: str) -> None:
        if schema.get("type") != "object":
            self._problems.add(at, "not-an-object", 'the JSON schema must have "type": "object"')
        try:
            jsonschema.Draft202012Validator.check_schema(schema)
        except jsonschema.SchemaError as exc:
            self._problems.add(at, "bad-schema", f"this is no JSON schema: {exc.message[:200]}")

    def _guardrails(self, config: TaskConfig, pointer: str) -> tuple[GuardrailPlan, ...]:
        given = [] if config.guardrail is None else [(f"{pointer}/guardrail", config.guardrail)]
        given += [(f"{pointer}/guardrails/{i}", rail) for i, rail in enumerate(config.guardrails)]
        plans = []
        for at, rail in given:
            if isinstance(rail, str):
                rail = LlmGuardrail(type="llm", description=rail)
            options = rail.model_dump(mode="json", exclude={"type", "llm"})
            model = self._model(rail.llm, f"{at}/llm") if isinstance(rail, LlmGuardrail) else None
            plans.append(GuardrailPlan(type=rail.type, options=options, model=model))
        return tuple(plans)

    def _fill(self, text: str, pointer: str) -> str:
        return _PLACEHOLDER.sub(self._value_for(pointer), text)

    def _value_for(self, pointer: str) -> Callable[[re.Match[str]], str]:
        def value(match: re.Match[str]) -> str:
            name = match.group(1)
            if name not in self._request.inputs:
                message = f"the text uses {{{name}}}, but inputs has no {name!r}; add it to inputs"
                self._problems.add(pointer, "missing-input", message)
                return match.group(0)
            return str(self._request.inputs[name])

        return value


def _same_fields(config: AgentConfig) -> dict[str, Any]:
    return config.model_dump(
        include={
            "max_iter",
            "max_rpm",
            "max_retry_limit",
            "allow_delegation",
            "respect_context_window",
            "use_system_prompt",
            "inject_date",
            "system_template",
            "prompt_template",
            "response_template",
        }
    )


def _process(process: Process) -> Literal["sequential", "hierarchical"]:
    return "sequential" if process is Process.SEQUENTIAL else "hierarchical"


def _model_by_path(wanted: str) -> ModelPlan | None:
    provider, slash, name = wanted.partition("/")
    if not slash or not name or provider not in PROVIDERS:
        return None
    if provider == "demo" and wanted != DEMO_MODEL:
        return None
    return ModelPlan(key=wanted, provider=provider, name=name)
