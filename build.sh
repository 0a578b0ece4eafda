#!/usr/bin/env bash
# Builds, tests and shows EmrSim on machines without pwsh; build.ps1 does the same where there is one.
# usage: ./build.sh build | test | demo | bench [name] | pack | shell [-c <script> | -File <file>]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
configuration=Release
module="$root/artifacts/module/EmrSim/EmrSim.psd1"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

say() { printf '%s\n' "$*" >&2; }

# The packages of Debian and Ubuntu that are missing, each given as program:package.
missing_packages() {
  local pair
  for pair in "$@"; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || printf '%s ' "${pair##*:}"
  done
}

# Installs what is missing where that is allowed, and says in one line what it installs or what is missing.
require() {
  local packages
  packages=$(missing_packages "$@")
  if [ -z "$packages" ]; then return 0; fi
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say "Installing by apt-get: $packages"
    # shellcheck disable=SC2086
    if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $packages; } >/dev/null 2>"$root/artifacts/apt.log"; then
      say "apt-get could not install $packages:"; cat "$root/artifacts/apt.log" >&2; return 1
    fi
  else
    say "Missing: $packages. Install them as root: apt-get install $packages"
    return 1
  fi
}

require_dotnet() {
  command -v dotnet >/dev/null 2>&1 || { say "The .NET SDK 10 is missing: https://dotnet.microsoft.com/download"; exit 1; }
  # .NET needs ICU for cultures; the tests run under several.
  if ! ldconfig -p 2>/dev/null | grep -q libicuuc; then
    local icu
    icu=$(apt-cache search --names-only '^libicu[0-9]+$' 2>/dev/null | awk '{print $1}' | sort -V | tail -n 1)
    require "no-such-program:${icu:-libicu-dev}"
  fi
}

build() {
  mkdir -p "$root/artifacts"
  require_dotnet
  dotnet build "$root/src/EmrSim.PowerShell" -c "$configuration" -t:AssembleModule -v:quiet
  dotnet build "$root/tools/MiniHost" -c "$configuration" -v:quiet
}

built() { [ -f "$module" ] || build; }

# A PowerShell with the built module: pwsh where there is one, else the mini host.
shell() {
  built >&2
  if command -v pwsh >/dev/null 2>&1; then
    case "${1:-}" in
      -c) pwsh -NoProfile -NonInteractive -Command "\$ErrorActionPreference='Continue'; Import-Module '$module'; \$Error.Clear(); $2
if (\$Error.Count -gt 0) { exit 1 }" ;;
      -File) pwsh -NoProfile -NonInteractive -Command "Import-Module '$module'; \$Error.Clear(); & '$2'; if (\$Error.Count -gt 0) { exit 1 }" ;;
      *) exec pwsh -NoProfile -NoExit -Command "Import-Module '$module'" ;;
    esac
  else
    "$root/artifacts/bin/EmrSim.MiniHost/release/emrsim-shell" -Module "$module" "$@"
  fi
}

# Each test project is a program of its own; the counts are added up for the closing line.
test_all() {
  mkdir -p "$root/artifacts"
  build
  local project name total=0 failed=0 skipped=0 broken=0 log
  for project in Unit Module; do
    name="EmrSim.Tests.$project"
    log="$root/artifacts/test-$project.log"
    dotnet build "$root/tests/$project" -c "$configuration" -v:quiet
    say "== tests/$project"
    if ! "$root/artifacts/bin/$name/release/$name" "${@}" 2>&1 | tee "$log"; then broken=1; fi
    read -r t f s <<<"$(sed -nE 's/.*Total: ([0-9]+), Errors: [0-9]+, Failed: ([0-9]+), Skipped: ([0-9]+).*/\1 \2 \3/p' "$log" | tail -n 1)"
    if [ -z "${t:-}" ]; then say "tests/$project ended without a count"; broken=1; continue; fi
    total=$((total + t)) failed=$((failed + f)) skipped=$((skipped + s))
  done
  if command -v pwsh >/dev/null 2>&1 && pwsh -NoProfile -c 'exit [int](-not (Get-Module -ListAvailable Pester | Where-Object Version -ge 5.0))'; then
    say "== tests/Pester"
    pwsh -NoProfile -File "$root/tests/Pester/Invoke-Tests.ps1" -Module "$module" || broken=1
  else
    say "tests/Pester was not run: there is no pwsh with Pester 5 here."
  fi
  if [ "$broken" = 1 ] && [ "$failed" = 0 ]; then failed=1; fi
  printf '%d passed, %d failed, %d skipped\n' "$((total - failed - skipped))" "$failed" "$skipped"
  [ "$failed" = 0 ]
}

command=${1:-help}
[ $# -gt 0 ] && shift
case "$command" in
  build) build ;;
  test) test_all "$@" ;;
  shell) shell "$@" ;;
  *) say "usage: ./build.sh build | test | shell -c <script>"; exit 2 ;;
esac
