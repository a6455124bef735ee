# One image for every process of the site; docker-compose.yml says which one a container runs.
# Not built here: no Docker engine runs on the developers' machines (docs/deployment.md).

FROM node:22-slim AS assets
WORKDIR /srv/onemap
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund

FROM python:3.11-slim-bookworm AS site
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 LANG=C.UTF-8
WORKDIR /srv/onemap
# libexpat1: GDAL of the pyogrio wheel; libseccomp2: the sandbox that opens uploaded files
RUN apt-get update -q \
 && apt-get install -y -q --no-install-recommends fonts-wqy-microhei libexpat1 libseccomp2 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /srv/onemap --shell /usr/sbin/nologin onemap
COPY requirements-uv.lock requirements.lock ./
RUN python -m venv .venv \
 && .venv/bin/pip install -q --no-cache-dir --require-hashes -r requirements-uv.lock \
 && .venv/bin/uv pip sync --no-cache --require-hashes --python .venv/bin/python requirements.lock
COPY --from=assets /srv/onemap/node_modules ./node_modules
COPY . .
# The key is used for nothing but to let settings load; containers get theirs from files.
RUN ONEMAP_SECRET_KEY=build-only ONEMAP_PERSONAL_DATA_KEY=build-only ONEMAP_PERSONAL_HASH_KEY=build-only \
    ./manage.py collectstatic --no-input -v 0 \
 && mkdir -p var/media var/public_media var/kept \
 && chown -R onemap var/media var/public_media var/kept
USER onemap
EXPOSE 8000
CMD [".venv/bin/granian", "--interface", "wsgi", "--no-ws", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers", "--log-level", "warning", \
     "portal.wsgi:application"]
