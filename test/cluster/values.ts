import { PEER_IMAGE } from './local-cluster/images.js';

/** Values of the chart as shipped, but for the proxy, which is the stand-in of the tests. */
export const VALUES = {
  config: { proxy: { image: PEER_IMAGE, container: { args: ['proxy'] } } },
};
