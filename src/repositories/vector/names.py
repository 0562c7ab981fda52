"""How stores want indexes and endpoints named."""

import re

DATABRICKS_INDEX = re.compile(r"[A-Za-z0-9_]{1,100}\.[A-Za-z0-9_]{1,100}\.[A-Za-z0-9_]{1,100}")
"""<catalog>.<schema>.<name>"""
DATABRICKS_ENDPOINT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")
PLAIN_INDEX = re.compile(r"[a-z_][a-z0-9_]{0,49}")
"""Part of a table's name on PostgreSQL; the embedded default takes the same."""
