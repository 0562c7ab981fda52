"""Turns what a canvas or a YAML file says into a validated, frozen CrewPlan.

Runs in the API process, so it never imports crewai. Whatever cannot run is an error here, with a JSON
pointer: nothing falls back silently later.
"""

from collections import defaultdict
from contextlib import suppress
from typing import Any, Literal

from src.core.approval import ApprovalPlan
from src.core.errors import Invalid, NotAvailable
from src.engines.base import Catalogue, RunRequest
from src.engines.crewai.canvas import read_canvas
from src.engines.crewai.model_choice import ModelChoice
from src.engines.crewai.named_configs import NamedConfigs, from_yaml
from src.engines.crewai.placeholders import Placeholders
from src.engines.crewai.problems import Problems
from src.engines.crewai.schema_check import check_schema
from src.engines.crewai.task_context import resolve_contexts
from src.engines.plans import AgentPlan, CrewPlan, GuardrailPlan, ModelPlan, TaskPlan, ToolPlan
from src.schemas.crew_config import (
    AgentConfig,
    CrewDefinition,
    HumanInput,
    JsonGuardrail,
    LengthGuardrail,
    LlmGuardrail,
    Process,
    TaskConfig,
)

_Output = tuple[Literal["json", "pydantic"], dict[str, Any]]


def plan_crew(definition: CrewDefinition, request: RunRequest, catalogue: Catalogue) -> CrewPlan:
    """Raises Invalid with every problem found."""
    return _Planner(definition, request, catalogue).plan()


def crew_inputs(definition: CrewDefinition, catalogue: Catalogue) -> frozenset[str]:
    """Names of the inputs that a crew's texts use, as far as the crew can be read."""
    return frozenset(ordered_inputs(definition, catalogue))


def ordered_inputs(definition: CrewDefinition, catalogue: Catalogue) -> tuple[str, ...]:
    """As crew_inputs, in the order in which agents and then tasks name them."""
    planner = _Planner(definition, RunRequest(name="", inputs={}), catalogue)
    with suppress(Invalid, NotAvailable):
        planner.plan()
    return tuple(planner.wanted_inputs)


