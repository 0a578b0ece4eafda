# Runs a PostgreSQL cluster in a folder for as long as somebody holds this shell's input: a process that is killed closes it too.
# postgres-watch.sh <folder> <programs> <port> <superuser> [setting=value ...]
# It answers "ready" when the server is, and takes the commands stop, crash and start, one a line.
folder=$1 programs=$2 port=$3 superuser=$4
shift 4
# What ends the tests from a terminal ends this shell by its input, and not before it has cleaned up.
trap '' INT TERM HUP PIPE
cd "$folder" || exit 1

# PostgreSQL refuses to run as root.
as=()
if [ "$(id -u)" = 0 ]; then
  as=(setpriv --reuid=postgres --regid=postgres --init-groups --)
  chown -R postgres "$folder"
fi

run() { ${as[@]+"${as[@]}"} "$@" </dev/null >>"$folder/log" 2>&1; }

# Settings that differ from the usual where a careless client would rely on them. The zone is written so that it needs no data of zones.
options=(-p "$port" -k "$folder" -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off -c 'TimeZone=<+13>-13' -c 'DateStyle=SQL, DMY')
for setting in "$@"; do options+=(-c "$setting"); done
if [ -f pg_hba.conf ]; then options+=(-c "hba_file=$folder/pg_hba.conf"); fi

start() {
  run "$programs/postgres" -D "$folder/data" "${options[@]}" &
  pid=$!
  # The eighth line says so when connections are taken.
  until [ "$(sed -n 8p data/postmaster.pid 2>/dev/null | tr -d ' ')" = ready ]; do
    if ! kill -0 "$pid" 2>/dev/null; then echo failed; return 1; fi
    sleep 0.02
  done
  echo ready
}

halt() {
  [ -f data/postmaster.pid ] || return
  kill "-$1" "$(head -n 1 data/postmaster.pid)" 2>/dev/null
  wait "$pid" 2>/dev/null
}

if run "$programs/initdb" -D "$folder/data" -U "$superuser" --pwfile=password --auth=scram-sha-256 --locale=C -E UTF8 --no-sync; then
  if start; then
    while read -r command; do
      case "$command" in
        stop) halt INT; echo ready ;;
        crash) halt QUIT; echo ready ;;
        start) start ;;
      esac
    done
  fi
  halt QUIT
else
  echo failed
fi
read -r
cd /
rm -rf "$folder"
