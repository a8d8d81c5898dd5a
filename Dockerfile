# The collector as a container: docs/operations.md, "In a container".

FROM node:24-slim AS build
WORKDIR /src
COPY . .
ENV CI=true
# The version of pnpm is that of package.json ("packageManager").
RUN npx --yes pnpm@12.21.0 --filter "@uet-capi/collector..." install --frozen-lockfile \
 && npx --yes pnpm@12.21.0 --filter "@uet-capi/collector..." build \
 && npx --yes pnpm@12.21.0 --filter @uet-capi/collector deploy --prod --legacy /app

FROM node:24-slim
# A volume that is mounted here for the first time takes over owner and mode.
RUN mkdir -m 700 /data && chown node:node /data
COPY --from=build /app /app
ENV NODE_ENV=production \
    UET_CAPI_HOST=0.0.0.0 \
    UET_CAPI_PORT=8080 \
    UET_CAPI_DATA_DIR=/data
USER node
# A config file is looked for here.
WORKDIR /config
VOLUME /data
EXPOSE 8080
HEALTHCHECK --start-period=30s CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.UET_CAPI_PORT + '/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# The main process, so that it gets the signals; it needs up to 8 s and stopDelayMs.
# The limit on young garbage: docs/operations.md, "Memory".
ENTRYPOINT ["node", "--max-semi-space-size=8", "/app/bin/uet-capi.js"]
CMD ["start"]