class _Planner:
    def __init__(
        self, definition: CrewDefinition, request: RunRequest, catalogue: Catalogue
    ) -> None:
        self._definition = definition
        self._request = request
        self._catalogue = catalogue
        self._problems = Problems()
        self._models = ModelChoice(catalogue, definition.model, self._problems)
        self._texts = Placeholders(request.inputs, self._problems)
        self._used_tools: dict[str, ToolPlan] = {}

    @property
    def wanted_inputs(self) -> dict[str, None]:
        return self._texts.wanted

    def plan(self) -> CrewPlan:
        named = self._named_configs()
        agents = {key: self._plan_agent(key, named) for key in named.agents}
        contexts = resolve_contexts(named, self._problems)
        tasks = tuple(
            self._plan_task(key, index, contexts[key], named)
            for index, key in enumerate(named.tasks)
        )
        self._check_crew(named)
        manager_model = self._manager_model(named)
        planning_model = self._planning_model()
        memory_model = self._memory_model(named)
        self._problems.raise_if_any()
        manager = agents.pop(named.manager) if named.manager is not None else None
        return CrewPlan(
            name=self._request.name,
            process=_process(self._definition.process),
            agents=tuple(agents.values()),
            tasks=tasks,
            tools=tuple(self._used_tools.values()),
            planning_model=planning_model,
            manager_model=manager_model,
            memory_model=memory_model,
            manager=manager,
            budget=self._request.budget,
            inputs=self._request.inputs,
            roles_as_written=tuple(named.agents[key].role for key in agents),
            names_as_written=tuple(named.task_name(key) for key in named.tasks),
            warnings=tuple(self._warnings(tuple(agents.values()))),
        )

    def _named_configs(self) -> NamedConfigs:
        given = self._definition
        if given.agents_yaml is not None and given.tasks_yaml is not None:
            named = from_yaml(given.agents_yaml, given.tasks_yaml)
            agents_at, tasks_at = "/agents_yaml", "/tasks_yaml"
        elif given.nodes is not None:
            named = read_canvas(given.nodes, given.edges or [], self._problems)
            agents_at = tasks_at = "/nodes"
        else:
            message = "give agents_yaml and tasks_yaml, or a canvas of nodes and edges"
            self._problems.add("", "no-crew", message)
            return from_yaml({}, {})
        if not named.broken:
            if not named.agents.keys() - {named.manager}:
                self._problems.add(agents_at, "no-agents", "a crew needs at least one agent")
            if not named.tasks:
                self._problems.add(tasks_at, "no-tasks", "a crew needs at least one task")
        return named

    def _plan_agent(self, key: str, named: NamedConfigs) -> AgentPlan:
        config, pointer = named.agents[key], named.agent_pointers[key]
        return AgentPlan(
            key=key,
            role=self._texts.fill(config.role, f"{pointer}/role"),
            goal=self._texts.fill(config.goal, f"{pointer}/goal"),
            backstory=self._texts.fill(config.backstory, f"{pointer}/backstory"),
            model=self._models.model(config.llm, f"{pointer}/llm"),
            tools=self._tools(config.tools, f"{pointer}/tools"),
            max_execution_time_s=config.max_execution_time,
            memory=self._definition.memory or config.memory,
            **_same_fields(config),
        )

    def _plan_task(
        self, key: str, index: int, context: tuple[str, ...], named: NamedConfigs
    ) -> TaskPlan:
        config, pointer = named.tasks[key], named.task_pointers[key]
        self._check_agent(key, config, pointer, named)
        kind, schema = self._output(config, pointer) or (None, None)
        return TaskPlan(
            key=key,
            index=index,
            name=self._texts.fill(config.name or key, f"{pointer}/name"),
            description=self._texts.fill(config.description, f"{pointer}/description"),
            expected_output=self._texts.fill(config.expected_output, f"{pointer}/expected_output"),
            agent=config.agent,
            tools=self._tools(config.tools, f"{pointer}/tools"),
            context=context,
            async_execution=config.async_execution,
            output_kind=kind,
            output_schema=schema,
            guardrails=self._guardrails(config, pointer),
            guardrail_max_retries=config.guardrail_max_retries,
            markdown=config.markdown,
            approval=_approval(config.human_input),
        )

    def _check_agent(self, key: str, config: TaskConfig, pointer: str, named: NamedConfigs) -> None:
        at, name = f"{pointer}/agent", named.task_name(key)
        if config.agent is None:
            if self._definition.process is Process.SEQUENTIAL:
                message = (
                    f"the task {name!r} has no agent; name one, or use the hierarchical process"
                )
                self._problems.add(at, "no-agent", message)
        elif config.agent == named.manager:
            message = f"the task {name!r} names the manager; it assigns tasks and does none itself"
            self._problems.add(at, "manager-as-agent", message)
        elif config.agent not in named.agents and config.agent not in named.broken:
            self._problems.add_unknown(at, "agent", config.agent, named.agents.keys())

    def _check_crew(self, named: NamedConfigs) -> None:
        """What only shows when the whole crew is looked at."""
        if self._definition.model is not None:
            self._models.model(None, "/model")
        last_two = list(named.tasks)[-2:]
        if len(last_two) == 2 and all(named.tasks[key].async_execution for key in last_two):
            message = (
                "a crew can end with at most one async task; let a last task collect the others"
            )
            pointer = f"{named.task_pointers[last_two[-1]]}/async_execution"
            self._problems.add(pointer, "trailing-async", message)
        if named.manager is not None and self._definition.process is Process.SEQUENTIAL:
            message = "the canvas has a manager, who leads hierarchical crews; set the process"
            self._problems.add("/process", "needless-manager", message)
        manager = named.agents.get(named.manager or "")
        if manager is not None and manager.tools:
            message = "a manager passes work on and calls no tools; give them to the agents"
            at = f"{named.agent_pointers[named.manager or '']}/tools"
            self._problems.add(at, "manager-tools", message)

    def _manager_model(self, named: NamedConfigs) -> ModelPlan | None:
        chosen, at = self._definition.manager_llm, "/manager_llm"
        if self._definition.process is Process.SEQUENTIAL:
            if chosen is not None:
                message = (
                    "manager_llm is for the hierarchical process; remove it or set the process"
                )
                self._problems.add(at, "needless-manager", message)
            return None
        if named.manager is None:
            if chosen is None:
                message = (
                    "the hierarchical process needs manager_llm: the model that assigns the tasks"
                )
                self._problems.add(at, "no-manager", message)
                return None
            return self._models.model(chosen, at)
        if named.manager not in named.agents:
            return None  # it could not be read, which is reported
        drawn = named.agents[named.manager].llm
        if chosen is not None and drawn is not None and chosen != drawn:
            message = "manager_llm and the llm of the manager node differ; remove one"
            self._problems.add(at, "two-managers", message)
        if chosen is None:
            return self._models.model(drawn, f"{named.agent_pointers[named.manager]}/llm")
        return self._models.model(chosen, at)

    def _planning_model(self) -> ModelPlan | None:
        chosen = self._definition.planning_llm
        if self._definition.planning:
            return self._models.model(chosen, "/planning_llm")
        if chosen is not None:
            message = "planning_llm is for crews with planning; remove it or set planning to true"
            self._problems.add("/planning_llm", "needless-planner", message)
        return None

    def _memory_model(self, named: NamedConfigs) -> ModelPlan | None:
        """What the group chose, which no crew names: so the problem stands where memory is switched on."""
        chosen = self._catalogue.memory_model
        wanted_at = ["/memory"] if self._definition.memory else []
        wanted_at += [
            f"{named.agent_pointers[key]}/memory"
            for key, agent in named.agents.items()
            if agent.memory
        ]
        if chosen is None or not wanted_at:
            return None
        own = Problems()
        model = ModelChoice(self._catalogue, None, own).model(chosen, wanted_at[0])
        self._problems.take(own, "the extraction_model of this group's memory cannot be used: ")
        return model

    def _tools(self, keys: list[str], pointer: str) -> tuple[str, ...]:
        for index, key in enumerate(keys):
            plan = self._catalogue.tools.get(key)
            if plan is not None:
                self._used_tools[key] = plan
            elif key in self._catalogue.disabled_tools:
                message = (
                    f"the tool {key!r} is disabled in this group; enable it under "
                    f"/api/v1/{'mcp-servers' if key.startswith('mcp:') else 'tools'}"
                )
                self._problems.add(f"{pointer}/{index}", "disabled-tool", message)
            else:
                self._problems.add_unknown(
                    f"{pointer}/{index}", "tool", key, self._catalogue.tools.keys()
                )
        return tuple(dict.fromkeys(keys))

    def _output(self, config: TaskConfig, pointer: str) -> _Output | None:
        if config.output_json is not None and config.output_pydantic is not None:
            message = "choose one of output_json and output_pydantic"
            self._problems.add(f"{pointer}/output_pydantic", "two-outputs", message)
        if config.output_json is not None:
            return "json", self._output_schema(config.output_json, f"{pointer}/output_json")
        if config.output_pydantic is not None:
            wanted = self._output_schema(config.output_pydantic, f"{pointer}/output_pydantic")
            return "pydantic", wanted
        return None

    def _output_schema(self, wanted: str | dict[str, Any], at: str) -> dict[str, Any]:
        if isinstance(wanted, str):
            known = self._catalogue.output_schemas
            if wanted not in known:
                self._problems.add_unknown(at, "schema", wanted, known.keys())
                return {}
            wanted = known[wanted]
        check_schema(wanted, at, self._problems)
        return wanted

    def _guardrails(self, config: TaskConfig, pointer: str) -> tuple[GuardrailPlan, ...]:
        given = [] if config.guardrail is None else [(f"{pointer}/guardrail", config.guardrail)]
        given += [(f"{pointer}/guardrails/{i}", rail) for i, rail in enumerate(config.guardrails)]
        plans = []
        for at, rail in given:
            sentence_at = f"{at}/description"
            if isinstance(rail, str):
                rail, sentence_at = LlmGuardrail(type="llm", description=rail), at
            options, model = rail.model_dump(mode="json", exclude={"type", "llm"}), None
            if isinstance(rail, LlmGuardrail):
                options["description"] = self._texts.fill(rail.description, sentence_at)
                model = self._models.model(rail.llm, f"{at}/llm")
            elif isinstance(rail, JsonGuardrail):
                check_schema(rail.json_schema, f"{at}/json_schema", self._problems, of_object=False)
            elif isinstance(rail, LengthGuardrail) and (rail.max_chars or 10**9) < rail.min_chars:
                message = "no answer can be shorter than max_chars and longer than min_chars"
                self._problems.add(f"{at}/max_chars", "impossible", message)
            plans.append(GuardrailPlan(type=rail.type, options=options, model=model))
        return tuple(plans)

    def _warnings(self, agents: tuple[AgentPlan, ...]) -> list[str]:
        warnings = []
        delegates = [agent for agent in agents if agent.allow_delegation]
        if self._definition.process is Process.SEQUENTIAL and len(agents) == 1 and delegates:
            warnings.append(
                f"{delegates[0].key!r} may delegate, but there is no other agent to delegate to"
            )
        by_role = defaultdict(list)
        for agent in agents:
            by_role[" ".join(agent.role.casefold().split())].append(agent.key)
        if self._definition.process is Process.HIERARCHICAL or delegates:
            warnings += [
                f"the agents {', '.join(keys)} have the same role, and work is passed on by role: "
                f"only {keys[0]} will get any"
                for keys in by_role.values()
                if len(keys) > 1
            ]
        return warnings


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


def _approval(wanted: bool | HumanInput) -> ApprovalPlan | None:
    if isinstance(wanted, bool):
        return ApprovalPlan() if wanted else None
    return ApprovalPlan(**wanted.model_dump())


def _process(process: Process) -> Literal["sequential", "hierarchical"]:
    return "sequential" if process is Process.SEQUENTIAL else "hierarchical"
