#!/usr/bin/env bash
# Builds, tests, packs and shows EmrSim with nothing but the .NET SDK; build.ps1 does the same on machines with pwsh.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
artifacts="$root/artifacts"
module="$artifacts/module/EmrSim/EmrSim.psd1"
# Cultures are part of what is tested, so an image that switches them off is overruled.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=0

say() { printf '%s\n' "$*" >&2; }

usage() {
  say "usage: ./build.sh build                       the module, in artifacts/module"
  say "       ./build.sh test [xunit options]        builds and packs, then runs all tests"
  say "       ./build.sh tools                       programs of others that tests need, where they may be installed"
  say "       ./build.sh demo                        a backup under load, proved; a damaged one, refused"
  say "       ./build.sh bench [name ...]            measures it beside its peers"
  say "       ./build.sh docs                        the pages in docs/cmdlets, from the comments in the code"
  say "       ./build.sh pack                        nupkg and zip, in artifacts/package"
  say "       ./build.sh shell [-c script | -File f] a PowerShell with the built module"
}

# Runs a command that has nothing to say unless it fails.
quietly() {
  local said
  if ! said=$("$@" 2>&1); then say "$said"; return 1; fi
}

require_dotnet() {
  if ! command -v dotnet >/dev/null 2>&1; then
    say "Missing: the .NET SDK 10. Get it from https://dotnet.microsoft.com/download/dotnet/10.0"
    return 1
  fi
  # The SDK itself says what it lacks: a version that global.json asks for, or ICU.
  local said
  if said=$(cd "$root" && dotnet --version 2>&1); then return 0; fi
  case "$said" in
    *libicu* | *ICU*) require_package libicu-dev ;;
    *) say "$said"; return 1 ;;
  esac
}

# Installs a package of Debian or Ubuntu where that is allowed.
require_package() {
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    say "Missing: $1. Install it as root: apt-get install $1"
    return 1
  fi
  say "Installing $1 with apt-get"
  quietly apt-get update -qq && quietly env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1"
}

wine=/usr/lib/wine/wine64

# Programs of others that tests need, each with the package of Debian that has it. Where they may not be installed, their tests are skipped; in CI they fail.
test_tools=(
  age age
  zstd zstd
  script bsdutils
  crontab cron
  systemd-analyze systemd
  chromium chromium
  node nodejs
  npm npm
  '/usr/lib/postgresql/*/bin/initdb' postgresql
  pgbouncer pgbouncer
  "$wine" wine64
)
azurite_version=3.37.0
pm2_version=7.0.4

# Debian keeps PostgreSQL's programs off the PATH, in a folder for each version: a pattern stands for them.
has_program() {
  case "$1" in
    *\**) command -v "${1##*/}" >/dev/null 2>&1 || compgen -G "$1" >/dev/null ;;
    *) command -v "$1" >/dev/null 2>&1 ;;
  esac
}

