import { ApiError, errorText } from '../../../cluster/api-error.js';
import { ClusterError } from '../../cluster-error.js';
import type { Connection } from './connect.js';

/** OpenSSL's error codes for a server's certificate, in words. */
const CERTIFICATE: { readonly [code: string]: string } = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not from the CA of the kubeconfig',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not from the CA of the kubeconfig',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is not from the CA of the kubeconfig',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not from the CA of the kubeconfig',
};

/** Says in one line why a request failed. Returns other errors unchanged. */
export function connectionError(error: unknown, connection: Connection): unknown {
  if (!(error instanceof ApiError)) return error;
  const { status, cause } = error;
  if (cause instanceof Error && cause.name === 'UserError') return cause;
  const { server, context } = connection;
  if (status === undefined) {
    const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? '';
    const why = CERTIFICATE[code] ?? errorText(cause);
    return new ClusterError(`cannot connect to ${server} (context ${context}): ${why}`, status, {
      cause: error,
    });
  }
  if (status === 401) {
    const why = `does not accept the credentials of context ${context}: log in again`;
    return new ClusterError(`${server} ${why}`, status, { cause: error });
  }
  const message = cause instanceof ApiError ? cause.message.replace(/^\d+ /, '') : error.message;
  return new ClusterError(message, status, { cause: error });
}
