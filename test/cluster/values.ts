import { PEER_IMAGE } from './local-cluster/images.js';

/** The chart's default values, except for the proxy, which is the tests' own, and for Events. */
export const VALUES = {
  config: { events: 'enabled', proxy: { image: PEER_IMAGE, container: { args: ['proxy'] } } },
};
