"""The emulator's row store against a plain dictionary, whatever is written and deleted."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.emulator.filters import parse_dict
from tests.emulator.rows import Key, RowStore
from tests.emulator.schemas import VectorColumn, parse_schema

pytestmark = pytest.mark.integration
SCHEMA = parse_schema(
    '{"id": "string", "group": "string", "text": "string", "emb": "array<float>"}',
    "id",
    VectorColumn("emb", 2),
)
QUERY = np.array([1.0, 2.0], dtype=np.float32)
rows = st.fixed_dictionaries(
    {
        "id": st.sampled_from("abcdefgh"),
        "group": st.sampled_from([None, "g1", "g2"]),
        "text": st.sampled_from([None, "", "red", "red car", "car car blue"]),
        "emb": st.lists(st.integers(-3, 3).map(float), min_size=2, max_size=2),
    }
)
writes = st.one_of(rows, st.sampled_from("abcdefgh"))


@settings(max_examples=200, deadline=None)
@given(st.lists(writes, max_size=40))
def test_the_store_holds_what_a_dictionary_would(changes: list[Any]) -> None:
    store, model = RowStore(SCHEMA), dict[Key, Any]()
    condition = parse_dict('{"group": "g1"}', SCHEMA.columns, 10)
    for change in changes:
        store.text_scores("red", ["text"])  # so that the indexes are there and must be kept up
        store.where(condition)
        if isinstance(change, dict):
            store.put(change)
            model[change["id"]] = change
        else:
            assert store.remove(change) == (model.pop(change, None) is not None)

    keys: list[Key] = sorted(model)
    assert store.after(None, 100) == keys
    assert store.after("c", 2) == [key for key in keys if str(key) > "c"][:2]
    assert store.where(condition) == [key for key in keys if model[key]["group"] == "g1"]
    for key in keys:
        stored = store.row(key)
        assert {**stored, "emb": stored["emb"].tolist()} == model[key]
    with_word = {key for key in keys if "red" in (model[key]["text"] or "").split()}
    assert set(store.text_scores("red", ["text"])) == with_word
    wanted = [float(((np.array(model[key]["emb"]) - QUERY) ** 2).sum()) for key in keys]
    assert store.distances(keys, QUERY).tolist() == pytest.approx(wanted, abs=1e-4)
    few = keys[:2]
    assert store.distances(few, QUERY).tolist() == pytest.approx(wanted[:2], abs=1e-4)
