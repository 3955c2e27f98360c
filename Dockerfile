# The images of proxy-injector, described in docs/guides/images.md:
#   injector    the webhook: Node, and a bundle of the service and its packages
#   proxy-init  the init container that redirects a Pod's traffic: nft, iptables and their runner
#               (docs/guides/redirect.md)
#   agent       the agent of node mode: Node, the bundle, nsenter, and the files of proxy-init
# Every RUN runs on the build platform and nothing runs on the others, so building for them needs no emulation.
ARG NODE=node:24-trixie-slim@sha256:173f125896c3b47ddf056734c7ea789d04595a6a08769a8f78e0df642781fb66
ARG DISTROLESS_NODE=gcr.io/distroless/nodejs24-debian13:nonroot@sha256:9eeb7f5887d0e239e78264b06f7f11d2e14be534050481803a9e4728fcdd278e
ARG DEBIAN=debian:trixie-slim@sha256:a29215f6a35e51e22adffa17f89e9d2ef06214e64a2bad10d765c46aea49f11f

FROM --platform=$BUILDPLATFORM ${NODE} AS injector-files
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY tools/bundle.js tools/
COPY src/ src/
# dist contains the code of the packages. Of node_modules, keep only the licenses and what scanners read (package.json).
RUN npm run build \
  && npm prune --omit=dev --ignore-scripts \
  && rm -r node_modules/.bin \
  && find node_modules -type f ! -name package.json ! -iname 'license*' ! -iname 'notice*' -delete \
  && find node_modules -type d -empty -delete

FROM ${DISTROLESS_NODE} AS injector
LABEL org.opencontainers.image.title="proxy-injector" \
  org.opencontainers.image.description="A mutating admission webhook that injects a traffic proxy into Kubernetes Pods" \
  org.opencontainers.image.version="0.2.0" \
  org.opencontainers.image.source="https://github.com/proxy-injector/proxy-injector" \
  org.opencontainers.image.documentation="https://github.com/proxy-injector/proxy-injector/blob/main/docs/README.md" \
  org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production
COPY --from=injector-files /app/node_modules/ /app/node_modules/
COPY --from=injector-files /app/dist/ /app/dist/
COPY package.json LICENSE /app/
WORKDIR /app
USER 65532:65532
EXPOSE 9443 8080
# Source maps make stack traces point to src. The small young generation saves memory
# (docs/decisions/0003-dedicated-https-listener.md).
ENTRYPOINT ["/nodejs/bin/node", "--enable-source-maps", "--max-semi-space-size=8"]
CMD ["dist/main.js"]

FROM --platform=$BUILDPLATFORM ${DEBIAN} AS proxy-init-files
RUN apt-get update \
  && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends binutils libcap2-bin
COPY proxy-init/ /proxy-init/
ARG TARGETARCH
RUN /proxy-init/collect.sh "$TARGETARCH" /files

FROM scratch AS proxy-init
LABEL org.opencontainers.image.title="proxy-init" \
  org.opencontainers.image.description="The init container of proxy-injector: applies the redirect with nftables or iptables" \
  org.opencontainers.image.version="0.2.0" \
  org.opencontainers.image.source="https://github.com/proxy-injector/proxy-injector" \
  org.opencontainers.image.documentation="https://github.com/proxy-injector/proxy-injector/blob/main/docs/guides/redirect.md" \
  org.opencontainers.image.licenses="Apache-2.0"
COPY --from=proxy-init-files /files/ /
ENV PATH=/usr/sbin:/bin
USER 65532:65532
ENTRYPOINT ["/proxy-init"]

FROM ${DISTROLESS_NODE} AS distroless-node

FROM --platform=$BUILDPLATFORM ${DEBIAN} AS agent-files
RUN apt-get update \
  && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends binutils libcap2-bin
COPY proxy-init/ /proxy-init/
COPY --from=distroless-node /nodejs/bin/node /files/nodejs/bin/node
ARG TARGETARCH
RUN /proxy-init/collect.sh "$TARGETARCH" /files agent

# Not on the distroless image: its C library, next to that of nft, could be another version. It has no package manager.
# The shell runs the rules as in proxy-init, and nsenter enters the network namespaces of Pods, which Node cannot do.
FROM scratch AS agent
LABEL org.opencontainers.image.title="agent" \
  org.opencontainers.image.description="The agent of proxy-injector: applies the redirects of Pods from their node, as a plugin of the runtime" \
  org.opencontainers.image.version="0.2.0" \
  org.opencontainers.image.source="https://github.com/proxy-injector/proxy-injector" \
  org.opencontainers.image.documentation="https://github.com/proxy-injector/proxy-injector/blob/main/docs/decisions/0012-node-mode.md" \
  org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production PATH=/usr/sbin:/usr/bin:/bin
COPY --from=agent-files /files/ /
COPY --from=injector-files /app/node_modules/ /app/node_modules/
COPY --from=injector-files /app/dist/ /app/dist/
COPY package.json LICENSE /app/
WORKDIR /app
# It enters the network namespaces of Pods, which are root's.
USER 0:0
EXPOSE 8080
ENTRYPOINT ["/nodejs/bin/node", "--enable-source-maps", "--max-semi-space-size=1", "dist/cli/main.js", "agent"]
