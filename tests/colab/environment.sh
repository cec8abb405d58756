#!/bin/sh
# Makes .venv-colab, where Python packages are as in Colab; called by make in the folder of the project.
# `preloaded` makes it with what Colab has, on the Python given as $2 or Colab's own version, else the newest that is here.
# `artlib` then installs artlib into it as a user does, and fails if that changed a package that was there before.
set -eu
venv=.venv-colab
run="$venv/bin/python -m pip --disable-pip-version-check"

find_python() {
    for version in 3.13 3.12 3.11; do
        # where pyenv has several versions, the command in the path is one that only asks which is meant
        for python in "python$version" "$(pyenv prefix "$version" 2>/dev/null)/bin/python"; do
            if "$python" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$version')" 2>/dev/null; then
                echo "$python"
                return
            fi
        done
    done
    echo "Found no Python 3.11 to 3.13. Say which to use: make test-colab COLAB_PYTHON=python3.13" >&2
    exit 1
}

preloaded() {
    python=${1:-$(find_python)}
    echo "Colab has Python 3.13; this is $("$python" --version)."
    rm -rf "$venv"
    ./environment.sh "$python" "$venv" -r tests/colab/requirements.txt
    $run freeze >"$venv/preloaded.txt"
}

artlib() {
    copy=$(mktemp -d)
    trap 'rm -rf "$copy"' EXIT
    # built from a copy: a folder build/ of the checkout may hold modules that were deleted since
    cp -r artlib pyproject.toml requirements.txt README.md LICENSE "$copy"
    $run install --quiet "$copy"
    $run check
    $run freeze >"$venv/installed.txt"
    if changed=$(grep -vxFf "$venv/installed.txt" "$venv/preloaded.txt"); then
        echo "Installing artlib changed packages that Colab has preloaded, which are no longer:" >&2
        echo "$changed" >&2
        echo "Widen their ranges in requirements.txt; if they were changed by hand, delete $venv and make it again." >&2
        exit 1
    fi
    echo "artlib came with: $(grep -vxFf "$venv/preloaded.txt" "$venv/installed.txt" | sed 's/ @.*//' | paste -sd ' ')"
}

"$@"
