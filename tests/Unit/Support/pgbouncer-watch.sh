# Runs PgBouncer with pgbouncer.ini in a folder for as long as somebody holds this shell's input, then removes the folder.
# pgbouncer-watch.sh <folder> <pgbouncer>
folder=$1 program=$2
trap '' INT TERM HUP PIPE
cd "$folder" || exit 1

# It refuses to run as root.
as=()
if [ "$(id -u)" = 0 ]; then
  as=(setpriv --reuid=postgres --regid=postgres --init-groups --)
  chown -R postgres "$folder"
fi
${as[@]+"${as[@]}"} "$program" pgbouncer.ini </dev/null >>log 2>&1 &
pid=$!
# So that nothing is said of a process that was killed.
disown "$pid"
read -r
kill -9 "$pid"
cd /
rm -rf "$folder"
