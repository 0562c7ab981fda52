"""Puts in what Kasal ships with: models, tools, output schemas, example crews. Idempotent.

usage: python run_seeders.py [--only NAME ...] [--list] [--dry-run]
"""

import os
import sys

from scripts import environment


def main():
    environment.rerun_inside(["requirements.txt"])
    arguments = []
    names_follow = False
    for argument in sys.argv[1:]:
        # `--only a b` reads better than `--only a --only b`; the command knows the latter.
        if argument == "--only":
            names_follow = True
        elif argument.startswith("-"):
            names_follow = False
            arguments.append(argument)
        else:
            arguments += ["--only", argument] if names_follow else [argument]
    os.chdir(environment.ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "src.cli.main", "seed", *arguments])


if __name__ == "__main__":
    main()
