# Image of the service and the command `auskunft`. Nothing is downloaded when it runs.
# TORCH and PIP_EXTRA_INDEX_URL choose the build of torch, see docs/operations.md ("Docker").

FROM python:3.11-slim AS build

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/auskunft
ENV PATH=/opt/auskunft/bin:$PATH
WORKDIR /src

# torch first: it is the largest layer and changes least. An empty TORCH leaves it out.
ARG TORCH="torch==2.13.0"
ARG PIP_EXTRA_INDEX_URL=""
COPY constraints.txt ./
RUN if [ -n "$TORCH" ]; then pip install -c constraints.txt "$TORCH"; fi

# The dependencies without our code, so that this layer outlives changes to it.
COPY pyproject.toml README.md ./
RUN pip install -c constraints.txt ".[postgres${TORCH:+,transformers}]"

COPY kb kb
COPY ingest ingest
COPY assistant assistant
COPY integrations integrations
RUN pip install --no-deps --force-reinstall .


FROM python:3.11-slim

# Text recognition for scans.
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends tesseract-ocr tesseract-ocr-deu \
    && rm -rf /var/lib/apt/lists/*

# The uid is fixed: every container on one /data volume must share it to use the service's socket.
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin auskunft \
    && install --directory --owner=auskunft --group=auskunft --mode=0700 /data
COPY --from=build /opt/auskunft /opt/auskunft

ENV PATH=/opt/auskunft/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    ORT_DISABLE_TELEMETRY=1 \
    HAYSTACK_TELEMETRY_ENABLED=false \
    HF_HUB_DISABLE_TELEMETRY=1 \
    DO_NOT_TRACK=1 \
    AUSKUNFT_DATA=/data

USER auskunft
WORKDIR /home/auskunft
VOLUME /data
EXPOSE 8000

# The first start writes the language model's files, hence the long start period. No proxy: a
# container's http_proxy must not catch a call to itself.
HEALTHCHECK --interval=15s --timeout=5s --start-period=180s --retries=4 \
    CMD ["python", "-c", "import os, urllib.request as r; r.build_opener(r.ProxyHandler({})).open('http://127.0.0.1:' + os.environ.get('AUSKUNFT_PORT', '8000') + '/readyz', timeout=4)"]

ENTRYPOINT ["auskunft"]
CMD ["serve"]
