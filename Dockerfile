# grantpath as an image: what is built of it on a slim Node, for a user who is not root. Nothing is written but below /data, so
# the root file system may be read-only:
#
#     docker build -t grantpath .
#     docker run --read-only -v grantpath-data:/data -p 127.0.0.1:4000:4000 grantpath
#
# Arguments are commands: `docker run ... grantpath check user:evan branch.push branch:acme/api#main`.

FROM node:24.21.0-slim AS build
WORKDIR /build
COPY .npmrc package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json config.ts index.ts log.ts main.ts ./
COPY api ./api
COPY cli ./cli
COPY graph ./graph
COPY ingest ./ingest
COPY queries ./queries
RUN npm run --silent build

# What runs needs no compiler, and no Node beside that of the image.
FROM node:24.21.0-slim AS packages
WORKDIR /build
COPY .npmrc package.json package-lock.json ./
RUN npm ci --ignore-scripts --omit=dev --omit=optional

FROM node:24.21.0-slim
RUN mkdir /data && chown node:node /data
WORKDIR /app
COPY LICENSE README.md package.json ./
COPY bin/grantpath.js bin/pinned-node.js ./bin/
COPY --from=packages /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
# All addresses of the container; which of them others reach is said where it is published.
ENV NODE_ENV=production GRANTPATH_HOST=0.0.0.0 GRANTPATH_STORE=sqlite:/data/store.sqlite
USER node
WORKDIR /data
VOLUME /data
EXPOSE 4000
# Healthy is who lives. Whether there is a snapshot to ask, /readyz says: a new store has none.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.GRANTPATH_PORT || 4000) + '/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/bin/grantpath.js"]
CMD ["serve"]
