#!/bin/bash
# Runs the commands of docs/tour.md, the blocks marked `sh`, against a running server:
#   docs/tour.sh [PORT [DATA [ONSALE]]]     by default 8080, ./data and .build/release/onsale
# Stops with 1 at the first command whose answer lacks the text behind its `# =>`.
set -uo pipefail
cd "$(dirname "$0")/.."
export URL=http://localhost:${1:-8080} DATA=${2:-data} ONSALE=${3:-.build/release/onsale}

check() {
  printf '%s\n' "$answer"
  case $answer in *"$1"*) return ;; esac
  printf 'docs/tour.md: no %s in the answer to: %s\n' "$1" "$2" >&2
  exit 1
}

# `COMMAND # => TEXT` becomes a command whose answer is looked at; other lines run as they are.
commands=$(awk -v quote="'" '
  /^```/ { on = $0 == "```sh"; next }
  !on { next }
  match($0, / # => /) {
    command = substr($0, 1, RSTART - 1)
    text = substr($0, RSTART + RLENGTH)
    shown = command
    gsub(quote, "\"", shown)
    printf "answer=$(%s); check %s%s%s %s%s%s\n", command, quote, text, quote, quote, shown, quote
    next
  }
  { print }' docs/tour.md)
[ -n "$commands" ] || { echo 'docs/tour.md has no commands' >&2; exit 1; }
eval "$commands"
echo 'docs/tour.md: every answer has its text'
