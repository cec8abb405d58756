#!/bin/sh
# Makes a folder with an environment, with the Python given as $1; called by make.
# $2 is the folder (.venv), and what follows goes to `pip install` (-r requirements-dev.txt -e .).
# Works without root, and on Debian and Ubuntu also where the package python3-venv is not installed.
set -eu
python=$1
venv=${2:-.venv}
# compat: else a Python that is started beside the copy takes its folder for an empty package of this name
[ $# -gt 2 ] && shift 2 || set -- -r requirements-dev.txt --config-settings editable_mode=compat -e .

fail() {
    echo "$1" >&2
    exit 1
}

"$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null ||
    fail "artlib needs Python 3.11 to 3.13; $python is $("$python" --version 2>&1). Say which to use: make PYTHON=python3.12"

# Debian and Ubuntu keep pip for new environments in packages of their own: fetch the wheel of it alone
add_pip() {
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || fail "This Python cannot make environments with pip."
    apt=$PWD/$venv/apt
    mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial"
    set -- -qq -o Dir::State="$apt/state" -o Dir::State::status=/var/lib/dpkg/status -o Dir::Cache="$apt/cache" \
        -o APT::Sandbox::User=root -o Acquire::Languages=none
    apt-get "$@" update || true # one unreachable third-party repository is no reason to stop
    (cd "$apt" && apt-get "$@" download python3-pip-whl && dpkg-deb -x python3-pip-whl_*.deb .) ||
        fail "pip could not be fetched. Install it once: apt-get install python3-venv"
    "$venv/bin/python" "$(ls "$apt"/usr/share/python-wheels/pip-*.whl)/pip" install --quiet pip
    rm -rf "$apt"
}

echo "Making the environment in $venv (2 to 5 minutes and 3 GB, once) …"
"$python" -m venv "$venv" >/dev/null 2>&1 || {
    rm -rf "$venv"
    "$python" -m venv --without-pip "$venv"
    add_pip
}
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
echo "The environment is ready."
