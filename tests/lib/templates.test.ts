import assert from 'node:assert/strict';
import test from 'node:test';
import { createTemplates, escapeText } from '#server/lib/templates.ts';

test('text is escaped, and what does not fit in Latin-1 is written as its number', () => {
  assert.equal(escapeText('Girona – «ñ» <b> "a" & \'b\' 😀'), 'Girona &#8211; «ñ» &lt;b&gt; &quot;a&quot; &amp; &#39;b&#39; &#128512;');
  assert.equal(escapeText(12), '12');
});

test('what a template says itself fits in Latin-1 too, and its code is left as it is', () => {
  const templates = createTemplates();
  assert.equal(templates.renderString("Más… <%= it.at ?? '—' %><%~ it.raw === '…' %>", { raw: '…' }), 'Más&#8230; &#8212;true');
});
