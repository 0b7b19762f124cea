FROM swift:6.3-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends libsqlite3-dev libcurl4-openssl-dev zlib1g-dev libssl-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Package.swift ./
COPY Sources Sources
COPY Tests Tests
RUN swift build -c release --product shuren --static-swift-stdlib && strip .build/release/shuren

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends libsqlite3-0 libcurl4 zlib1g libssl3 libstdc++6 ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home shuren \
    && install -d -o shuren -g shuren /data
WORKDIR /app
COPY --from=build /src/.build/release/shuren /usr/local/bin/shuren
COPY Public Public
COPY Config Config
ENV HOST=0.0.0.0 DATA_DIR=/data
USER 10001
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=5s CMD ["shuren", "healthcheck"]
ENTRYPOINT ["shuren"]
