import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';

/** A server that can be stopped and started again on its port. */
export type OnePort = { readonly port: number; start(): Promise<void>; stop(): Promise<void> };

/** @param cut ends the connections that are open, at a stop */
export const onOnePort = async (server: Server, cut: () => void): Promise<OnePort> => {
  let port = 0;
  const start = async () => {
    if (server.listening) return;
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  };
  await start();
  return {
    ...{ port, start },
    stop: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      cut();
      await closed;
    },
  };
};
