"""An unauthenticated route is a hole (CVE-2025-3248 was one): all but these few must ask who calls."""

from collections.abc import Callable

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import SecretStr

from src.api import health
from src.api.dependencies import authenticate
from src.api.hooks import authenticate_signature
from src.api.metrics import authenticate_scrape
from src.api.strict_json import StrictRoute
from src.bootstrap import Container
from src.core.settings import Settings
from src.main import _ROUTES
from tests.conftest import MakeContainer
from tests.support.http import app_of, client_of
from tests.support.operations import PREFIX

PUBLIC = {"/health/live", "/health/ready"}
SIGNED = {"/hooks/{id}"}
"""Called by systems without a login of Kasal: the signature over the body takes the place of a principal."""
SCRAPED = {"/metrics"}
"""Of no group: a token of its own, or this machine."""
DOCUMENTATION = {"/api/v1/openapi.json", "/api/v1/docs"}
"""Read-only, the same for everybody."""


def test_every_route_depends_on_authenticate(container: Container) -> None:
    silent: set[str] = set()
    asking: set[str] = set()
    for route in iter_route_contexts(app_of(container).router.routes):
        dependant = getattr(route, "dependant", None)
        asks = dependant is not None and _asks(dependant, authenticate)
        (asking if asks else silent).add(str(route.path))
    assert silent == PUBLIC | SIGNED | SCRAPED | DOCUMENTATION
    assert len(asking) > 25


def test_every_route_without_a_login_asks_for_a_signature_or_a_token(container: Container) -> None:
    assert _asking(container, authenticate_signature) == SIGNED
    assert _asking(container, authenticate_scrape) == SCRAPED


async def test_without_a_token_every_documented_path_is_401(
    make_container: MakeContainer, settings_for: Callable[..., Settings]
) -> None:
    settings = settings_for(kasal_auth_mode="token", kasal_metrics_token=SecretStr("x" * 16))
    container = await make_container(settings)
    async with client_of(container) as client:
        for path, item in app_of(container).openapi()["paths"].items():
            for method in item:
                answer = await client.request(
                    method.upper(), path.replace("{", "").replace("}", "")
                )
                expected = {200, 503} if path in PUBLIC else {401}
                assert answer.status_code in expected, f"{method} {path}: {answer.status_code}"


def test_every_route_with_a_body_reads_it_strictly() -> None:
    for module in _ROUTES:
        for route in module.router.routes:
            if isinstance(route, APIRoute) and route.body_field is not None:
                assert isinstance(route, StrictRoute), f"{route.path} needs route_class=StrictRoute"


def test_nothing_but_these_few_stands_outside_the_prefix(container: Container) -> None:
    paths = set(app_of(container).openapi()["paths"])
    assert {path for path in paths if not path.startswith(PREFIX)} == PUBLIC | SIGNED | SCRAPED
    assert {route.path for route in health.router.routes if isinstance(route, APIRoute)} == PUBLIC


def _asking(container: Container, whom: object) -> set[str]:
    return {
        str(route.path)
        for route in iter_route_contexts(app_of(container).router.routes)
        if getattr(route, "dependant", None) is not None and _asks(route.dependant, whom)
    }


def _asks(dependant: Dependant, whom: object) -> bool:
    return any(child.call is whom or _asks(child, whom) for child in dependant.dependencies)
