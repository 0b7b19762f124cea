FROM swift:6.3-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends libsqlite3-dev libcurl4-openssl-dev zlib1g-dev libssl-dev libargon2-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# The manifest names the tests' and measurements' folders too, so they have to be there; only the server is built.
COPY Package.swift ./
COPY Tests Tests
COPY Benchmarks Benchmarks
COPY Sources Sources
# What the build says of itself: docker build --build-arg SHUREN_COMMIT=$(git rev-parse --short=12 HEAD) .
ARG SHUREN_COMMIT=
RUN swift build -c release --product shuren --static-swift-stdlib && strip .build/release/shuren

FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="Shuren" \
      org.opencontainers.image.description="A self-hosted chat server whose replies stream" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN apt-get update \
    && apt-get install -y --no-install-recommends libsqlite3-0 libcurl4 zlib1g libssl3 libargon2-1 libstdc++6 ca-certificates \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* \
    && useradd --uid 10001 --user-group --no-create-home shuren \
    && install -d -o shuren -g shuren /data
WORKDIR /app
COPY --from=build /src/.build/release/shuren /usr/local/bin/shuren
COPY Public Public
COPY Config/shuren.json Config/agents.json Config/onboarding.json Config/help-lines.json Config/
COPY Config/knowledge Config/knowledge
ENV HOST=0.0.0.0 DATA_DIR=/data
USER 10001
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=5s CMD ["shuren", "healthcheck"]
# SIGTERM lets running replies finish for DRAIN_SECONDS (120): give it a longer time to stop than that.
STOPSIGNAL SIGTERM
ENTRYPOINT ["shuren"]
