"""Crews that were drawn: nodes and edges instead of keys and contexts."""

from typing import Any

import pytest

from tests.support.plans import an_agent, explained, plan, problems_of


def agent_node(id: str, **data: Any) -> dict[str, Any]:
    return {"id": id, "type": "agentNode", "data": an_agent(label=id.title(), **data)}


def task_node(id: str, **data: Any) -> dict[str, Any]:
    described = {"description": f"Do {id}", "expected_output": "A table"}
    return {"id": id, "type": "taskNode", "data": {"label": id.title(), **described, **data}}


def manager_node(id: str = "boss", **data: Any) -> dict[str, Any]:
    return {"id": id, "type": "managerNode", "data": an_agent(role="Boss", **data)}


def canvas(*nodes: dict[str, Any], edges: str = "", **fields: Any) -> dict[str, Any]:
    """Edges as text: `a>b b>c`."""
    ends = [edge.split(">") for edge in edges.split()]
    drawn = [{"source": source, "target": target} for source, target in ends]
    return {"nodes": list(nodes), "edges": drawn, **fields}


def test_edges_assign_agents_and_draw_context() -> None:
    nodes = [agent_node("ann"), task_node("find"), task_node("write")]
    on_screen = [{**node, "position": {"x": 1, "y": 2}, "selected": True} for node in nodes]

    made = plan(canvas(*on_screen, edges="ann>find ann>write find>write find>write"))

    find, write = made.tasks
    assert (find.key, find.name, find.agent, find.context) == ("find", "Find", "ann", ())
    assert (write.agent, write.context) == ("ann", ("find",))


def test_a_task_without_task_edges_reads_no_other_output() -> None:
    made = plan(canvas(agent_node("ann"), task_node("a"), task_node("b"), edges="ann>a ann>b"))

    assert [task.context for task in made.tasks] == [(), ()]


def test_tasks_run_after_what_they_read_and_otherwise_as_drawn() -> None:
    made = plan(
        canvas(
            agent_node("ann"),
            task_node("report"),
            task_node("alone"),
            task_node("second"),
            task_node("first"),
            edges="ann>report ann>alone ann>second ann>first second>report first>second",
        )
    )

    assert [task.key for task in made.tasks] == ["alone", "first", "second", "report"]


def test_context_in_a_nodes_data_counts_beside_the_edges() -> None:
    made = plan(
        canvas(
            agent_node("ann"),
            task_node("last", context=["b", "a"]),
            task_node("a"),
            task_node("b"),
            edges="ann>last ann>a ann>b a>last",
        )
    )

    assert made.task("last").context == ("a", "b")


def test_a_long_chain_drawn_backwards_is_ordered() -> None:
    nodes = [task_node(f"t{i}", agent="ann") for i in range(500)]
    edges = " ".join(f"t{i + 1}>t{i}" for i in range(499))

    made = plan(canvas(agent_node("ann"), *nodes, edges=edges))

    assert [task.key for task in made.tasks] == [f"t{i}" for i in reversed(range(500))]


