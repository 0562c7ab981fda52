"""Prints the OpenAPI document, without a server or a database: what the browser's client is generated from."""

import json

from src.bootstrap import Container
from src.core.settings import Settings
from src.main import create_app


def main() -> None:
    settings = Settings(_env_file=None)
    document = create_app(Container(settings)).openapi()
    print(json.dumps(document, indent=1, sort_keys=True))


if __name__ == "__main__":
    main()
