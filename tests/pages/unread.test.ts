import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import test, { after, before, describe } from 'node:test';
import { openPageHouse } from '#tests/support/house.ts';
import { readScreen, visit } from '#tests/support/screen.ts';

describe('what cannot even be read as a request', () => {
  const house = openPageHouse();
  let port: number;
  before(async () => {
    port = Number(new URL(await house.app.listen({ host: '127.0.0.1', port: 0 })).port);
  });
  after(() => house.close());

  /** The answer to those very bytes, once the other side has hung up. */
  const answerTo = async (bytes: string) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.write(bytes);
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
    const [first = '', ...lines] = head.split('\r\n');
    const headers = Object.fromEntries(lines.map((line) => [line.split(': ')[0]?.toLowerCase(), line.slice(line.indexOf(': ') + 2)]));
    return readScreen(Number(first.split(' ')[1]), headers, body);
  };

  for (const [what, bytes, status, sentence] of [
    ['a search of 20,000 characters', `GET /cola?q=${'x'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 431, /demasiado larga/],
    ['a method there is not', 'MIRAR /cola HTTP/1.1\r\nHost: localhost\r\n\r\n', 400, /no es una petición que el panel conozca/],
    ['no HTTP at all', 'hola\r\n\r\n', 400, /no es una petición que el panel conozca/],
  ] as const)
    test(`${what} gets a short page in Spanish, under the policy of the others, and the line is closed`, async () => {
      const screen = await answerTo(bytes);
      assert.equal(screen.status, status);
      assert.match(screen.text, sentence);
      assert.equal(screen.headers['content-type'], 'text/html; charset=utf-8');
      assert.equal(screen.headers['content-security-policy'], (await visit(house, '/cola')).headers['content-security-policy']);
      assert.equal(screen.headers.connection, 'close');
      assert.equal(Number(screen.headers['content-length']), Buffer.byteLength(screen.html));
    });

  test('the search of the frame takes no more than is looked for', async () => {
    assert.match((await visit(house, '/')).html, /<input type="text" id="buscador" name="q" maxlength="100"/);
  });
});
