#!/usr/bin/env bash
# Dumps one database to a file.
#
#   db-backup.sh --database NAME [--directory DIR]
#
# Needs DB_PASSWORD. With DB_HOST set it is a real pg_dump as DB_USER (default: backup). Without it
# there is no database to dump, as in the local demo: it then writes a small generated table, with
# nothing but bash, date and sleep, so that a run can be watched anywhere.
set -euo pipefail

usage() {
  echo "db-backup.sh: $1; usage: db-backup.sh --database NAME [--directory DIR]" >&2
  exit 64
}

database=''
directory="${TMPDIR:-/tmp}"
while (($# > 0)); do
  (($# > 1)) || usage "$1 needs a value"
  case "$1" in
    --database) database="$2" ;;
    --directory) directory="$2" ;;
    *) usage "unknown option $1" ;;
  esac
  shift 2
done
# The name becomes part of a file's name.
[[ "$database" =~ ^[A-Za-z0-9_]+$ ]] || usage '--database must be letters, digits and _'
[[ -n "${DB_PASSWORD:-}" ]] || { echo 'db-backup.sh: DB_PASSWORD is not set; name it under the secrets of the job' >&2; exit 78; }

file="${directory%/}/${database}-$(date -u +%Y%m%dT%H%M%SZ)-$$.sql"
# An unfinished dump must not be taken for a backup.
trap 'echo "stopped: removing the unfinished dump" >&2; rm -f "$file"; exit 143' TERM INT

dump_database() {
  echo '::progress 10 dumping'
  PGPASSWORD="$DB_PASSWORD" pg_dump --host "$DB_HOST" --username "${DB_USER:-backup}" --dbname "$database" --file "$file"
}

write_generated_table() {
  # The password is in this line on purpose: the toolbox prints *** instead.
  echo "connecting to postgres://backup:${DB_PASSWORD}@demo.invalid/${database}"
  echo 'CREATE TABLE orders (id integer PRIMARY KEY, total numeric);' >"$file"
  local batch row
  for batch in 1 2 3 4 5 6; do
    for ((row = (batch - 1) * 200 + 1; row <= batch * 200; row++)); do
      echo "INSERT INTO orders VALUES (${row}, $((row * 7 % 500)).50);"
    done >>"$file"
    echo "::progress $((batch * 15)) copied $((batch * 200)) rows"
    sleep 0.2
  done
  echo '::output rows=1200'
}

echo "backing up ${database} to ${file}"
if [[ -n "${DB_HOST:-}" ]]; then dump_database; else write_generated_table; fi
[[ -s "$file" ]] || { echo "db-backup.sh: ${file} is empty; nothing was dumped" >&2; exit 1; }
echo "::output file=${file}"
echo '::progress 100 done'
