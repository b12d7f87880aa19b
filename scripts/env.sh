# Sourced by the other scripts: makes .venv with exactly the versions of constraints.txt, once.
# usage: . scripts/env.sh [EXTRA]      afterwards .venv/bin/journey and its tools are there

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
extra="${1:-}"

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3.11 python3.12 python3.13 python3.14 python3 python; do
    if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 &&
      "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  echo "Journey Assistant needs Python 3.11 or newer. Install it, or name it: PYTHON=/path/to/python $0" >&2
  return 1
}

# What is installed is known by the files that decide it; the test tools include everything else.
wanted="$(cat pyproject.toml scripts/constraints.txt | cksum | cut -d ' ' -f 1)"
stamp=.venv/journey-installed
if ! grep -qx "$wanted test" "$stamp" 2>/dev/null && ! grep -qx "$wanted $extra" "$stamp" 2>/dev/null; then
  if [ ! -x .venv/bin/python ]; then
    python="$(find_python)" || exit 1
    echo "Making .venv ..." >&2
    "$python" -m venv .venv || {
      echo "The venv module is missing; on Debian and Ubuntu: apt install python3-venv" >&2
      exit 1
    }
  fi
  pip=".venv/bin/python -m pip --disable-pip-version-check -qq --no-input"
  echo "Installing (some minutes the first time) ..." >&2
  # torch first and pinned, so that nothing else asks for another build of it.
  $pip install --constraint scripts/constraints.txt torch
  $pip install --constraint scripts/constraints.txt --editable ".${extra:+[$extra]}"
  .venv/bin/python -c 'import assistant, knowledge' || {
    echo "The installation failed; see the messages above." >&2
    exit 1
  }
  echo "$wanted $extra" >>"$stamp"
fi
