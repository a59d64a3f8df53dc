/** A port for a test's own server. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** One that nothing listens at now. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const probe = createServer().listen(0, host);
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
