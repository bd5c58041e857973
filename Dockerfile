# A slim image with the CPU build of PyTorch, run by an unprivileged user.
#
#   docker build -t huashu --build-arg TORCH_INDEX=<index of PyTorch's CPU wheels> .
#   docker run -p 127.0.0.1:8666:8666 -v huashu-data:/data huashu
#
# The page has no login yet: publish the port to this machine only, as above.

FROM python:3.12-slim AS build
ARG TORCH_INDEX=
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/huashu
WORKDIR /src
RUN if [ -n "$TORCH_INDEX" ]; then \
      /opt/huashu/bin/pip install --index-url "$TORCH_INDEX" 'torch>=2.6,<2.14'; \
    fi
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY kb kb
COPY embeddings embeddings
COPY prompts prompts
RUN /opt/huashu/bin/pip install .

FROM python:3.12-slim
RUN useradd --create-home --uid 10001 huashu && install -d -o huashu -g huashu /data
COPY --from=build /opt/huashu /opt/huashu
ENV PATH=/opt/huashu/bin:$PATH \
    HUASHU_DATA=/data \
    HUASHU_CACHE=/data/cache \
    HUASHU_HOST=0.0.0.0 \
    OMP_NUM_THREADS=1 \
    PYTHONUNBUFFERED=1
USER huashu
VOLUME /data
EXPOSE 8666
HEALTHCHECK --interval=30s --timeout=3s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8666/readyz', timeout=2)"]
ENTRYPOINT ["huashu"]
CMD ["serve"]
