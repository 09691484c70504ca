#!/usr/bin/env bash
# The whole suite. Called by `./medcrm test`; ends with exactly one line "N passed, N failed".
# Results are read from report files, never from console text; a step without a single test is a failure.
# usage: tests/run.sh [--only STEP,STEP…]
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
reports=$root/artifacts/test-reports
logs=$root/artifacts/logs
all_steps=(format build unit architecture connectors template integration web codegen e2e)
debian_packages=(postgresql postgresql-client rabbitmq-server dovecot-imapd dovecot-lmtpd postfix curl chromium fonts-dejavu-core openssl procps util-linux)
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 NEXT_TELEMETRY_DISABLED=1

passed=0 failed=0 skipped=0
postgres='' rabbitmq='' mail='' hub='' telegram=''

say() { printf '%s\n' "$*" >&2; }

choose_steps() {
  wanted=("${all_steps[@]}")
  [ $# -gt 0 ] || return 0
  if [ $# != 2 ] || [ "$1" != --only ]; then
    say "usage: ./medcrm test [--only STEP,…]   steps: ${all_steps[*]}"
    exit 2
  fi
  IFS=, read -ra wanted <<< "$2"
  local step
  for step in "${wanted[@]}"; do
    [[ " ${all_steps[*]} " == *" $step "* ]] || { say "There is no step '$step'. Steps: ${all_steps[*]}"; exit 2; }
  done
}

wants() { local step; for step in "$@"; do [[ " ${wanted[*]} " == *" $step "* ]] && return 0; done; return 1; }

# Servers and browsers that the tests talk to. As root on Debian they are installed by name; otherwise it is said what to run.
install_peers() {
  command -v dpkg-query > /dev/null || return 0
  local package missing=()
  for package in "${debian_packages[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ]; then
    say "The tests need packages that are not installed. Run: sudo apt-get install --no-install-recommends ${missing[*]}"
    exit 1
  fi
  # Services must not start with their packages: the tests run servers of their own.
  local policy=/usr/sbin/policy-rc.d own_policy=
  [ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' > $policy && chmod +x $policy && own_policy=yes; }
  quietly "packages" packages bash -c 'apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"' _ "${missing[@]}" || { [ -z "$own_policy" ] || rm -f $policy; exit 1; }
  [ -z "$own_policy" ] || rm -f $policy
}

quietly() {
  local name=$1 log=$logs/test-$2.log started=$SECONDS
  shift 2
  printf '  %-24s … ' "$name" >&2
  if "$@" > "$log" 2>&1; then
    printf 'ok     %4d s\n' $((SECONDS - started)) >&2
    return 0
  fi
  printf 'failed %4d s\n' $((SECONDS - started)) >&2
  tail -n 60 "$log" >&2
  return 1
}

# A check without tests of its own (format, build, lint) counts as one.
check() {
  if quietly "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); return 1; fi
}

# Adds up a report. Kinds: ctrf (xunit), vitest, playwright.
count() {
  node -e '
    const [kind, file] = process.argv.slice(1);
    const report = JSON.parse(require("fs").readFileSync(file, "utf8"));
    const counts = {
      ctrf: r => [r.results.summary.passed, r.results.summary.failed + (r.results.summary.other ?? 0), r.results.summary.skipped + r.results.summary.pending],
      vitest: r => [r.numPassedTests, r.numFailedTests + r.testResults.filter(f => f.status === "failed" && f.assertionResults.length === 0).length, r.numPendingTests + r.numTodoTests],
      playwright: r => [r.stats.expected + r.stats.flaky, r.stats.unexpected + r.errors.length, r.stats.skipped],
    }[kind](report);
    console.log(counts.join(" "));' "$1" "$2"
}

# What failed and why, a few lines each, from a report: the end of a log shows whatever was printed last, not what matters.
failures_in() {
  node -e '
    const [kind, file, suite] = process.argv.slice(1);
    const report = JSON.parse(require("fs").readFileSync(file, "utf8"));
    const specs = s => [...(s.specs ?? []), ...(s.suites ?? []).flatMap(specs)];
    const found = {
      ctrf: r => r.results.tests.filter(t => !["passed", "skipped", "pending"].includes(t.status)).map(t => [t.name, `${t.message ?? ""}\n${t.trace ?? ""}`]),
      vitest: r => r.testResults.flatMap(f => f.assertionResults.length === 0 ? [[f.name, f.message]] : f.assertionResults.filter(t => t.status === "failed").map(t => [t.fullName, t.failureMessages.join("\n")])),
      playwright: r => r.suites.flatMap(specs).filter(s => !s.ok || s.tests.some(t => t.status === "flaky")).map(s => [s.title, s.tests.flatMap(t => t.results).flatMap(x => x.errors ?? []).map(e => e.message).join("\n")]),
    }[kind](report);
    for (const [name, why] of found) console.log(`    ${suite}: ${name}\n` + (why ?? "").split("\n").filter(l => l.trim()).slice(0, 12).map(l => "      " + l.slice(0, 300)).join("\n"));' "$1" "$2" "$3"
}

# Runs a suite, then believes its report and, if that is worse, its exit code.
suite() {
  local name=$1 kind=$2 report=$3 good=yes p=0 f=0 s=0
  shift 3
  rm -f "$report"
  quietly "$name" "${name// /-}" "$@" || good=no
  if [ -f "$report" ] && read -r p f s < <(count "$kind" "$report") && [ $((p + f)) -gt 0 ]; then
    [ $good = yes ] || [ "$f" -gt 0 ] || f=1
    [ "$f" = 0 ] || failures_in "$kind" "$report" "$name" >> "$reports/failures.txt" || true
  else
    say "    $name ran no tests."
    p=0 f=1 s=0
  fi
  say "    $p passed, $f failed, $s skipped"
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

# A few failures are tried once more, alone: on a busy machine a time limit can pass. What passes then counts as passed and is named at the end as unsteady.
xunit() {
  local name=$1 project=$2 binary=$root/artifacts/bin/$2/debug/$2.dll before=$failed known p f
  shift 2
  known=$(cat "$reports/failures.txt" 2> /dev/null || true)
  suite "$name" ctrf "$reports/$name.json" dotnet "$binary" -noColor -result-ctrf "$reports/$name.json" "$@"
  [ $failed != "$before" ] && [ -f "$reports/$name.json" ] || return 0
  local methods=()
  mapfile -t methods < <(failed_methods "$reports/$name.json")
  [ ${#methods[@]} -gt 0 ] && [ ${#methods[@]} -le 10 ] || return 0
  rm -f "$reports/$name-again.json"
  quietly "$name, once more" "$name-again" dotnet "$binary" -noColor -result-ctrf "$reports/$name-again.json" "${methods[@]}" || return 0
  read -r p f _ < <(count ctrf "$reports/$name-again.json")
  [ "$p" -gt 0 ] && [ "$f" = 0 ] || return 0
  passed=$((passed + failed - before)) failed=$before
  failures_in ctrf "$reports/$name.json" "$name" >> "$reports/unsteady.txt"
  printf '%s' "${known:+$known$'\n'}" > "$reports/failures.txt"
}

failed_methods() {
  node -e '
    const { tests } = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8")).results;
    const failed = tests.filter(t => !["passed", "skipped", "pending"].includes(t.status)).map(t => t.name.replace(/\(.*/s, ""));
    for (const method of new Set(failed)) console.log(`-method\n${method}`);' "$1"
}

# Bash traps do not nest; everything that was started ends here, however the run ends.
clean_up() {
  local code=$?
  trap - EXIT INT TERM
  [ -z "$hub" ] || { kill -TERM "$hub" 2> /dev/null && wait "$hub" 2> /dev/null || true; }
  [ -z "$telegram" ] || kill -TERM "$telegram" 2> /dev/null || true
  [ -z "$rabbitmq" ] || "$root/tests/peers/rabbitmq.sh" down "$rabbitmq" || true
  [ -z "$mail" ] || "$root/tests/peers/email/up.sh" down "$mail" > /dev/null 2>&1 || true
  [ -z "$postgres" ] || "$root/tests/peers/postgres.sh" down "$postgres" || true
  [ -z "${work:-}" ] || rm -rf "$work"
  exit $code
}

# What somebody does who follows CONTRIBUTING: makes a connector from the template in a copy of the tree, builds it, and runs its conformance suite.
template() {
  local copy=$work/template-tree
  mkdir -p "$copy"
  git ls-files -z --cached --others --exclude-standard -- . ':!web/app' ':!web/widget' ':!docs' | xargs -0 cp --parents -t "$copy"
  quietly "template: new" template-new dotnet new install "$copy/connectors/templates/medcrm-connector" --debug:custom-hive "$work/template-hive" \
    && quietly "template: made" template-made dotnet new medcrm-connector --debug:custom-hive "$work/template-hive" -n Viber -o "$copy" \
    && quietly "template: build" template-build env CI= dotnet build "$copy/tests/MedCrm.Connectors.Tests" -c Debug || { failed=$((failed + 1)); return 0; }
  MEDCRM_CONFORMANCE_REPORT=$work/template-report suite "template" ctrf "$reports/template.json" \
    dotnet "$copy/artifacts/bin/MedCrm.Connectors.Tests/debug/MedCrm.Connectors.Tests.dll" -noColor -result-ctrf "$reports/template.json" -namespace MedCrm.Connectors.Tests.Viber
}

# Connectors × checks, as the suites wrote it down.
conformance_report() {
  [ -d "$reports/conformance" ] || return 0
  printf '\nConformance   %s\n' "$(for n in $(seq 22); do printf 'C%-4d' "$n"; done)" >&2
  cat "$reports/conformance"/*.txt | LC_ALL=C sort -s -k1,1 | grep -v '^  ' | sed 's/^/  /' >&2
  grep -h '^  ' "$reports/conformance"/*.txt >&2 || true
}

start_peers() {
  work=$(mktemp -d "${TMPDIR:-/tmp}/medcrm-test.XXXXXX")
  chmod 755 "$work"
  trap clean_up EXIT INT TERM
  if wants unit connectors template integration; then
    postgres=$work/pg
    MEDCRM_TEST_POSTGRES=$("$root/tests/peers/postgres.sh" up "$postgres")
    rabbitmq=$work/mq
    MEDCRM_TEST_RABBITMQ=$("$root/tests/peers/rabbitmq.sh" up "$rabbitmq")
    export MEDCRM_TEST_POSTGRES MEDCRM_TEST_RABBITMQ
  fi
}

# The window's types are made from these documents; an endpoint that changed must not pass unseen.
window_documents() {
  dotnet "$root/artifacts/bin/MedCrm.Host/debug/MedCrm.Host.dll" openapi "$work/openapi" || return 1
  local document
  for document in "$root"/web/app/openapi/*.json; do
    diff -u "$document" "$work/openapi/$(basename "$document")" || { echo "Run: ./medcrm openapi DIR && (cd web/app && npm run generate -- DIR)"; return 1; }
  done
}

window_packages() {
  [ -d "$root/web/app/node_modules" ] || quietly "packages of the window" npm-ci bash -c 'cd "$1" && npm ci' _ "$root/web/app"
}

widget_packages() {
  [ -d "$root/web/widget/node_modules" ] || quietly "packages of the widget" npm-ci-widget bash -c 'cd "$1" && npm ci' _ "$root/web/widget"
}

# A real FHIR server for the adapter to a MIS.
fhir_packages() {
  [ -d "$root/tests/peers/fhir/node_modules" ] || quietly "packages of the FHIR server" npm-ci-fhir bash -c 'cd "$1" && npm ci' _ "$root/tests/peers/fhir"
}

# A mailbox for the hub. The servers need root; without them the browser tests of mail say that they were skipped.
start_mail() {
  [ "$(id -u)" = 0 ] || return 0
  mail=$work/mail
  export MEDCRM_MAIL_PORTS=23000
  PORT_BASE=$MEDCRM_MAIL_PORTS quietly "mail servers" mail "$root/tests/peers/email/up.sh" "$mail"
  cat > "$work/medcrm.json" <<JSON
{ "Connectors": { "Email": { "DefaultMailbox": "info", "Mailboxes": [ {
  "Key": "info", "Address": "info@clinic.test", "DisplayName": "Клиника «Пример»", "AcceptInvalidCertificates": true,
  "Imap": { "Host": "127.0.0.1", "Port": $((MEDCRM_MAIL_PORTS + 143)), "Security": "None", "UserName": "info@clinic.test", "Password": "pw" },
  "Smtp": { "Host": "127.0.0.1", "Port": $((MEDCRM_MAIL_PORTS + 587)), "Security": "StartTls", "UserName": "info@clinic.test", "Password": "pw" } } ] } } }
JSON
}

# A strict Telegram for the hub's bot.
start_telegram() {
  quietly "a Telegram of our own" telegram dotnet build "$root/tests/peers/Telegram" -c Release || return 1
  export MEDCRM_TELEGRAM_TOKEN=100:token-of-the-browser-tests MEDCRM_TELEGRAM_URL
  MEDCRM_TELEGRAM_URL=http://127.0.0.1:$("$root/tests/peers/free-port.sh")
  dotnet "$root/artifacts/bin/MedCrm.Peers.Telegram/release/MedCrm.Peers.Telegram.dll" "$MEDCRM_TELEGRAM_URL" "$MEDCRM_TELEGRAM_TOKEN" > "$logs/test-telegram-peer.log" 2>&1 &
  telegram=$!
  export Connectors__Telegram__ApiUrl=$MEDCRM_TELEGRAM_URL Connectors__Telegram__Bots__0__Key=main Connectors__Telegram__Bots__0__Token=$MEDCRM_TELEGRAM_TOKEN
}

# A hub like a customer's: the Release build on its own data, told apart only by its port.
start_hub() {
  local port deadline=$((SECONDS + 120))
  port=$("$root/tests/peers/free-port.sh")
  # At night too: what waits for a free slot is offered it at once.
  export Reminders__QuietFrom=00:00 Reminders__QuietTo=00:00 Reminders__SweepEvery=00:00:02
  export MEDCRM_DEMO_PASSWORD=Demo-password-2468 MEDCRM_PASSWORD=Demo-password-2468 MEDCRM_URL=http://127.0.0.1:$port
  (cd "$work" && exec dotnet "$root/artifacts/hub/MedCrm.Host.dll" up --demo --port "$port" --data "$work/e2e-data") > "$logs/test-e2e-hub.log" 2>&1 &
  hub=$!
  until dotnet "$root/artifacts/hub/MedCrm.Host.dll" health "$MEDCRM_URL/health/ready" > /dev/null 2>&1; do
    if ! kill -0 $hub 2> /dev/null || [ $SECONDS -gt $deadline ]; then
      tail -n 60 "$logs/test-e2e-hub.log"
      return 1
    fi
    sleep 0.5
  done
}

browser_tests() {
  window_packages || { failed=$((failed + 1)); return; }
  check "release build" release "$root/medcrm" build || return 0
  start_mail || { failed=$((failed + 1)); return; }
  start_telegram || { failed=$((failed + 1)); return; }
  fhir_packages || { failed=$((failed + 1)); return; }
  export MEDCRM_HUB=$root/artifacts/hub/MedCrm.Host.dll
  if ! start_hub >&2; then
    say "    The hub did not start; its log: $logs/test-e2e-hub.log"
    failed=$((failed + 1))
    return
  fi
  local before=$failed
  suite e2e playwright "$reports/e2e.json" bash -c 'cd "$1" && PLAYWRIGHT_JSON_OUTPUT_NAME="$2" npx playwright test --reporter=list,json' _ "$root/web/app" "$reports/e2e.json"
  # The browser tries a failed test once more by itself (playwright.config.ts).
  [ $failed != "$before" ] || failures_in playwright "$reports/e2e.json" e2e >> "$reports/unsteady.txt" || true
  kill -TERM "$hub" 2> /dev/null || true
  wait "$hub" || { say "    The hub did not stop cleanly."; failed=$((failed + 1)); }
  hub=''
}

main() {
  choose_steps "$@"
  mkdir -p "$reports" "$logs"
  rm -f "$reports/failures.txt" "$reports/unsteady.txt"
  wants unit connectors template integration e2e && install_peers
  start_peers
  cd "$root"

  wants format && { check format format bash -c 'dotnet restore MedCrm.sln && dotnet format MedCrm.sln --verify-no-changes --no-restore' || true; }
  if wants build unit architecture connectors integration codegen; then
    # Without the code written for an earlier Release build: Debug compiles its own.
    if ! check build build dotnet build MedCrm.sln -c Debug; then
      say "Nothing else can run."
      finish
    fi
  fi
  wants unit && xunit unit MedCrm.Unit.Tests
  wants architecture && xunit architecture MedCrm.Architecture.Tests
  if wants connectors; then
    fhir_packages || failed=$((failed + 1))
    rm -rf "$reports/conformance"
    # Most of them wait for a far side: six at a time keep two cores busy. One class proves that the suites catch mistakes; its tests share nothing.
    xunit connectors MedCrm.Connectors.Tests -maxThreads 6 -class- "*.Email.Torture.TortureTests" -class- "*.BrokenConnectorTests"
    xunit broken MedCrm.Connectors.Tests -parallelMode all -maxThreads 6 -class "*.BrokenConnectorTests"
    # These measure memory, so they get a process without the leftovers of others.
    xunit torture MedCrm.Connectors.Tests -class "*.Email.Torture.TortureTests"
  fi
  wants template && template
  if wants integration; then
    fhir_packages || failed=$((failed + 1))
    xunit integration MedCrm.Integration.Tests
  fi
  if wants web; then
    if window_packages; then
      check "window: lint" web-lint bash -c 'cd web/app && npm run lint' || true
      check "window: types" web-types bash -c 'cd web/app && npm run typecheck' || true
      suite "window" vitest "$reports/window.json" bash -c 'cd web/app && npx vitest run --reporter=json --reporter=default --outputFile.json="$1"' _ "$reports/window.json"
    else
      failed=$((failed + 1))
    fi
    if widget_packages; then
      check "widget: lint" widget-lint bash -c 'cd web/widget && npm run lint' || true
      check "widget: types" widget-types bash -c 'cd web/widget && npm run typecheck' || true
      suite "widget" vitest "$reports/widget.json" bash -c 'cd web/widget && npx vitest run --reporter=json --reporter=default --outputFile.json="$1"' _ "$reports/widget.json"
    else
      failed=$((failed + 1))
    fi
  fi
  wants codegen && { check "generated code" codegen-test dotnet artifacts/bin/MedCrm.Host/debug/MedCrm.Host.dll codegen test || true; }
  wants codegen && { check "OpenAPI of the window" openapi window_documents || true; }
  wants e2e && browser_tests
  wants connectors && conformance_report
  finish
}

finish() {
  local skips=''
  [ $skipped = 0 ] || skips=", $skipped skipped"
  [ ! -s "$reports/failures.txt" ] || { say "What failed:"; cat "$reports/failures.txt" >&2; }
  [ ! -s "$reports/unsteady.txt" ] || { say "Unsteady (failed, then passed alone):"; cat "$reports/unsteady.txt" >&2; }
  printf '%d passed, %d failed%s\n' $passed $failed "$skips"
  if [ $failed = 0 ] && [ $passed -gt 0 ]; then exit 0; else exit 1; fi
}

main "$@"
