# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# For sourcing. quietly LABEL LOG COMMAND…: runs the command, or function, with its output in LOG, says every 15
# seconds that it still runs, and how long it took. What it printed last is shown when it fails.
quietly() (
    label=$1 log=$2
    shift 2
    mkdir -p "$(dirname "$log")"
    say() { printf '%(%H:%M:%S)T  %s: %s\n' -1 "$label" "$1"; }

    started=$SECONDS
    say started
    "$@" >"$log" 2>&1 </dev/null &
    running=$!
    while sleep 15 >/dev/null 2>&1; do say "still running, $((SECONDS - started)) s"; done &
    ticker=$!
    status=0
    wait "$running" || status=$?
    kill "$ticker"
    wait "$ticker" 2>/dev/null
    if [ $status = 0 ]; then
        say "done in $((SECONDS - started)) s"
    else
        say "FAILED after $((SECONDS - started)) s; the whole of it: $log"
        tail -n 15 "$log" | sed 's/^/    /'
    fi
    exit $status
)
