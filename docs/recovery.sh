#!/bin/bash
# Kills and freezes engines and servers under visitors who go on asking, and prints the rows of the
# table in docs/recovery.md. Two minutes after a build; the tests run the same.
set -euo pipefail
cd "$(dirname "$0")/.."

swift build --build-tests >&2
tests=.build/debug/onsalePackageTests.xctest
$tests --testing-library swift-testing --filter '\.DrillTests/' | sed -n 's/^drill: //p'
