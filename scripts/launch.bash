# shellcheck shell=bash disable=SC2154
# What the installed dshell command does. Sourced by it, with $repo set and its arguments in place.
#
# At a terminal bash stays, as dshell's parent: however dshell ends, kill -9 included, the terminal gets its modes back.
. "$repo/scripts/say.bash"
. "$repo/scripts/venv.bash"

keep_words_as_typed() { # Git Bash rewrites words that look like paths for every program but dshell
    # The person's own settings go along, and dshell gives them to the programs that it starts: dshell/launch.py.
    export DSHELL_MSYS_NO_PATHCONV=${MSYS_NO_PATHCONV+=$MSYS_NO_PATHCONV}
    export DSHELL_MSYS2_ARG_CONV_EXCL=${MSYS2_ARG_CONV_EXCL+=$MSYS2_ARG_CONV_EXCL}
    export MSYS_NO_PATHCONV=1 MSYS2_ARG_CONV_EXCL='*'
}

watch_over() { # COMMAND...: does not return; its exit code is the command's
    local modes child='' code signalled
    modes=$(stty -g)
    # In the background, because bash answers no signal while it waits for a command in front. Bash lets such a command
    # ignore Ctrl-C, which dshell undoes, and gives it no input, hence descriptor 3.
    trap 'pass_on TERM' TERM
    trap 'pass_on HUP' HUP
    trap 'signalled=yes' INT QUIT # the terminal sends them to dshell as well
    exec 3<&0
    DSHELL_LAUNCHED=yes "$@" <&3 3<&- &
    child=$!
    exec 3<&-
    while
        signalled='' code=0
        wait "$child" 2>/dev/null || code=$?
        [ -n "$signalled" ]
    do :; done
    [ "$(stty -g)" = "$modes" ] || put_back "$modes"
    exit "$code"
}

pass_on() { # SIGNAL
    signalled=yes
    [ -z "$child" ] || kill -s "$1" "$child" 2>/dev/null || true
}

put_back() { # MODES: after a dshell that could not do it itself
    stty "$1"
    # Back from the second screen (1047, for 1049 moves the cursor of one that never left), mouse off, bracketed paste off,
    # rows fold, cursor on, no colour; what comes next begins a row, with nothing left below.
    printf '\033[?1047l\033[?1000l\033[?1002l\033[?1003l\033[?1006l\033[?2004l\033[?7h\033[?25h\033[m\r\n\033[J' \
        >/dev/tty || true
}

python_for ""
[ $system != windows ] || keep_words_as_typed
set -- "$python" -P -m dshell "$@" # -P: a folder named docker where one stands is not the module
if [ -t 0 ]; then watch_over "$@"; else exec "$@"; fi
