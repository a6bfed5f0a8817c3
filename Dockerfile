# One image for the worker, the API and the command line. docs/operations.md tells how it is used.
# Node 24 is looked after until April 2028 (20 and 21 no longer are). glibc, not Alpine: the Temporal SDK's native half has
# no build for musl.
ARG NODE_IMAGE=node:24-trixie-slim

# What is compiled, and the workflows as one file.
FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build

# What it needs to run, and of the SDK's native half only this machine's: the other four are 100 MB.
FROM ${NODE_IMAGE} AS modules
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund
RUN set -eu; bridge=node_modules/@temporalio/core-bridge; \
    own="$(node -p '({ x64: "x86_64", arm64: "aarch64" })[process.arch]')-unknown-linux-gnu"; \
    test -f "$bridge/releases/$own/index.node"; \
    find "$bridge/releases" -mindepth 1 -maxdepth 1 ! -name "$own" -exec rm -rf {} +; \
    rm -rf "$bridge/sdk-core" "$bridge/src" "$bridge/ts"

FROM ${NODE_IMAGE}
WORKDIR /app
ENV NODE_ENV=production
COPY package.json README.md CHANGELOG.md LICENSE ./
COPY bin ./bin
COPY examples ./examples
COPY --from=modules /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# Without a bundle that a worker would run there is no image.
RUN node dist/workflow-bundle.js --check
# The user `node`, by number: Kubernetes' runAsNonRoot asks for one. Whoever limits the memory also sets NODE_OPTIONS
# (docs/operations.md, Sizing).
USER 1000
EXPOSE 8790 9464
# Of the worker; who runs the API says another one (docker-compose.yml).
HEALTHCHECK --interval=15s --timeout=5s --retries=4 --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9464/livez').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# No shell and no npm between: SIGTERM reaches node, and the worker lets running attempts end.
CMD ["node", "dist/worker.js"]
