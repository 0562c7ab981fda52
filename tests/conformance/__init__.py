import pytest

pytest.register_assert_rewrite("tests.conformance.vector_index", "tests.conformance.tenancy")