@pytest.mark.parametrize(
    ("crew", "pointer", "code"),
    [
        (canvas(agent_node("ann"), task_node("a")), "/nodes/1/data/agent", "no-agent"),
        (
            canvas(agent_node("ann"), task_node("a", tools=["nope"]), edges="ann>a"),
            "/nodes/1/data/tools/0",
            "unknown-tool",
        ),
        (
            canvas(agent_node("ann", llm="gpt-9"), task_node("a"), edges="ann>a"),
            "/nodes/0/data/llm",
            "unknown-model",
        ),
        (
            canvas(agent_node("ann"), task_node("a"), edges="ann>a ann>ghost"),
            "/edges/1/target",
            "unknown-node",
        ),
        (
            canvas(agent_node("ann"), task_node("a"), edges="ann>a ghost>a"),
            "/edges/1/source",
            "unknown-node",
        ),
        (
            canvas(agent_node("ann"), agent_node("bob"), task_node("a"), edges="ann>a bob>a"),
            "/edges/1",
            "two-agents",
        ),
        (
            canvas(
                agent_node("ann"), agent_node("bob"), task_node("a", agent="bob"), edges="ann>a"
            ),
            "/edges/0",
            "two-agents",
        ),
        (
            canvas(agent_node("ann"), task_node("a"), edges="ann>a a>ann"),
            "/edges/1",
            "meaningless-edge",
        ),
        (
            canvas(agent_node("ann"), agent_node("bob"), task_node("a"), edges="ann>a ann>bob"),
            "/edges/1",
            "meaningless-edge",
        ),
        (
            canvas(agent_node("ann"), task_node("a"), task_node("a"), edges="ann>a"),
            "/nodes/2/id",
            "duplicate",
        ),
        (
            canvas(agent_node("ann"), task_node("a", context=["z"]), edges="ann>a"),
            "/nodes/1/data/context/0",
            "unknown-task",
        ),
        (
            canvas(agent_node("ann"), task_node("a"), task_node("b"), edges="ann>a ann>b a>b b>a"),
            "/edges/3",
            "cyclic-context",
        ),
        (
            canvas(agent_node("ann", verbose=True), task_node("a"), edges="ann>a"),
            "/nodes/0/data/verbose",
            "extra-forbidden",
        ),
        (
            canvas(agent_node("ann"), task_node("a", label="x" * 201), edges="ann>a"),
            "/nodes/1/data/label",
            "string-too-long",
        ),
        (
            canvas(agent_node("ann"), task_node("a", description=5), edges="ann>a"),
            "/nodes/1/data/description",
            "string-type",
        ),
        (
            canvas(agent_node("ann"), task_node("a", context=5), edges="ann>a"),
            "/nodes/1/data/context",
            "list-type",
        ),
        (
            canvas(task_node("a", agent="x"), process="hierarchical", manager_llm="demo/demo"),
            "",
            "",
        ),
        (canvas(agent_node("ann")), "/nodes", "no-tasks"),
        (
            canvas(agent_node("ann"), manager_node(), task_node("a"), edges="ann>a"),
            "/process",
            "needless-manager",
        ),
        (
            canvas(
                agent_node("ann"),
                manager_node(),
                manager_node("boss2"),
                task_node("a"),
                process="hierarchical",
            ),
            "/nodes",
            "many-managers",
        ),
        (
            canvas(
                agent_node("ann"),
                manager_node(tools=["calculator"]),
                task_node("a"),
                process="hierarchical",
            ),
            "/nodes/1/data/tools",
            "manager-tools",
        ),
        (
            canvas(
                agent_node("ann"),
                manager_node(),
                task_node("a", agent="boss"),
                process="hierarchical",
            ),
            "/nodes/2/data/agent",
            "manager-as-agent",
        ),
        (
            canvas(
                agent_node("ann"),
                manager_node(llm="house-model"),
                task_node("a"),
                process="hierarchical",
                manager_llm="demo/demo",
            ),
            "/manager_llm",
            "two-managers",
        ),
        (
            canvas(
                agent_node("ann"),
                manager_node(llm="gpt-9"),
                task_node("a"),
                process="hierarchical",
            ),
            "/nodes/1/data/llm",
            "unknown-model",
        ),
    ],
)
def test_faults_point_at_the_node_or_the_edge(
    crew: dict[str, Any], pointer: str, code: str
) -> None:
    found = problems_of(crew)

    if code:
        assert found == {pointer: code}
    else:
        assert found == {"/nodes": "no-agents", "/nodes/0/data/agent": "unknown-agent"}


def test_an_unreadable_node_is_the_only_problem_of_those_that_name_it() -> None:
    crew = canvas(
        agent_node("ann", role=""),
        task_node("a", expected_output=None),
        task_node("b"),
        edges="ann>a ann>b a>b",
        model="gpt-9",
    )

    assert problems_of(crew) == {
        "/nodes/0/data/role": "string-too-short",
        "/nodes/1/data/expected_output": "missing",
        "/model": "unknown-model",
    }


def test_messages_name_tasks_as_people_see_them() -> None:
    crew = canvas(agent_node("ann"), task_node("n17", label="Find prices"))

    ((_, message),) = explained(crew).values()
    assert "'Find prices' has no agent" in message


def test_a_drawn_manager_leads_a_hierarchical_crew() -> None:
    made = plan(
        canvas(
            agent_node("ann"),
            manager_node(llm="house-model"),
            task_node("a"),
            edges="boss>ann boss>a",
            process="hierarchical",
        )
    )

    assert [agent.key for agent in made.agents] == ["ann"]
    assert made.manager is not None
    assert made.manager_model is not None
    assert (made.manager.role, made.manager_model.key) == ("Boss", "house-model")
    assert made.tasks[0].agent is None


def test_a_drawn_manager_without_a_model_uses_the_crews() -> None:
    made = plan(canvas(agent_node("ann"), manager_node(), task_node("a"), process="hierarchical"))

    assert made.manager_model is not None
    assert made.manager_model.key == "demo/demo"
