# shellcheck shell=bash disable=SC2154
# A private Python environment with dshell in it. Sourced after say.bash, with $repo set.
#
# One for each system, because a folder on a Windows disk is seen from Git Bash and from WSL alike.

case $OSTYPE in
msys* | cygwin*) system=windows ;;
darwin*) system=darwin ;;
*) system=linux ;;
esac

python_for() { # SUFFIX: sets $python to that environment's, made or renewed when pyproject.toml is newer than it
    local place extra=${1#-} stamp made=
    name_environment "$1"
    stamp=$repo/$place/made-for
    [ ! -e "$stamp" ] || IFS= read -r made <"$stamp" || true
    [ "$made" != "$repo" ] || [ "$repo/pyproject.toml" -nt "$stamp" ] || return 0
    find_python
    say venv "$repo/$place"
    # Relative paths, which Git Bash does not rewrite and a native python.exe understands.
    (
        cd "$repo"
        "${found_python[@]}" -m venv --clear "$place"
        # As pip does for what it copies: where PYTHONDONTWRITEBYTECODE is set, each start would compile dshell anew.
        "$python" -m compileall -q dshell
        "$python" -m pip install --quiet --disable-pip-version-check --editable ".${extra:+[$extra]}"
        # Below 3.12 an environment comes with it, and each start of Python pays 0.7 ms for its hook.
        "$python" -m pip uninstall -qq --disable-pip-version-check --yes setuptools
    ) >&2 </dev/null || fail venv_failed
    echo "$repo" >"$stamp"
}

name_environment() { # SUFFIX: sets $place, below $repo, and $python of that environment, made or not
    place=.venv/$system$1
    python=$repo/$place/bin/python
    [ $system != windows ] || python=$repo/$place/Scripts/python.exe
}

find_python() { # sets $found_python (words of a command) to a Python that dshell can run on
    local candidate store=
    for candidate in python3 "py -3" python3.14 python3.13 python3.12 python3.11 python; do
        read -r -a found_python <<<"$candidate"
        fits "${found_python[@]}" || continue
        from_store "${found_python[@]}" || return 0
        store=${store:-$candidate}
    done
    if [ -n "$store" ]; then
        read -r -a found_python <<<"$store"
        say store_python
        return 0
    fi
    install_python || fail old_python "$(words "$(python_advice)")"
    found_python=(python3)
    fits python3 || fail old_python "$(words "$(python_advice)")"
}

fits() { # COMMAND...: runs (the Microsoft Store's stub does not), is new enough, not MSYS's own, can make environments
    "$@" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11) or sys.platform in ("msys", "cygwin"))' \
        >/dev/null 2>&1 </dev/null
}

from_store() { # COMMAND...: of the Microsoft Store, which in Git Bash has no terminal before Git 2.53
    [ $system = windows ] || return 1
    "$@" -c 'import sys; sys.exit("windowsapps" not in sys.base_prefix.lower())' >/dev/null 2>&1 </dev/null
}

install_python() { # Debian and Ubuntu have the parts of Python in packages
    has apt-get || return 1
    say packages 'python3 python3-venv'
    as_root apt-get update -qq >&2 || true
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3 python3-venv >&2 </dev/null
}

as_root() { # COMMAND...
    if [ "$(id -u)" -eq 0 ]; then "$@"; else has sudo && sudo "$@"; fi
}

python_advice() {
    if [ $system = linux ] && has apt-get; then echo python_debian; else echo python_$system; fi
}
