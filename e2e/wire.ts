/** A way to a server that a test can cut and mend, as networks do. What travels on it is left alone. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to the server that can be cut. */
export type Wire = { readonly port: number; target: number; cut(): void; mend(): void; close(): void };

export async function openWire(): Promise<Wire> {
  const ends = new Set<Socket>();
  let open = true;
  const server = createServer((near) => {
    if (!open) {
      near.destroy();
      return;
    }
    const far = connect(wire.target, '127.0.0.1');
    for (const [end, other] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(end);
      end
        .on('error', () => other.destroy())
        .on('close', () => {
          ends.delete(end);
          other.destroy();
        });
      end.pipe(other);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    open = false;
    for (const end of ends) end.destroy();
  };
  const wire: Wire = {
    port: (server.address() as AddressInfo).port,
    target: 0,
    cut,
    mend: () => {
      open = true;
    },
    close: () => {
      cut();
      server.close();
    },
  };
  return wire;
}
