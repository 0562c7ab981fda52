"""Whose token is used for vector search, and what happens when it is refused."""

from datetime import timedelta

import pytest
from pydantic import SecretStr

from src.core.errors import NotConfigured
from src.repositories.databricks.tokens import (
    AccessToken,
    TokenChain,
    TokenEnded,
    TokenSource,
    vector_search_chain,
)
from tests.support.clock import MovableClock

OBO, STORED, ENVIRONMENT = (
    TokenSource.ON_BEHALF_OF,
    TokenSource.STORED_PAT,
    TokenSource.ENVIRONMENT_PAT,
)


class Store:
    def __init__(self, value: str | None) -> None:
        self.value = value
        self.loads = 0

    async def load(self) -> SecretStr | None:
        self.loads += 1
        return None if self.value is None else SecretStr(self.value)


class FixedToken:
    source = TokenSource.SDK_DEFAULT

    async def token(self) -> AccessToken | None:
        return AccessToken(SecretStr("sdk"), self.source)

    def refused(self, token: AccessToken) -> None: ...


def chain_of(
    *,
    obo: str | None = None,
    stored: str | None = None,
    environment: str | None = None,
    sdk: bool = False,
    may_fall_back: bool = False,
    clock: MovableClock | None = None,
    store: Store | None = None,
    expires_s: float | None = None,
) -> TokenChain:
    clock = clock or MovableClock()
    expires_at = None if expires_s is None else clock.now() + timedelta(seconds=expires_s)
    return vector_search_chain(
        clock=clock,
        on_behalf_of=None if obo is None else SecretStr(obo),
        on_behalf_of_expires_at=expires_at,
        load_stored=(store or Store(stored)).load,
        environment=None if environment is None else SecretStr(environment),
        sdk_default=FixedToken() if sdk else None,
        may_fall_back=may_fall_back,
    )


@pytest.mark.parametrize(
    ("obo", "stored", "environment", "source"),
    [
        ("o", "s", "e", OBO),
        (None, "s", "e", STORED),
        ("  ", "s", "e", STORED),
        (None, None, "e", ENVIRONMENT),
        (None, None, None, TokenSource.SDK_DEFAULT),
    ],
)
async def test_the_first_that_has_a_token_is_used(
    obo: str | None, stored: str | None, environment: str | None, source: TokenSource
) -> None:
    chain = chain_of(obo=obo, stored=stored, environment=environment, sdk=True)
    assert (await chain.token()).source == source


async def test_without_any_token_it_says_what_was_looked_for() -> None:
    with pytest.raises(NotConfigured, match="on_behalf_of, stored_pat, environment_pat"):
        await chain_of().token()


async def test_a_refused_token_is_not_replaced_by_a_stronger_one_unasked() -> None:
    chain = chain_of(obo="o", stored="s")
    refused = await chain.token()
    assert await chain.replace(refused) is None
    with pytest.raises(NotConfigured):
        await chain.token()


async def test_where_the_group_allows_it_the_next_one_is_used_and_stays() -> None:
    chain = chain_of(obo="o", stored="s", environment="e", may_fall_back=True)
    second = await chain.replace(await chain.token())
    assert second is not None
    assert (second.source, await chain.token()) == (STORED, second)
    third = await chain.replace(second)
    assert third is not None
    assert third.source == ENVIRONMENT
    assert await chain.replace(third) is None


async def test_an_ended_user_token_is_not_sent() -> None:
    clock = MovableClock()
    chain = chain_of(obo="o", clock=clock, expires_s=3600)
    assert (await chain.token()).source == OBO
    clock.days += 3590 / 86_400
    with pytest.raises(TokenEnded, match="sign in"):
        await chain.token()


async def test_an_ended_user_token_is_not_replaced_by_a_stronger_one_unasked() -> None:
    clock = MovableClock()
    chain = chain_of(obo="o", stored="s", environment="e", clock=clock, expires_s=3600)
    await chain.token()
    clock.days += 1
    with pytest.raises(TokenEnded):
        await chain.token()


async def test_an_ended_user_token_makes_way_where_the_group_allows_it() -> None:
    clock = MovableClock()
    chain = chain_of(obo="o", stored="s", may_fall_back=True, clock=clock, expires_s=3600)
    await chain.token()
    clock.days += 1
    assert (await chain.token()).source == STORED


async def test_a_user_token_that_was_thrown_away_when_it_ended_still_bars_the_others() -> None:
    with pytest.raises(TokenEnded):
        await chain_of(obo=None, stored="s", expires_s=-60).token()


async def test_a_stored_token_is_loaded_once_a_minute_and_after_a_refusal() -> None:
    clock, store = MovableClock(), Store("old")
    chain = chain_of(store=store, clock=clock)
    for _ in range(3):
        old = await chain.token()
    assert store.loads == 1
    store.value = "new"
    replaced = await chain.replace(old)
    assert replaced is not None
    assert (replaced.value.get_secret_value(), store.loads) == ("new", 2)
    clock.days += 61 / 86_400
    await chain.token()
    assert store.loads == 3


async def test_a_token_does_not_show_itself() -> None:
    chain = chain_of(obo="secret-value")
    assert "secret-value" not in repr(await chain.token())
