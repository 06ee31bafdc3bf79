import type { Socket } from 'node:net';

type Unread = { readonly status: string; readonly title: string; readonly sentence: string };

const notUnderstood: Unread = {
  status: '400 Bad Request',
  title: 'La petición no se entiende',
  sentence: 'Lo recibido no es una petición que el panel conozca: no se ha hecho nada.',
};

const known: Readonly<Record<string, Unread>> = {
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    title: 'Es demasiado largo',
    sentence: 'La dirección, o lo que la acompaña, es demasiado larga: no se ha hecho nada. Busque con menos texto.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: '408 Request Timeout',
    title: 'La petición no llegó entera',
    sentence: 'La petición tardó demasiado en llegar: no se ha hecho nada. Vuelva a intentarlo.',
  },
};

const pageOf = ({ title, sentence }: Unread): string => `<!doctype html>
<html lang="es">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${title} · Cerebro</title></head>
<body><main><h1>${title}</h1><p>${sentence}</p><p><a href="/">Ir al panel</a></p></main></body>
</html>
`;

/**
 * Answers what never becomes a request (Node cannot read it), with a short page under that policy, and hangs up: neither
 * templates nor the gate are reached. It says nothing of who asked nor of what stands in the house.
 */
export const answerUnread =
  (policy: string) =>
  (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (socket.writable && error.code !== 'ECONNRESET') {
      const unread = known[error.code ?? ''] ?? notUnderstood;
      const page = pageOf(unread);
      const headers = [
        ...['Content-Type: text/html; charset=utf-8', `Content-Length: ${Buffer.byteLength(page)}`, `Content-Security-Policy: ${policy}`],
        ...['Referrer-Policy: same-origin', 'X-Content-Type-Options: nosniff', 'Cache-Control: no-store', 'Connection: close'],
      ];
      socket.end(`HTTP/1.1 ${unread.status}\r\n${headers.join('\r\n')}\r\n\r\n${page}`);
    }
    socket.destroySoon();
  };
