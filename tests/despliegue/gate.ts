import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A port in front of another: shut, whoever is behind it cannot be reached; it opens again where it was. */
export type Gate = { readonly url: string; open(): Promise<void>; shut(): Promise<void> };

export const createGate = async (behind: string): Promise<Gate> => {
  const { hostname, port: target } = new URL(behind);
  const sockets = new Set<Socket>();
  const keep = (socket: Socket, other: () => Socket | undefined): Socket => {
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      other()?.destroy();
    });
    return socket.on('error', () => socket.destroy());
  };
  const server = createServer((caller) => {
    const inside: Socket = keep(connect(Number(target), hostname), () => caller);
    keep(caller, () => inside)
      .pipe(inside)
      .pipe(caller);
  });
  let port = 0;
  const open = async () => {
    if (server.listening) return;
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  };
  await open();
  return {
    ...{ url: `http://127.0.0.1:${port}`, open },
    shut: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
};
