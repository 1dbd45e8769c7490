#!/bin/bash
# Runs once, in an empty database server, as its superuser: makes the two roles.
# anwang_owner owns the tables and migrates; anwang_app is what the platform runs as:
# no superuser, no BYPASSRLS, owns nothing. Its rights are granted by the owner, in
# the service "migrate" (manage.py grant_app_role).
set -euo pipefail

: "${DATABASE_OWNER_PASSWORD:?}" "${DATABASE_APP_PASSWORD:?}" "${POSTGRES_DB:?}"

psql --set=ON_ERROR_STOP=1 --no-psqlrc --username="${POSTGRES_USER:-postgres}" \
    --dbname="$POSTGRES_DB" \
    --set=owner_password="$DATABASE_OWNER_PASSWORD" \
    --set=app_password="$DATABASE_APP_PASSWORD" <<'SQL'
CREATE ROLE anwang_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE
  PASSWORD :'owner_password';
CREATE ROLE anwang_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE
  PASSWORD :'app_password';
SELECT format('ALTER DATABASE %I OWNER TO anwang_owner', current_database()) \gexec
SQL