require_test_tools() {
  local i
  for ((i = 0; i < ${#test_tools[@]}; i += 2)); do
    has_program "${test_tools[i]}" || require_package "${test_tools[i + 1]}" || true
  done
  require_npm azurite "$azurite_version" || true
  require_npm pm2 "$pm2_version" || true
}

# A program of npm (azurite: the emulator of Azure Blob Storage; pm2: what runs applications of Node.js), below artifacts and nowhere else.
require_npm() {
  local folder="$artifacts/tools/$1"
  if grep -qs "\"version\": \"$2\"" "$folder/node_modules/$1/package.json"; then return 0; fi
  say "Installing $1 $2 with npm"
  mkdir -p "$folder" && quietly npm install --prefix "$folder" --ignore-scripts --no-audit --no-fund --omit=dev "$1@$2"
}

compile() { quietly dotnet build "$root/$1" -c Release -v:quiet -tl:off -clp:ErrorsOnly "${@:2}"; }

# The platforms that are in use; on others the runtime compiles everything itself.
precompiled_platforms=(win-x64 linux-x64)

precompile() {
  local platform
  for platform in "${precompiled_platforms[@]}"; do
    quietly dotnet publish "$root/tools/Precompile" -r "$platform" -v:quiet -tl:off -clp:ErrorsOnly || return
  done
}

build() {
  require_dotnet &&
    compile src/EmrSim.PowerShell -t:AssembleModule &&
    precompile &&
    compile tools/MiniHost &&
    say "Built artifacts/module/EmrSim"
}

pack() {
  build && quietly dotnet pack "$root/tools/Package" -v:quiet -tl:off -clp:ErrorsOnly || return
  local package
  for package in "$artifacts"/package/*; do say "Packed artifacts/package/${package##*/}"; done
}

# A PowerShell with the built module: pwsh where there is one, else the mini host.
shell() {
  if command -v pwsh >/dev/null 2>&1; then
    case "${1:-}" in
      "") pwsh -NoProfile -NoExit -Command "Import-Module '${module//\'/\'\'}'" ;;
      -c) pwsh -NoProfile -NonInteractive -File "$root/tools/Shell.ps1" -Module "$module" -Command "${2:?a script}" ;;
      -File) pwsh -NoProfile -NonInteractive -File "$root/tools/Shell.ps1" -Module "$module" -File "${2:?a script file}" ;;
      *) usage; return 2 ;;
    esac
  else
    "$artifacts/bin/EmrSim.MiniHost/release/emrsim-shell" -Module "$module" "$@"
  fi
}

# Takes the pages that the help generator made into the repository.
docs() {
  require_dotnet && compile src/EmrSim.PowerShell -t:UpdatePages && precompile && say "Updated docs/cmdlets"
}

demo() {
  build
  compile tools/DemoWriter
  shell -File "$root/tools/Demo/Demo.ps1"
}

bench() {
  build
  compile benchmarks
  # PowerShell itself comes compiled ahead of time; its engine from NuGet does not, and would be compiled in every figure.
  quietly dotnet publish "$root/tools/MiniHost" --use-current-runtime --self-contained false -p:PublishReadyToRun=true -o "$artifacts/bin/EmrSim.MiniHost/published" -v:quiet -tl:off -clp:ErrorsOnly
  dotnet run --project "$root/benchmarks" -c Release --no-build -- "$@"
}

passed=0 failed=0 skipped=0

