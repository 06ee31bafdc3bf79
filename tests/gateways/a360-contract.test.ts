import { test } from 'node:test';
import { sampleScript } from '#server/demo/a360/sample.ts';
import { standControlRoom } from '#tests/support/control-room.ts';
import { a360Contract } from './a360-contract.ts';
import { smallHarness } from './a360-small-stage.ts';

a360Contract(smallHarness);

const { TEST_A360_URL: url = '', TEST_A360_USER: user = '', TEST_A360_API_KEY: key = '' } = process.env;
const settings = { AA_URL: url, AA_USER: user, AA_API_KEY: key };
if (url !== '') a360Contract({ name: 'that of TEST_A360_URL', real: true, open: async () => ({ settings, close: async () => undefined }) });
else
  test('without TEST_A360_URL no real Control Room is asked', (t) =>
    t.diagnostic('TEST_A360_URL, TEST_A360_USER and TEST_A360_API_KEY run the same suite on a real one: it only reads'));

a360Contract({ name: 'the simulated one', open: () => standControlRoom(sampleScript()) });
