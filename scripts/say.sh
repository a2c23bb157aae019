# Sourced by every script here: telling the person what happens, how long it took, and what to do when it fails.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
TARGET=${CARGO_TARGET_DIR:-$ROOT/target}
case $TARGET in /*) ;; *) TARGET=$ROOT/$TARGET ;; esac
# What programs say is read here: in English, whatever the language of the machine.
export LC_ALL=C.UTF-8 LANGUAGE=

# Scripts that call each other count from the same moment.
export RAPPORT_BEGAN=${RAPPORT_BEGAN:-$EPOCHSECONDS}

# since MOMENT: minutes and seconds passed, as 1:05.
since() {
  local passed=$((EPOCHSECONDS - $1))
  printf '%d:%02d' $((passed / 60)) $((passed % 60))
}

# say WORDS..: one line with the time since the command began.
say() { printf '%6s  %s\n' "$(since "$RAPPORT_BEGAN")" "$*"; }

# stop WHAT REMEDY..: ends the script with a sentence for the person who typed the command.
stop() {
  printf '\nStopped: %s\n' "$1" >&2
  shift
  local line
  for line in "$@"; do printf '  %s\n' "$line" >&2; done
  exit 1
}

# free_mb DIR: megabytes free where DIR is, or will be.
free_mb() {
  local dir=$1
  while [ ! -d "$dir" ]; do dir=$(dirname "$dir"); done
  df -Pm "$dir" | awk 'NR == 2 { print $4 }'
}

# need_disk DIR MEGABYTES WHAT-FOR
need_disk() {
  local free
  free=$(free_mb "$1")
  [ "$free" -ge "$2" ] || stop "too little disk space for $3: $free MB free at $1, $2 MB needed." \
    "Free some space, or point CARGO_TARGET_DIR to a larger disk, then start again."
}

# need_writable DIR WHAT-FOR
need_writable() {
  local dir=$1
  while [ ! -e "$dir" ]; do dir=$(dirname "$dir"); done
  [ -d "$dir" ] || stop "$2 needs the folder $1, but $dir is a file." "Move the file away or name another folder."
  [ -w "$dir" ] || stop "no permission to write to $dir, needed for $2." \
    "Start as the user who owns it ($(stat -c %U "$dir")), or change its owner."
}

# explain LOG: turns the usual outside causes of a failed step into a sentence with the remedy.
explain() {
  local log=$1
  if grep -qiE 'no space left on device|os error 28|disk quota exceeded' "$log"; then
    stop "the disk is full." "Free some space ($(free_mb "$TARGET") MB are left at $TARGET), then start again: work done so far is kept."
  elif grep -qiE 'could not resolve host|temporary failure (in name resolution|resolving)|network is unreachable|connection (timed out|refused)|failed to download|download of .* failed|EAI_AGAIN|ENOTFOUND|ETIMEDOUT|ECONNREFUSED|failed to fetch|spurious network error|unable to connect' "$log"; then
    stop "a download failed, so the network or the package registry is not reachable." \
      "Check the connection (a proxy is taken from https_proxy), then start again: work done so far is kept." \
      "The last words were: $(grep -iE 'resolve|resolution|network|timed out|download|fetch|EAI_AGAIN|ENOTFOUND|ETIMEDOUT|ECONNREFUSED|connect' "$log" | tail -n 1 | cut -c1-200)"
  elif grep -qiE 'permission denied|EACCES|os error 13' "$log"; then
    stop "a file may not be written." "Give this folder to the user who starts the command: sudo chown -R $(id -un) $ROOT" \
      "The last words were: $(grep -iE 'permission denied|EACCES|os error 13' "$log" | tail -n 1 | cut -c1-200)"
  elif grep -qiE 'signal: 9|SIGKILL|out of memory|cannot allocate memory' "$log"; then
    stop "the machine ran out of memory while building." "Close other programs or add swap space; 4 GB are enough. Or: CARGO_BUILD_JOBS=1."
  fi
}

PULSE=

# start_pulse WHAT LOG MOMENT: a sign of life every 20 s until stop_pulse.
start_pulse() {
  (
    exec </dev/null 2>/dev/null
    trap 'kill "$nap"; exit' TERM
    while :; do
      sleep 20 >/dev/null & nap=$!
      wait "$nap"
      # A script that was killed cannot stop its pulse.
      kill -0 $$ || exit 0
      say "  .. $1: $(since "$3")$(progress "$2")"
    done
  ) &
  PULSE=$!
}

stop_pulse() {
  [ -n "$PULSE" ] || return 0
  kill "$PULSE" 2>/dev/null || true
  wait "$PULSE" 2>/dev/null || true
  PULSE=
}

# work WHAT LOG COMMAND..: runs a long command quietly, its words in LOG; on failure shows what matters of LOG and stops.
work() {
  local what=$1 log=$2 status
  shift 2
  mkdir -p "$(dirname "$log")" 2>/dev/null || true
  : 2>/dev/null >"$log" || stop "no permission to write to $log." \
    "Give this folder to the user who starts the command: sudo chown -R $(id -un) $ROOT"
  say "$what"
  start_pulse "$what" "$log" "$EPOCHSECONDS"
  # Not in a condition, so that a function given as the command keeps `set -e`.
  set +e
  (set -e; "$@") >>"$log" 2>&1
  status=$?
  set -e
  stop_pulse
  if [ "$status" -ne 0 ]; then
    if [ "$status" -lt 128 ]; then (explain "$log") || exit 1; fi
    printf '\n' >&2
    tail -n "${RAPPORT_TAIL:-40}" "$log" >&2
    stop "$what did not succeed (exit $status)." "The whole story: $log"
  fi
}

# progress LOG: how far cargo is, where LOG is cargo's.
progress() {
  local crates
  crates=$(grep -cE '^ +(Compiling|Checking) ' "$1" 2>/dev/null || true)
  [ "${crates:-0}" -eq 0 ] || printf ', %s crates' "$crates"
}