# Runs one suite, whose last count is "Total: n, Errors: n, Failed: n, Skipped: n", and adds that up.
# A suite that ends badly without a failure to show for it counts as one failure: nothing that broke is counted as passed.
run_suite() {
  local name=$1 log="$artifacts/test-$1.log" status=0 total errors bad left
  shift
  say "== tests/$name"
  "$@" 2>&1 | tee "$log" || status=$?
  # shellcheck disable=SC2046
  set -- $(sed -nE 's/.*Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+).*/\1 \2 \3 \4/p' "$log" | tail -n 1)
  if [ $# != 4 ]; then
    say "tests/$name ended with exit code $status before it had counted its tests; see artifacts/test-$name.log"
    failed=$((failed + 1))
    return
  fi
  total=$1 errors=$2 bad=$3 left=$4
  passed=$((passed + total - bad - left)) failed=$((failed + bad + errors)) skipped=$((skipped + left))
  if [ "$status" != 0 ] && [ $((bad + errors)) = 0 ]; then
    say "tests/$name ended with exit code $status, though no test failed; see artifacts/test-$name.log"
    failed=$((failed + 1))
  elif [ "$total" = 0 ]; then
    say "tests/$name has run no test"
  fi
}

run_program() {
  local name=EmrSim.Tests.$1 colour=()
  # The plus sign below is for macOS, whose bash 3.2 takes an empty array for an unset one.
  [ -t 1 ] || colour=(-noColor)
  if ! compile "tests/$1"; then failed=$((failed + 1)); return; fi
  run_suite "$1" "$artifacts/bin/$name/release/$name" -noLogo ${colour[@]+"${colour[@]}"} "${@:2}"
}

# The Windows build of the suites under Wine, with a Windows of their own below artifacts, less what is marked NotUnderWine.
# docs/windows.md says what that proves. Wine may hang where Windows does not, so there is a time for all of it.
wine_patience=900

run_wine() {
  if [ "$(uname -sm)" != "Linux x86_64" ]; then return; fi
  if ! command -v "$wine" >/dev/null 2>&1; then
    say "The Windows build was not tested under Wine: there is no wine64 here."
    if tools_are_required; then failed=$((failed + 1)); fi
    return
  fi
  # No display, no debug messages, and no debugger, for which a program that crashes would wait.
  local -x WINEPREFIX="$artifacts/wine" WINEDEBUG=-all WINEDLLOVERRIDES='winedbg.exe=d' DISPLAY=''
  # Code that is mapped twice is slow there, and every garbage collection may meet a thread that Wine does not suspend because it ends.
  local -x DOTNET_EnableWriteXorExecute=0 DOTNET_GCgen0size=0x8000000 POWERSHELL_TELEMETRY_OPTOUT=1
  mkdir -p "$WINEPREFIX"
  rm -rf "$WINEPREFIX"/drive_c/users/*/Temp/emrsim-*
  if ! quietly timeout -k 10 120 "$wine" wineboot -u; then failed=$((failed + 1)); return; fi
  local end=$((SECONDS + wine_patience)) name
  for name in Unit Module; do
    if ! compile "tests/$name" -r win-x64 --self-contained; then failed=$((failed + 1)); continue; fi
    run_suite "$name-wine" in_wine "$((end > SECONDS ? end - SECONDS : 1))" "EmrSim.Tests.$name" -noLogo -noColor -trait- Wine=no "$@"
  done
}

# Runs a test program for a time, and then ends all that runs in that Windows.
in_wine() {
  local status=0
  # It complains of every look for the name of a disk, whatever WINEDEBUG says.
  timeout -k 10 "$1" "$wine" "$artifacts/bin/$2/release_win-x64/$2.exe" "${@:3}" 2> >(grep -v 'Read access denied for device' >&2) || status=$?
  if [ "$status" = 124 ]; then say "Wine was stopped: the suites have $wine_patience seconds there."; fi
  "${wine%/*}/wineserver" -k || true
  return "$status"
}

# In CI what is missing is a failure.
tools_are_required() { [ "${EMRSIM_REQUIRE_TOOLS:-}" = 1 ] || { [ -n "${CI:-}" ] && [ "$CI" != false ]; }; }

run_pester() {
  if ! command -v pwsh >/dev/null 2>&1; then
    say "tests/Pester was not run: there is no pwsh here."
  elif ! pwsh -NoProfile -Command 'exit [int](-not (Get-Module -ListAvailable Pester | Where-Object { $_.Version.Major -ge 5 }))'; then
    say "tests/Pester was not run: there is no Pester 5 here; pwsh installs it with Install-PSResource Pester."
  else
    run_suite Pester pwsh -NoProfile -NonInteractive -File "$root/tests/Pester/Invoke-Tests.ps1" -Module "$module"
  fi
}

test_all() {
  rm -f "$artifacts"/test-*.log
  require_test_tools
  if pack; then
    run_program Unit "$@"
    run_program Module "$@"
    run_pester
    run_wine "$@"
  else
    failed=1
  fi
  # What failed once more, since whoever reads a long log reads its end.
  if [ "$failed" != 0 ]; then grep -h -A 12 '\[FAIL\]' "$artifacts"/test-*.log | head -n 200 || true; fi
  printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  [ "$failed" = 0 ]
}

command=${1:-help}
if [ $# -gt 0 ]; then shift; fi
case "$command" in
  build) build ;;
  test) test_all "$@" ;;
  tools) require_test_tools ;;
  demo) demo ;;
  bench) bench "$@" ;;
  docs) docs ;;
  pack) pack ;;
  shell)
    if [ ! -f "$module" ]; then build; fi
    shell "$@"
    ;;
  *) usage; exit 2 ;;
esac
