# One image for every process; what runs is the command: `manage.py up`, or gunicorn behind a proxy of your own.
FROM python:3.13-slim AS build
COPY requirements.lock /requirements.lock
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r /requirements.lock

FROM python:3.13-slim
COPY --from=build /venv /venv
WORKDIR /app
COPY manage.py pyproject.toml ./
COPY config config
COPY tenants tenants
COPY ingestion ingestion
COPY scoring scoring
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 STATIC_ROOT=/app/static HOST=0.0.0.0 EARNEST_VAR=/tmp/earnest
# Collected as a local trial, which needs no secrets; what that trial generates does not stay.
RUN python manage.py collectstatic --noinput --verbosity 0 && rm -rf /tmp/earnest
# A volume that is mounted here takes over whose folder it is.
RUN mkdir /erasures && chown nobody /erasures
USER nobody
EXPOSE 8000
CMD ["python", "manage.py", "up"]
