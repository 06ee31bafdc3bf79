import { writeTyped } from '#tests/support/source.ts';
import { recurso, us } from '#tests/support/brain.ts';
import { serveSource } from './tests/bench/lib/sql-server.ts';
import { openOrigen } from '#server/gateways/origen/open.ts';
import { rmSync } from 'node:fs';
rmSync('/tmp/p.db',{force:true});
writeTyped('/tmp/p.db', { RecursosExp: Array.from({length:6000},(_,n)=>recurso(100000+n)) });
const s = await serveSource('/tmp/p.db', 2);
const o = openOrigen(s.url);
const rule = { patterns: ['%XALOC%'], excluded: [], texp: [2, 3], onlyUnassigned: false };
const ids = (f:number,c:number)=>Array.from({length:c},(_,n)=>String(f+n));
for (let r=0;r<8;r++){ let t=performance.now(); await o.read(ids(100000+r*300,300)); const a=performance.now()-t; t=performance.now(); await o.claim(ids(100000+r*300,300),rule,us); console.log('read',a.toFixed(1),'claim',(performance.now()-t).toFixed(1)); }
await o.close(); await s.stop();
