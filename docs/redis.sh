#!/bin/bash
# Prints docs/redis.md: keys and scripts, from the heads of the scripts and the files that name the
# keys. `make docs` fails when the document differs; to renew it: docs/redis.sh > docs/redis.md
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { echo "docs/redis.sh: $1" >&2; exit 1; }

# The value of `static let NAME` in a Swift file, without quotes.
constant() { sed -n "s/.*static let $2\(: \[String\]\)\? = \"\{0,1\}\([^\"]*\)\"\{0,1\}\$/\2/p" "$1"; }

# The key names in a Swift file: the texts of its `all = [...]`, or of what `map` makes of it.
keys() {
  awk '/ all = \[/ { on = 1 } on { last = sub(/\].*/, ""); print } on && last { exit }' "$1" | grep -o '"[^"]*"' |
    tr -d '"' | sed -e 's/\\(tag)/TAG/; s/\\(name)/PERFORMANCE/' -e "/TAG/!s|^|$2|" -e "s/TAG/$3/"
}

# The comment that a Lua file opens with, without its dashes.
head_of() { awk '!/^--/ { exit } { sub(/^-- ?/, ""); print }' "$1"; }

# What a script is for: its head up to the first mark, key or argument.
purpose() {
  head_of "$1" | awk '/^(allow-oom|KEYS|ARGV|returns)/ { exit } { printf "%s%s", sep, $0; sep = " " }'
}

# NAME, the Swift file of its scripts, the Swift file of its keys, what stands before a key, the tag.
library() {
  local title=$1 swift=$2 keys=$3 prefix=$4 tag=$5 name files file script full
  name=$(constant "$swift" library)
  files=$(constant "$swift" files)
  [ -n "$name" ] && [ -n "$files" ] || fail "$swift names no library"
  printf '\n## %s: `%s_*`\n' "$title" "$name"
  if [ -n "$keys" ]; then
    printf '\n| | key |\n|---|---|\n'
    keys "$keys" "$prefix" "$tag" | awk '{ printf "| `KEYS[%d]` | `%s` |\n", NR, $0 }'
  fi
  for file in $(grep -o '"[^"]*/lib/[^"]*\.lua"' "$swift" | tr -d '"'); do
    case " $told " in *" $file "*) continue ;; esac
    told="$told $file"
    printf '\n[%s](../Sources/%s):\n\n```text\n' "${file##*/redis/}" "$file"
    head_of "Sources/$file"
    printf '```\n'
  done
  printf '\n'
  for file in Sources/"$files"*.lua; do
    script=${file#Sources/"$files"}
    script=${name}_${script%.lua}
    full=
    grep -q '^-- allow-oom$' "$file" || full=' *Refused when Redis is full.*'
    printf -- '- [`%s`](../%s): %s%s\n' "$script" "$file" "$(purpose "$file")" "$full" |
      fold -s -w 118 | sed -e '2,$s/^/  /' -e 's/ *$//'
  done
}

# Keys that no script head lists; each must still be named in the sources.
for key in onsale:rooms onsale:active onsale:probe ':load:' ':lock' ':popular'; do
  grep -rqF --include='*.swift' -- "$key" Sources || fail "no source names the key $key"
done

told=
cat <<'TEXT'
# Redis: keys and scripts

Made by `docs/redis.sh` from the scripts' heads. Do not edit it; edit the heads.

- A script is a Redis function ([decision 15](decisions/0015-scripts-are-functions.md)). A library is its shared files
  (`lib/*.lua`) and one file for each function. Keys, arguments and replies stand in the head of each file.
- All keys of one call share a hash tag (`{r:ROOM}`, `{p:PERFORMANCE}`, `{c:COUPON}`, `{BOARD}`), so a room, with the seats
  behind it, lives in one slot. `{TAG}` is `{r:ROOM}` for a performance behind a room and `{p:PERFORMANCE}` for one without.
- All time that orders or expires something is Redis's `TIME`, read in the script.
- A line that ends in `-- guard: NAME` is one that a test switches off, to see that its absence is noticed.
- Nothing here is the truth: the ledger rebuilds it ([ARCHITECTURE.md](../ARCHITECTURE.md)). How long ended things stay:
  [operating](operating.md#what-leaves-redis).

| other keys | type | what |
|---|---|---|
| `onsale:rooms` | set | names of all rooms |
| `onsale:active` | stream | rooms that were used, about the last 10,000: how one process learns of another's |
| `onsale:probe` | string | written to see whether Redis accepts writes; gone a second later |
| `rank:{BOARD}:d:20260501`, `:w:2026W18`, `:m:202605` | sorted sets | the lists of a day, an ISO week, a month |
| `rank:{BOARD}:r:N` | hash | units of the N-th ten minutes since 1970, for the rolling 24 hours |
| `rank:{BOARD}:load:...`, `{TAG}:load:...`, `{c:COUPON}:load:...` | | something that is being built, beside the live one |
| `rank:{products}:popular`, `:DAYS`, `:DAYS:lock` | hashes, string | when a list was asked for; the list; who counts it |
TEXT

library Rooms Sources/Rooms/Store/RoomScripts.swift Sources/Rooms/Store/RoomKeys.swift '{r:ROOM}:' ''
library Seats Sources/Seats/Store/SeatScripts.swift Sources/Seats/Store/SeatKeys.swift '' '{TAG}'
library Coupons Sources/Coupons/Store/CouponScripts.swift Sources/Coupons/Store/CouponGate.swift '{c:COUPON}:' '{c:COUPON}'
library Boards Sources/Rankings/Store/Boards/BoardScripts.swift \
  Sources/Rankings/Store/Boards/BoardKeys.swift 'rank:{BOARD}:' ''
library 'Best sellers' Sources/Rankings/Store/PopularScripts.swift '' '' ''
library 'Fitness of a Redis' Sources/Kit/Engines/RedisFitness.swift '' '' ''
