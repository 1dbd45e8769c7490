# Two images: the platform (web, worker, beat, migrate) and its reverse proxy.
# The Python is the one that the lock file was made and tested with.

FROM python:3.11-slim AS packages
WORKDIR /app
COPY requirements.lock ./
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes --requirement requirements.lock

FROM python:3.11-slim AS platform
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=config.settings \
    ANWANG_VAR=/var/lib/anwang
RUN groupadd --gid 10001 anwang \
    && useradd --uid 10001 --gid anwang --no-create-home --shell /usr/sbin/nologin anwang \
    && install --directory --owner=anwang --group=anwang --mode=0750 /var/lib/anwang
COPY --from=packages /venv /venv
WORKDIR /app
COPY . .
# Nothing connects while files are collected; the key is thrown away.
RUN python -m compileall -q -j 0 /app \
    && ANWANG_MODE=production \
    ANWANG_HOSTS=build.invalid \
    ANWANG_SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
    DATABASE_URL=postgresql://anwang_app@database/anwang \
    REDIS_URL=redis://redis:6379/0 \
    python manage.py collectstatic --no-input
USER anwang
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "config.wsgi:application"]

FROM caddy:2-alpine AS proxy
# Ports above 1024 need no capability, so the program gives up the one it carries.
RUN setcap -r /usr/bin/caddy \
    && adduser -D -H -u 10002 proxy \
    && chown -R proxy:proxy /config /data
COPY config/deploy/Caddyfile /etc/caddy/Caddyfile
USER proxy
EXPOSE 8080 8443
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]
