# Builds the program, then keeps the built JavaScript and the database driver alone.
#   docker build -t copydesk .
# No install script is run: what is used here ships its binaries, and this image has neither Python nor a compiler.

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY rolldown.config.ts ./
COPY build ./build
COPY src ./src
RUN npm run build

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATABASE_URL=file:/data/copydesk.db
WORKDIR /app
RUN mkdir /data && chown node:node /data
COPY package.json ./
COPY migrations ./migrations
COPY seed ./seed
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=3s --start-period=15s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# `docker run … copydesk import …` and the other commands work too. Nothing is seeded unless `serve --seed` asks.
# The flag bounds what V8 keeps free for new objects on large machines, in MiB; more makes nothing faster.
ENTRYPOINT ["node", "--max-semi-space-size=32", "dist/launch.mjs"]
CMD ["serve"]
