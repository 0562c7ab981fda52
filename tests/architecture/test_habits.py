"""Habits that no linter knows, read from the syntax tree of every file under src.

Each allow-list names the file and says why. Whoever adds a line there explains it in review.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from src.core.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))

LOCAL_IMPORTS = {
    "src/cli/entry.py": "the client side of the command must not load the server",
    "src/engines/crewai/memory/opening.py": "an API process loads a store's libraries when it needs one",
    "src/engines/crewai/quiet.py": "settings must be in place before the library is imported",
    "src/memory/embedders/opening.py": "an API process loads numpy and a tokenizer when it embeds",
    "src/memory/health.py": "numpy would delay the start of API processes, which rarely make a report",
    "src/worker/main.py": "quiet() must have said where files go before crewai is imported",
}
BROAD_EXCEPTS = {
    "src/cli/main.py": "last line of the command",
    "src/worker/": "outermost edge of a process",
    "src/engines/dbos/": "outermost edge of a run",
    "src/engines/crewai/": "border to tools and models that raise anything",
    "src/api/": "outermost edge of a request or stream",
    "src/main.py": "shutdown",
    "src/services/runs/engine_threads.py": "carries whatever a crew raises to the loop",
    "src/services/runs/event_writer.py": "an event that cannot be stored must not stop the others",
    "src/services/jobs/runner.py": "outermost edge of a job",
    "src/services/runs/task_memory.py": "whatever a store raises must not end a task",
    "src/services/runs/memory_writes.py": "outermost edge of a write, and of a question to a model",
    "src/services/runs/run.py": "outermost edge of a run",
}
LOOP_STARTERS = ("src/cli/", "src/worker/", "src/main.py")
ENVIRONMENT_READERS = ("src/core/settings.py", "src/engines/crewai/quiet.py", "src/cli/")
FORMAT_OF_VARIABLES = {
    "src/core/logging.py": "our own templates, formatted when a handler asks",
    "src/engines/crewai/run_agent.py": "constants of the crew library",
}
MAX_FUNCTION_LINES = 60
MAX_FILE_LINES = 500
LONG_FILES = {
    "src/seeds/model_configs.py": "a table",
    "src/seeds/tools.py": "a table",
}


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _is_under(name: str, prefixes: object) -> bool:
    return any(name.startswith(prefix) for prefix in prefixes)  # type: ignore[attr-defined]


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def _calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def _report(found: list[str], rule: str) -> None:
    assert not found, f"{rule}:\n  " + "\n  ".join(found)


def test_imports_stand_at_the_top_of_the_file() -> None:
    found = [
        f"{_name(path)}:{node.lineno}"
        for path in SOURCES
        if _name(path) not in LOCAL_IMPORTS
        for function in _functions(_tree(path))
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    _report(found, "an import inside a function hides a dependency")


def test_package_files_are_empty() -> None:
    found = [
        _name(path)
        for path in SOURCES
        if path.name == "__init__.py" and path.stat().st_size and not _only_quiets(path)
    ]
    _report(found, "import the module that owns the thing; __init__.py stays empty")


def _only_quiets(path: Path) -> bool:
    # Whoever imports the crew engine must get its settings first: the one package with a body.
    return _name(path) == "src/engines/crewai/__init__.py"


def test_broad_excepts_stand_only_at_the_edge_of_a_run() -> None:
    found = [
        f"{_name(path)}:{node.lineno}"
        for path in SOURCES
        if not _is_under(_name(path), BROAD_EXCEPTS)
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ExceptHandler) and _is_broad(node) and not _raises_again(node)
    ]
    _report(found, "catch the error you can do something about")


def _is_broad(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    return bool({"Exception", "BaseException"} & set(re.findall(r"\w+", ast.unparse(handler.type))))


def _raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def test_broad_excepts_are_rare() -> None:
    lines = sum(len(path.read_text().splitlines()) for path in SOURCES)
    broad = [
        f"{_name(path)}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ExceptHandler) and _is_broad(node) and not _raises_again(node)
    ]
    assert len(broad) <= max(lines / 500, 4), broad


def test_event_loops_start_only_in_entry_points() -> None:
    starters = {"asyncio.run", "asyncio.new_event_loop", "asyncio.Runner", "asyncio.set_event_loop"}
    found = [
        f"{_name(path)}:{call.lineno} {function}"
        for path in SOURCES
        if not _is_under(_name(path), LOOP_STARTERS)
        for function, call in _calls(_tree(path))
        if function in starters
    ]
    _report(found, "engine threads reach the loop through the LoopBridge")


def test_only_the_unit_of_work_commits_or_rolls_back() -> None:
    found = [
        f"{_name(path)}:{call.lineno} {function}"
        for path in SOURCES
        if _name(path) != "src/core/unit_of_work.py"
        for function, call in _calls(_tree(path))
        if function.endswith((".commit", ".rollback")) and not call.args
    ]
    _report(found, "a second place that commits breaks the use case in two")


def test_http_errors_are_raised_only_in_the_api() -> None:
    found = [
        _name(path)
        for path in SOURCES
        if not _is_under(_name(path), ("src/api/", "src/main.py"))
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Name) and node.id == "HTTPException"
    ]
    _report(found, "raise the most specific AppError")


def test_the_environment_is_read_in_one_place() -> None:
    found = [
        f"{_name(path)}:{node.lineno}"
        for path in SOURCES
        if not _is_under(_name(path), ENVIRONMENT_READERS)
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ", "os.getenv")
    ]
    _report(found, "read it through Settings")


def test_only_the_command_line_prints() -> None:
    found = [
        f"{_name(path)}:{call.lineno}"
        for path in SOURCES
        if not _is_under(_name(path), ("src/cli/",))
        for function, call in _calls(_tree(path))
        if function in ("print", "pprint", "pprint.pprint")
    ]
    _report(found, "use the log")


def test_connections_to_the_database_are_made_in_one_place() -> None:
    """Elsewhere they would miss the password that Lakebase wants anew for each login."""
    makers = ("create_engine", "create_async_engine", "asyncpg.connect", "psycopg.connect")
    found = [
        f"{_name(path)}:{node.lineno}"
        for path in SOURCES
        if _name(path) != "src/core/database_engines.py"
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(makers)
    ]
    _report(found, "ask core/database_engines.py")


def test_nothing_sleeps_on_a_loop() -> None:
    found = [
        f"{_name(path)}:{call.lineno}"
        for path in SOURCES
        for function in _functions(_tree(path))
        if isinstance(function, ast.AsyncFunctionDef)
        for called, call in _calls(function)
        if called in ("time.sleep", "requests.get", "requests.post", "subprocess.run")
    ]
    _report(found, "await it, or go through asyncio.to_thread")


def test_functions_fit_a_screen() -> None:
    found = [
        f"{_name(path)}:{function.lineno} {function.name} has {_length(function)} lines"
        for path in SOURCES
        for function in _functions(_tree(path))
        if _length(function) > MAX_FUNCTION_LINES
    ]
    _report(found, f"at most {MAX_FUNCTION_LINES} lines")


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def test_files_can_be_read_in_one_go() -> None:
    lengths = {_name(path): len(path.read_text().splitlines()) for path in SOURCES}
    found = [
        f"{name} has {lines} lines"
        for name, lines in lengths.items()
        if lines > MAX_FILE_LINES and name not in LONG_FILES
    ]
    _report(found, f"at most {MAX_FILE_LINES} lines")


def test_no_text_is_ever_run_as_code() -> None:
    dangerous = {
        "exec",
        "eval",
        "compile",
        "__import__",
        "pickle.loads",
        "pickle.load",
        "yaml.load",
    }
    found = [
        f"{_name(path)}:{call.lineno} {function}"
        for path in SOURCES
        for function, call in _calls(_tree(path))
        if function in dangerous
    ]
    _report(found, "text from people and models is data")


def test_no_template_engine_and_no_pickle_is_imported() -> None:
    found = [
        f"{_name(path)}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        and _imported(node) & {"jinja2", "pickle", "cloudpickle", "dill", "marshal", "shelve"}
    ]
    _report(found, "templates over user text run code; pickles do too")


def _imported(node: ast.Import | ast.ImportFrom) -> set[str]:
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").split(".")[0]}
    return {alias.name.split(".")[0] for alias in node.names}


def test_formats_are_literals() -> None:
    """`str.format` over a text that a user wrote reads attributes of our objects."""
    found = [
        f"{_name(path)}:{call.lineno}"
        for path in SOURCES
        if _name(path) not in FORMAT_OF_VARIABLES
        for function, call in _calls(_tree(path))
        if function.endswith((".format", ".format_map")) and not _on_a_literal(call)
    ]
    _report(found, "format only literals")


def _on_a_literal(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and isinstance(
        call.func.value, ast.Constant | ast.JoinedStr
    )


def test_log_lines_are_constant_text_with_lazy_arguments() -> None:
    levels = {"debug", "info", "warning", "error", "exception"}
    found = [
        f"{_name(path)}:{call.lineno}"
        for path in SOURCES
        for function, call in _calls(_tree(path))
        if function in {f"log.{level}" for level in levels}
        and call.args
        and not isinstance(call.args[0], ast.Constant)
    ]
    _report(found, 'log.info("index {} ready", name)')


def test_type_ignores_name_their_code() -> None:
    found = [
        f"{_name(path)}:{number}"
        for path in SOURCES
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"#\s*type:\s*ignore(?!\[)", line)
    ]
    _report(found, "say which error is ignored, and why")


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_named_in_the_readme(name: str) -> None:
    assert f"`{name.upper()}`" in (ROOT / "README.md").read_text()
