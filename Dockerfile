# The image of the init container; see docs/redirect.md.
ARG DEBIAN=debian:trixie-slim

FROM ${DEBIAN} AS proxy-init-files
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends iptables libcap2-bin
COPY proxy-init/ /proxy-init/
RUN /proxy-init/collect.sh /files

FROM scratch AS proxy-init
COPY --from=proxy-init-files /files/ /
ENV PATH=/usr/sbin:/bin
USER 65532:65532
ENTRYPOINT ["/proxy-init"]
